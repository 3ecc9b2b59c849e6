package org.culebra.nn;

import static org.culebra.nn.LayerCheck.message;
import static org.culebra.nn.LayerCheck.training;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.culebra.check.GradCheck;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class DropoutsTest {
    @Test
    void dropout2dDropsWholeChannels() {
        Tensor y = new Dropout2d(.25).forward(Tensor.ones(40, 50, 2, 3), training());
        Tensor least = y.min(2, 3);
        assertArrayEquals(least.toFloatArray(), y.max(2, 3).toFloatArray());
        int dropped = 0;
        for (float value : least.toFloatArray()) {
            assertTrue(value == 0 || Math.abs(value - 4 / 3f) < 1e-6, () -> "neither dropped nor scaled: " + value);
            dropped += value == 0 ? 1 : 0;
        }
        assertEquals(500, dropped, 80);
    }

    @Test
    void alphaDropoutKeepsMeanAndVariance() {
        Tensor x = Tensor.normal(Random.seeded(2), 0, 1, 200_000);
        Tensor y = new AlphaDropout(.3).forward(x, training());
        assertEquals(0, y.mean().item(), .01);
        assertEquals(1, y.variance().item(), .02);
        double lowest = -1.7580993408473766; // a·α′ + b with a and b as in the paper
        double a = 1 / Math.sqrt(.7 * (1 + .3 * lowest * lowest));
        double dropped = a * lowest - a * .3 * lowest;
        double share = y.sub(dropped).abs().lt(1e-6).sum().item() / y.size();
        assertEquals(.3, share, .01);
    }

    @Test
    void evaluationAndNothingToDropAreTheIdentity() {
        Tensor x = Tensor.ones(3, 4);
        for (Layer layer : List.of(new Dropout2d(.5), new AlphaDropout(.5))) {
            assertSame(x, layer.forward(x));
        }
        for (Layer layer : List.of(new Dropout2d(0), new AlphaDropout(0))) {
            assertSame(x, layer.forward(x, training()));
        }
    }

    @Test
    void theGradientDropsTheSame() {
        Tensor x = Tensor.ones(20, 30, 2);
        try (var tape = Tape.open()) {
            Tensor y = new Dropout2d(.5).forward(x, training());
            assertArrayEquals(y.toFloatArray(), tape.gradient(y.sum(), x).toFloatArray());
        }
        Tensor point = LayerCheck.normal(1, 4, 5);
        GradCheck.of(z -> new AlphaDropout(.4).forward(z.getFirst(), training()).square())
                .order(2)
                .check(point)
                .orThrow();
    }

    @Test
    void whatDropsAllLeavesZerosAndNoGradient() {
        for (Layer layer : List.of(new Dropout(1), new Dropout2d(1))) {
            Tensor x = LayerCheck.normal(3, 4, 5, 2);
            try (var tape = Tape.open()) {
                Tensor y = layer.forward(x, training());
                assertArrayEquals(new double[40], y.abs().toDoubleArray(), layer::toString);
                Tensor gradient = tape.gradient(y.square().add(y).sum(), x);
                assertArrayEquals(new double[40], gradient.abs().toDoubleArray(), layer::toString);
            }
            assertSame(x, layer.forward(x));
        }
    }

    @Test
    void whatDoesNotFitIsSaid() {
        assertEquals("dropout2d: the probability must be in [0, 1], not 1.5", message(() -> new Dropout2d(1.5)));
        assertEquals("alphaDropout: the probability must be in [0, 1), not 1.0", message(() -> new AlphaDropout(1)));
        assertEquals("alphaDropout: the probability must be in [0, 1), not -0.5", message(() -> new AlphaDropout(-.5)));
        assertEquals(
                "Dropout2d(0.5): the input has the wrong shape\n  needed  [B, C, ...]\n  given   f32[3]",
                message(() -> new Dropout2d(.5).forward(Tensor.zeros(3), training())));
        assertEquals("AlphaDropout(0.5)", new AlphaDropout(.5).toString());
    }
}
