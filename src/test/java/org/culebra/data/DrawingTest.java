package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class DrawingTest {
    private static Tensor plane(long height, long width, double... values) {
        return Tensor.of(values, 1, 1, height, width).to(DType.F32);
    }

    @Test
    void strokesGrowOnAllSides() {
        Tensor dot = plane(3, 5, 0, 0, 0, 0, 0, 0, .5, 0, 0, 0, 0, 0, 0, 0, 1);
        assertArrayEquals(
                plane(3, 5, .5, .5, .5, 0, 0, .5, .5, .5, 1, 1, .5, .5, .5, 1, 1)
                        .toFloatArray(),
                Transform.dilate(1).apply(dot).toFloatArray());
        assertArrayEquals(dot.toFloatArray(), Transform.dilate(0).apply(dot).toFloatArray());
    }

    @Test
    void darkBecomesLight() {
        assertArrayEquals(
                new float[] {1, .75f, 0},
                Transform.invert().apply(plane(1, 3, 0, .25, 1)).toFloatArray());
    }

    @Test
    void aStepIsALineOfTwoPixelsAndWhatIsFlatIsWhite() {
        // Sobel's is a central difference: it sees the step from both of its sides.
        Tensor step = plane(3, 4, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1);
        float[] line = {1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1};
        assertArrayEquals(line, Transform.edges().apply(step).toFloatArray(), 1e-6f);
        assertArrayEquals(
                line,
                Transform.edges()
                        .apply(step.transpose(2, 3))
                        .transpose(2, 3)
                        .contiguous()
                        .toFloatArray(),
                1e-6f);
        // A step of .2 has a slope of .2: 1 − 4·(.2 − .1).
        assertEquals(.6, Transform.edges().apply(step.mul(.2)).min().item(), 1e-6);
        assertEquals(1, Transform.edges().apply(step.mul(.1)).min().item(), 1e-6);
        assertEquals(1, Transform.edges().apply(Tensor.ones(2, 3, 5, 5)).min().item(), 1e-6);
    }

    @Test
    void coloursCountAsBrightAsTheyAre() {
        Tensor picture = Tensor.zeros(1, 3, 3, 4);
        picture.narrow(1, 1, 1).narrow(3, 2, 2).fill(.3); // half of it green
        assertEquals(
                1 - 4 * (.587 * .3 - .1), Transform.edges().apply(picture).min().item(), 1e-6);
        assertArrayEquals(
                new long[] {1, 1, 3, 4},
                Transform.edges().apply(picture).shape().dims());
    }

    @Test
    void whatIsNoPictureIsExplained() {
        says("dilate: strokes grow by at least 0 pixels, not -1", () -> Transform.dilate(-1));
        says(
                "edges: needs floating numbers from 0 to 1 with 1 or 3 channels, but was given f32[1, 2, 4, 4]",
                () -> Transform.edges().apply(Tensor.zeros(1, 2, 4, 4)));
        says(
                "edges: needs images [B, C, H, W], but was given f32[4, 4]",
                () -> Transform.edges().apply(Tensor.zeros(4, 4)));
    }

    private static void says(String message, Runnable action) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, action::run).getMessage());
    }
}
