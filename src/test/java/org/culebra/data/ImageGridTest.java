package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ImageGridTest {
    @TempDir
    private Path folder = Path.of("");

    private BufferedImage drawn(ImageGrid grid) throws IOException {
        Path file = folder.resolve("grid.png");
        grid.write(file);
        try (var files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
        return ImageIO.read(file.toFile());
    }

    private static int at(BufferedImage picture, int x, int y) {
        return picture.getRGB(x, y) & 0xffffff;
    }

    @Test
    void imagesGoRowByRow() throws IOException {
        Tensor images = Tensor.of(new float[] {0, .2f, .4f}, 3, 1, 1, 1).expand(3, 1, 2, 3);
        BufferedImage picture = drawn(ImageGrid.of(images).columns(2).padding(1));
        assertEquals(2 * 3 + 3, picture.getWidth());
        assertEquals(2 * 2 + 3, picture.getHeight());
        assertEquals(0, at(picture, 1, 1));
        assertEquals(0x333333, at(picture, 5, 2));
        assertEquals(0x666666, at(picture, 3, 5));
        assertEquals(0xffffff, at(picture, 4, 1)); // between
        assertEquals(0xffffff, at(picture, 5, 5)); // none there
    }

    @Test
    void whatIsReadAgainIsTheImage() throws IOException {
        byte[] bytes = new byte[3 * 4 * 5];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 37);
        }
        Path file = folder.resolve("colours.png");
        ImageGrid.of(Tensor.of(bytes, 3, 4, 5)).write(file);
        assertEquals(
                List.of(Tensor.of(bytes, 3, 4, 5).toString()),
                List.of(Pictures.read(file, true).toString()));
    }

    @Test
    void rangesAndMagnification() throws IOException {
        Tensor image = Tensor.of(new float[] {-1, 0, 1, 7, Float.NaN}, 1, 1, 5);
        BufferedImage picture = drawn(ImageGrid.of(image).range(-1, 1).magnify(2));
        assertEquals(10, picture.getWidth());
        assertEquals(2, picture.getHeight());
        assertEquals(0x000000, at(picture, 1, 1));
        assertEquals(0x808080, at(picture, 3, 0));
        assertEquals(0xffffff, at(picture, 5, 1));
        assertEquals(0xffffff, at(picture, 7, 1));
        assertEquals(0x000000, at(picture, 9, 1));
    }

    @Test
    void filtersAreStretchedEachByItself() throws IOException {
        Tensor kernels = Tensor.of(new float[] {-1, 1, 5, 9, 3, 3, 0, .5f}, 2, 2, 1, 2);
        BufferedImage picture = drawn(ImageGrid.filters(kernels)); // two rows of two channels
        assertEquals(2 * (16 + 2) + 2, picture.getWidth());
        assertEquals(2 * (8 + 2) + 2, picture.getHeight());
        assertEquals(0x000000, at(picture, 2, 2));
        assertEquals(0xffffff, at(picture, 10, 2));
        assertEquals(0x000000, at(picture, 20, 2));
        assertEquals(0x000000, at(picture, 2, 12)); // a constant one is black
        assertEquals(0xffffff, at(picture, 28, 12));
    }

    /** 12 pixels a letter, and as many for air; what two rows have in common is in their middle. */
    @Test
    void rowsHaveLabels() throws IOException {
        Tensor images = Tensor.zeros(6, 1, 40, 10);
        BufferedImage picture = drawn(ImageGrid.of(images).columns(2).rowLabels(List.of("", "top", "top")));
        assertEquals(4 * 12 + 2 * 10, picture.getWidth());
        assertEquals(3 * 40, picture.getHeight());
        int ink = 0;
        for (int y = 0; y < 120; y++) {
            for (int x = 0; x < 48; x++) {
                if (at(picture, x, y) == 0x333333) {
                    ink++;
                    assertTrue(y >= 80 - 9 && y < 80 + 9, "in the middle of the second and the third row");
                    assertTrue(x >= 6 && x < 42, "with air on both sides");
                }
            }
        }
        // 11 dots of a t, 12 of an o, 16 of a p, of four pixels each
        assertEquals(4 * (11 + 12 + 16), ink);
        assertEquals(0, at(picture, 48, 0), "the images begin there");
    }

    @Test
    void messages() {
        assertEquals(
                "image grid: needs images [N, C, H, W] or [C, H, W] with 1 or 3 channels\n  given   f32[2, 4, 4]",
                message(() -> ImageGrid.of(Tensor.zeros(2, 4, 4))));
        assertEquals(
                "image grid: needs kernels [O, C, Kh, Kw]\n  given   f32[2, 4]",
                message(() -> ImageGrid.filters(Tensor.zeros(2, 4))));
        ImageGrid grid = ImageGrid.of(Tensor.zeros(1, 1, 1));
        assertEquals("image grid: columns must be positive, not 0", message(() -> grid.columns(0)));
        assertEquals("image grid: magnification must be positive, not 0", message(() -> grid.magnify(0)));
        assertEquals("image grid: padding must not be negative, but is -1", message(() -> grid.padding(-1)));
        assertEquals("image grid: black must be below white, not 1.0 and 1.0", message(() -> grid.range(1, 1)));
        assertEquals(
                "image grid: labels are of the letters a to z and spaces, not 'Top'",
                message(() -> grid.rowLabels(List.of("Top"))));
        assertEquals(
                "image grid: 2 labels for 1 rows",
                message(() -> ImageGrid.of(Tensor.zeros(1, 1, 1))
                        .rowLabels(List.of("a", "b"))
                        .write(folder.resolve("a.png"))));
        Path nowhere = folder.resolve("none").resolve("a.png");
        assertEquals(
                "cannot write " + nowhere + ": there is no folder " + nowhere.getParent(),
                assertThrows(IOException.class, () -> grid.write(nowhere)).getMessage());
    }

    private static String message(Executable call) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
