package org.culebra.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plots as PNG files. */
class PlotTest {
    private static final double[] XS = {1, 10, 100};
    private static final int BLUE = 0xFF0072B2;
    private static final int ORANGE = 0xFFD55E00;

    @TempDir
    private Path folder;

    private BufferedImage drawn(Plot plot) throws IOException {
        Path png = folder.resolve("plot.png");
        plot.save(png);
        return ImageIO.read(png.toFile());
    }

    private static int pixels(BufferedImage picture, int colour) {
        int count = 0;
        for (int rgb : picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth())) {
            count += rgb == colour ? 1 : 0;
        }
        return count;
    }

    @Test
    void everyLineIsThereInItsColour() throws IOException {
        Plot plot = Plot.of("title", "x", "y").line("one", XS, new double[] {1, 2, 3});
        BufferedImage one = drawn(plot);
        assertEquals(1200, one.getWidth());
        assertEquals(720, one.getHeight());
        assertTrue(pixels(one, BLUE) > 500, () -> pixels(one, BLUE) + " pixels");
        assertEquals(0, pixels(one, ORANGE));
        BufferedImage two = drawn(plot.line("two", XS, new double[] {3, 2, 1}, new double[] {.1, .2, .1}));
        assertTrue(pixels(two, BLUE) > 500 && pixels(two, ORANGE) > 500);
    }

    @ParameterizedTest
    @CsvSource({
        "0.02, 0.02",
        "0.1, 0.1",
        "-0.30000000000000004, -0.3",
        "0, 0",
        "1250, 1250",
        "2.3083, 2.3083",
        "1e-5, 0.00001",
        "2e-7, 2e-07",
        "1e8, 1e+08"
    })
    void numbersAtAxesHaveOneForm(double value, String text) {
        assertEquals(text, PlotPicture.tick(value));
    }

    @Test
    void pointsAreNotJoined() throws IOException {
        double[] ys = {1, 3, 1};
        int line = pixels(drawn(Plot.of("title", "x", "y").line("one", XS, ys)), BLUE);
        BufferedImage points = drawn(Plot.of("title", "x", "y").points("one", XS, ys));
        assertTrue(
                pixels(points, BLUE) > 50 && 2 * pixels(points, BLUE) < line, () -> pixels(points, BLUE) + " pixels");
    }

    @Test
    void thePointsOfTenClassesHaveTenColours() throws IOException {
        Plot plot = Plot.of("title", "x", "y");
        for (int k = 0; k < 10; k++) {
            plot.points("class " + k, XS, new double[] {k, k + 1, k});
        }
        BufferedImage picture = drawn(plot);
        assertTrue(pixels(picture, BLUE) > 50);
        assertTrue(pixels(picture, 0xFF80B9D9) > 50, "the eighth is half as dark as the first");
    }

    @Test
    void theSamePlotHasTheSameBytes() throws IOException {
        Path first = folder.resolve("first.png");
        Path second = folder.resolve("second.png");
        for (Path file : new Path[] {first, second}) {
            Plot.of("title", "x", "y").logX().line("a", XS, XS).save(file);
        }
        assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
        Plot.of("title", "x", "y").line("a", XS, XS).save(second);
        assertNotEquals(Files.size(first), Files.size(second));
    }

    @Test
    void whatHasNoPlaceIsLeftOut() throws IOException {
        Plot plot = Plot.of("title", "x", "y").logX().logY();
        plot.line(
                "no numbers", new double[] {1, Double.NaN, 3}, new double[] {Double.NaN, 1, Double.POSITIVE_INFINITY});
        plot.line("not above 0", new double[] {0, 1, 2}, new double[] {1, 0, -1});
        assertTrue(plot.isEmpty());
        assertEquals(
                "plot 'title': no line has a point to draw",
                assertThrows(IllegalStateException.class, () -> plot.save(folder.resolve("none.png")))
                        .getMessage());
        assertFalse(Files.exists(folder.resolve("none.png")));
        plot.line("partly", new double[] {0, 1, 2}, new double[] {1, 2, 3});
        assertFalse(plot.isEmpty());
        assertEquals(0, pixels(drawn(plot), BLUE));
    }

    @Test
    void placesAndValuesBelongTogether() {
        Plot plot = Plot.of("title", "x", "y");
        assertEquals(
                "plot 'title': line 'a' has 3 places for 1 values",
                assertThrows(IllegalArgumentException.class, () -> plot.line("a", XS, new double[1]))
                        .getMessage());
        assertEquals(
                "plot 'title': line 'a' has 3 places for 3 values and 2 deviations",
                assertThrows(IllegalArgumentException.class, () -> plot.line("a", XS, XS, new double[2]))
                        .getMessage());
    }

    @Test
    void valuesThatAreAllTheSameAreDrawn() throws IOException {
        assertTrue(pixels(drawn(Plot.of("t", "x", "y").line("a", XS, new double[] {0, 0, 0})), BLUE) > 500);
        assertTrue(pixels(drawn(Plot.of("t", "x", "y").logY().line("a", new double[] {1}, new double[] {5})), BLUE)
                > 20);
    }
}
