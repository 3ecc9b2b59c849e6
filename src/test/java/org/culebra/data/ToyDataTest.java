package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ToyDataTest {
    private static void gaussians(Dataset data, Tensor centres, double deviation) {
        Tensor labels = data.labels();
        Tensor distances = data.images().to(DType.F64).sub(centres.embedding(labels));
        // The mean square of 2N normal numbers, within 5 of its standard deviations.
        double numbers = 2.0 * data.size();
        assertEquals(
                deviation * deviation,
                distances.square().mean().item(),
                5 * deviation * deviation * Math.sqrt(2 / numbers));
        assertEquals(centres.dim(0), data.classes().size());
        assertEquals(
                centres.dim(0), Arrays.stream(labels.toLongArray()).distinct().count());
    }

    @Test
    void ringAndGridAreMixturesOfGaussians() {
        gaussians(ToyData.ring(Random.seeded(1), 2000), ToyData.ringCentres(), .01);
        gaussians(ToyData.grid(Random.seeded(2), 2000), ToyData.gridCentres(), .05);
        assertArrayEquals(
                new double[] {1, 1, 1, 1, 1, 1, 1, 1},
                ToyData.ringCentres().square().sum(1).toDoubleArray(),
                1e-12);
        assertEquals(-4, ToyData.gridCentres().min().item());
        assertEquals(4, ToyData.gridCentres().max().item());
    }

    @Test
    void moonsAreTwoHalfCircles() {
        Dataset moons = ToyData.moons(Random.seeded(1), 101, 0);
        float[] points = moons.images().toFloatArray();
        long[] labels = moons.labels().toLongArray();
        for (int i = 0; i < labels.length; i++) {
            double x = points[2 * i] - labels[i];
            double y = points[2 * i + 1] - .5 * labels[i];
            assertEquals(1, x * x + y * y, 1e-5);
            assertTrue(labels[i] == 0 ? y > -1e-6 : y < 1e-6, "point " + i);
        }
        assertEquals(51, Arrays.stream(labels).filter(label -> label == 0).count());
    }

    @Test
    void spiralsTurnWhileTheyGrow() {
        Dataset spirals = ToyData.spirals(Random.seeded(1), 300, 3, 0);
        double[] radius = spirals.images().square().sum(1).sqrt().toDoubleArray();
        assertEquals(0, radius[0], 1e-6);
        assertEquals(1, radius[299], 1e-6);
        for (int i = 3; i < 300; i++) {
            assertEquals(1 / 99., radius[i] - radius[i - 3], 1e-5);
        }
        // A third of a turn brings one arm onto the next.
        double angle = 2 * Math.PI / 3;
        Tensor x = spirals.images().select(0, 150);
        Tensor y = spirals.images().select(0, 151);
        assertEquals(Math.cos(angle) * x.get(0) + Math.sin(angle) * x.get(1), y.get(0), 1e-5);
        assertEquals(-Math.sin(angle) * x.get(0) + Math.cos(angle) * x.get(1), y.get(1), 1e-5);
    }

    @Test
    void noiseIsAddedAndTheSeedFixesIt() {
        float[] smooth = ToyData.moons(Random.seeded(1), 50, 0).images().toFloatArray();
        float[] noisy = ToyData.moons(Random.seeded(1), 50, .1).images().toFloatArray();
        double square = 0;
        for (int i = 0; i < 100; i++) {
            square += (noisy[i] - smooth[i]) * (noisy[i] - smooth[i]);
        }
        assertEquals(.01, square / 100, 5 * .01 * Math.sqrt(2 / 100.));
        assertArrayEquals(
                noisy, ToyData.moons(Random.seeded(1), 50, .1).images().toFloatArray());
    }

    @Test
    void mistakesAreSaid() {
        says("ring of Gaussians: needs at least 1 point, not 0", () -> ToyData.ring(Random.seeded(0), 0));
        says("moons: needs at least 1 point, not -1", () -> ToyData.moons(Random.seeded(0), -1, 0));
        says("spirals: needs at least 1 arm, not 0", () -> ToyData.spirals(Random.seeded(0), 10, 0, 0));
    }

    private static void says(String message, org.junit.jupiter.api.function.Executable action) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, action).getMessage());
    }
}
