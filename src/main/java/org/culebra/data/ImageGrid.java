package org.culebra.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.imageio.ImageIO;
import org.culebra.memory.DType;
import org.culebra.memory.Scope;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * Images side by side in one picture, row by row: {@code ImageGrid.of(images).columns(8).padding(2).write(path)}.
 *
 * <p>[N, C, H, W] or one [C, H, W], with C = 1 (grey) or 3 (red, green, blue); numbers from 0 to 1 unless a {@link #range} is given,
 * what is outside is clipped, NaN is black. Bytes are taken as they are, from 0 to 255.
 */
public final class ImageGrid {
    private static final int WHITE = 255;
    private static final int INK = 0x333333;

    /** Pixels along each dot of a letter. */
    private static final int LETTERS = 2;

    private final Tensor images;
    private int columns;
    private int padding;
    private int magnification = 1;
    private List<String> labels = List.of();
    private double low;
    private double high;

    private ImageGrid(Tensor images) {
        this.images = images;
        columns = Math.clamp(images.dim(0), 1, 8);
        high = images.dtype() == DType.U8 ? WHITE : 1;
    }

    /**
     * Eight in a row, without gaps.
     *
     * @throws IllegalArgumentException if they are no images
     */
    public static ImageGrid of(Tensor images) {
        Tensor all = images.rank() == 3 ? images.unsqueeze(0) : images;
        if (all.rank() != 4 || all.size() == 0 || (all.dim(1) != 1 && all.dim(1) != 3)) {
            throw new IllegalArgumentException(
                    "image grid: needs images [N, C, H, W] or [C, H, W] with 1 or 3 channels\n" + "  given   "
                            + images.describe());
        }
        return new ImageGrid(all);
    }

    /**
     * The kernels of a convolution, [O, C, Kh, Kw], each stretched from its least weight (black) to its largest: with C = 3 in colour,
     * else each channel by itself in grey, a row per output if C is not 1. Two pixels between them, each weight eight pixels wide.
     *
     * @throws IllegalArgumentException if they are no kernels of two axes
     */
    public static ImageGrid filters(Tensor weights) {
        if (weights.rank() != 4 || weights.size() == 0) {
            throw new IllegalArgumentException(
                    "image grid: needs kernels [O, C, Kh, Kw]\n  given   " + weights.describe());
        }
        long channels = weights.dim(1);
        boolean apart = channels != 1 && channels != 3;
        Tensor stretched = Tape.untracked(() -> {
            Tensor each =
                    apart ? weights.reshape(weights.dim(0) * channels, 1, weights.dim(2), weights.dim(3)) : weights;
            Tensor least = each.min(true, 1, 2, 3);
            return each.sub(least).div(each.max(true, 1, 2, 3).sub(least).maximum(Float.MIN_NORMAL));
        });
        ImageGrid grid = of(stretched).padding(2).magnify(8);
        return apart ? grid.columns(Math.toIntExact(channels)) : grid;
    }

    /** So many in a row. */
    public ImageGrid columns(int number) {
        columns = positive("columns", number);
        return this;
    }

    /**
     * White pixels between the images and around them.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public ImageGrid padding(int pixels) {
        if (pixels < 0) {
            throw new IllegalArgumentException("image grid: padding must not be negative, but is " + pixels);
        }
        padding = pixels;
        return this;
    }

    /** Each number of an image as a square of so many pixels. */
    public ImageGrid magnify(int times) {
        magnification = positive("magnification", times);
        return this;
    }

    /**
     * The numbers that are black and white: −1 and 1 of a generator that ends in a tanh.
     *
     * @throws IllegalArgumentException unless black is below white
     */
    public ImageGrid range(double black, double white) {
        if (!(black < white)) {
            throw new IllegalArgumentException("image grid: black must be below white, not " + black + " and " + white);
        }
        low = black;
        high = white;
        return this;
    }

    /**
     * What is written left of the rows, from above; what neighbours have in common is written once, in their middle.
     *
     * @throws IllegalArgumentException if there is anything but the letters a to z and spaces in it
     */
    public ImageGrid rowLabels(List<String> texts) {
        for (String text : texts) {
            if (!Lettering.has(text)) {
                throw new IllegalArgumentException(
                        "image grid: labels are of the letters a to z and spaces, not '" + text + "'");
            }
        }
        labels = List.copyOf(texts);
        return this;
    }

    private static int positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("image grid: " + name + " must be positive, not " + value);
        }
        return value;
    }

    /**
     * Writes a PNG, which appears under its name whole or not at all.
     *
     * @throws IOException if it cannot be written
     */
    public void write(Path png) throws IOException {
        BufferedImage picture = draw();
        writeWhole(png, unfinished -> ImageIO.write(picture, "png", unfinished.toFile()));
    }

    /** Writes a file that a picture is encoded into. */
    @FunctionalInterface
    interface Encoding {
        void write(Path unfinished) throws IOException;
    }

    /** ImageIO writes to files of its own accord: here beside the one that is wanted, until it is whole. */
    static void writeWhole(Path file, Encoding encoding) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException("cannot write " + file + ": there is no folder " + folder);
        }
        // Not a temporary file: those can be read by their owner alone, and some writers keep the file that is there.
        String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        Path unfinished = Files.createFile(folder.resolve(".culebra-" + random + ".tmp"));
        try {
            encoding.write(unfinished);
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    BufferedImage draw() {
        int height = Math.toIntExact(images.dim(2));
        int width = Math.toIntExact(images.dim(3));
        int count = Math.toIntExact(images.dim(0));
        int across = Math.min(columns, count);
        int down = (count + columns - 1) / columns;
        if (!labels.isEmpty() && labels.size() != down) {
            throw new IllegalArgumentException("image grid: " + labels.size() + " labels for " + down + " rows");
        }
        int stepX = width * magnification + padding;
        int stepY = height * magnification + padding;
        int margin = margin();
        var picture = new BufferedImage(
                Math.addExact(Math.addExact(Math.multiplyExact(across, stepX), padding), margin),
                Math.addExact(Math.multiplyExact(down, stepY), padding),
                BufferedImage.TYPE_INT_RGB);
        var paper = new int[picture.getWidth()];
        Arrays.fill(paper, 0xffffff);
        picture.setRGB(0, 0, picture.getWidth(), picture.getHeight(), paper, 0, 0);
        label(picture, stepY);
        for (int i = 0; i < count; i++) {
            int[] pixels = pixels(i);
            int left = margin + padding + i % columns * stepX;
            int top = padding + i / columns * stepY;
            for (int y = 0; y < height * magnification; y++) {
                for (int x = 0; x < width * magnification; x++) {
                    picture.setRGB(left + x, top + y, pixels[y / magnification * width + x / magnification]);
                }
            }
        }
        return picture;
    }

    /** Pixels left of the images. */
    private int margin() {
        int longest = labels.stream().mapToInt(String::length).max().orElse(0);
        return longest == 0 ? 0 : LETTERS * ((longest + 1) * Lettering.ADVANCE);
    }

    private void label(BufferedImage picture, int rowHeight) {
        for (int first = 0; first < labels.size(); first++) {
            String text = labels.get(first);
            int end = first + 1;
            while (end < labels.size() && labels.get(end).equals(text)) {
                end++;
            }
            int top = padding + (first + end) * rowHeight / 2 - LETTERS * Lettering.HEIGHT / 2;
            int left = margin() - LETTERS * (text.length() * Lettering.ADVANCE + Lettering.ADVANCE / 2);
            for (int y = Math.max(0, -top); y < LETTERS * Lettering.HEIGHT; y++) {
                for (int x = 0; x < LETTERS * Lettering.ADVANCE * text.length(); x++) {
                    if (top + y < picture.getHeight() && Lettering.inked(text, x / LETTERS, y / LETTERS)) {
                        picture.setRGB(left + x, top + y, INK);
                    }
                }
            }
            first = end - 1;
        }
    }

    private int[] pixels(int index) {
        double[] values;
        try (Scope _ = Scope.open("image grid")) {
            values = Tape.untracked(() -> images.select(0, index)).toDoubleArray();
        }
        int channels = (int) images.dim(1);
        int[] pixels = new int[values.length / channels];
        for (int i = 0; i < pixels.length; i++) {
            for (int channel = 0; channel < 3; channel++) {
                pixels[i] = pixels[i] << 8 | level(values[channel % channels * pixels.length + i]);
            }
        }
        return pixels;
    }

    private int level(double value) {
        return (int) Math.round(Math.clamp((value - low) / (high - low), 0, 1) * WHITE);
    }
}
