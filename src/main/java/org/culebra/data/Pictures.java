package org.culebra.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Objects;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/** PNG and JPEG files as tensors of bytes. */
public final class Pictures {
    private static final int OPAQUE = 255;

    /** A gigabyte, decoded. */
    private static final long MOST_PIXELS = 1 << 28;

    /** Eight black and white ones in a byte, and deflate makes one of 1,032 at best. */
    private static final long PIXELS_PER_BYTE = 8 * 1032;

    private Pictures() {}

    /**
     * u8[3, H, W], red, green and blue, or u8[1, H, W], grey (BT.601). What is transparent shows a white ground.
     *
     * @throws MalformedDataException if the file is no picture that can be read
     * @throws IOException if it is not there or cannot be read
     */
    public static Tensor read(Path file, boolean colour) throws IOException {
        byte[] content = content(file);
        header(file, content);
        BufferedImage picture = decode(file, content);
        int width = picture.getWidth();
        int height = picture.getHeight();
        int[] pixels = picture.getRGB(0, 0, width, height, null, 0, width);
        int channels = colour ? 3 : 1;
        byte[] planes = new byte[channels * pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            int red = overWhite(pixels[i], 16);
            int green = overWhite(pixels[i], 8);
            int blue = overWhite(pixels[i], 0);
            if (colour) {
                planes[i] = (byte) red;
                planes[pixels.length + i] = (byte) green;
                planes[2 * pixels.length + i] = (byte) blue;
            } else {
                planes[i] = (byte) ((299 * red + 587 * green + 114 * blue + 500) / 1000);
            }
        }
        return Tensor.of(planes, channels, height, width);
    }

    /** A channel, blended with white where the picture is transparent, to the nearest whole number. */
    private static int overWhite(int argb, int shift) {
        int alpha = argb >>> 24;
        int value = argb >>> shift & OPAQUE;
        return (value * alpha + OPAQUE * (OPAQUE - alpha) + OPAQUE / 2) / OPAQUE;
    }

    private static BufferedImage decode(Path file, byte[] content) throws IOException {
        // In memory, or else ImageIO would make a file of its own for it; there is nothing to close.
        var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content));
        try {
            return Objects.requireNonNull(ImageIO.read(in));
        } catch (IOException | RuntimeException e) {
            // ImageIO's readers throw whatever comes up when a file is damaged.
            throw damaged(file);
        }
    }

    private static byte[] content(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new MalformedDataException(file.toString(), "is a folder, not a picture");
        }
        return Files.readAllBytes(file);
    }

    private static MalformedDataException noPicture(Path file) {
        return new MalformedDataException(file.toString(), "is not a picture that can be read");
    }

    private static MalformedDataException damaged(Path file) {
        return new MalformedDataException(file.toString(), "is damaged: the picture cannot be decoded");
    }

    /** [C, H, W] of a file, without its pixels. */
    static Shape shape(Path file, boolean colour) throws IOException {
        long[] size = header(file, content(file));
        return Shape.of(colour ? 3 : 1, size[0], size[1]);
    }

    /** Height and width, if so many pixels can be in the file. */
    private static long[] header(Path file, byte[] content) throws IOException {
        long[] size = announced(file, content);
        if (size[0] * size[1] > Math.min(MOST_PIXELS, PIXELS_PER_BYTE * content.length)) {
            throw new MalformedDataException(
                    file.toString(),
                    "announces " + size[0] + "×" + size[1] + " pixels, more than its " + content.length
                            + " bytes can hold, or than can be read");
        }
        return size;
    }

    private static long[] announced(Path file, byte[] content) throws IOException {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw noPicture(file);
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in);
                return new long[] {reader.getHeight(0), reader.getWidth(0)};
            } catch (IOException | RuntimeException e) {
                throw damaged(file);
            } finally {
                reader.dispose();
            }
        }
    }
}
