package org.culebra.recipes.latent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class BetweenTest {
    private static final Tensor AXES = Tensor.of(new float[] {2, 0, 0, 2}, 2, 2);

    @Test
    void aSphereKeepsTheLengthAndALineDoesNot() {
        double half = Math.sqrt(2);
        assertArrayEquals(
                new double[] {2, 0, half, half, 0, 2, half, half},
                Between.SPHERE.round(AXES, 2).toDoubleArray(),
                1e-6);
        assertArrayEquals(
                new double[] {2, 0, 1, 1, 0, 2, 1, 1},
                Between.LINE.round(AXES, 2).toDoubleArray(),
                1e-6);
    }

    @Test
    void oppositeEndsAreJoinedByALine() {
        Tensor opposite = Tensor.of(new float[] {1, 0, -1, 0}, 2, 2);
        assertArrayEquals(
                new double[] {1, 0, 0, 0, -1, 0, 0, 0},
                Between.SPHERE.round(opposite, 2).toDoubleArray(),
                1e-6);
    }

    @Test
    void oneStationIsNoPath() {
        var e = assertThrows(IllegalArgumentException.class, () -> Between.LINE.round(AXES.narrow(0, 0, 1), 3));
        assertEquals(
                "between: at least two latents and one step between them are needed, not f32[1, 2] and 3 steps",
                e.getMessage());
    }
}
