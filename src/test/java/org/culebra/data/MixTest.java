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

class MixTest {
    /** Image i is c everywhere, with c = i its class. */
    private static Batch plain(int count) {
        Tensor classes = Tensor.arange(count);
        return new Batch(classes.to(DType.F32).reshape(count, 1, 1, 1).expand(count, 1, 8, 8), classes);
    }

    @Test
    void mixupMixesImagesAsItMixesLabels() {
        Batch mixed = Mix.mixup(1).apply(plain(6), 6, Random.seeded(2));
        assertEquals("f32[6, 6]", mixed.targets().describe());
        // The image is its class, so its mixture is the mean class.
        double[] means = mixed.targets().mul(Tensor.arange(6)).sum(1).toDoubleArray();
        assertArrayEquals(means, mixed.images().mean(1, 2, 3).toDoubleArray(), 1e-5);
        assertArrayEquals(
                new double[] {1, 1, 1, 1, 1, 1}, mixed.targets().sum(1).toDoubleArray(), 1e-6);
        assertTrue(Arrays.stream(mixed.targets().max(1).toDoubleArray()).min().orElse(1) < 1);
    }

    @Test
    void cutmixSharesLabelsByArea() {
        boolean cut = false;
        for (int seed = 0; seed < 10; seed++) {
            Batch batch = plain(5);
            Batch mixed = Mix.cutmix(1).apply(batch, 5, Random.seeded(seed));
            double[] means = mixed.targets().mul(Tensor.arange(5)).sum(1).toDoubleArray();
            assertArrayEquals(means, mixed.images().mean(1, 2, 3).toDoubleArray(), 1e-5);
            for (int i = 0; i < 5; i++) {
                long colours = Arrays.stream(mixed.images().select(0, i).toDoubleArray())
                        .distinct()
                        .count();
                assertTrue(colours <= 2, colours + " colours");
                cut |= colours == 2;
            }
            assertEquals(64 * 10, batch.images().sum().item());
        }
        assertTrue(cut, "no image was cut");
    }

    @Test
    void theShareIsOfTheBetaDistribution() {
        for (double alpha : new double[] {.05, .4, 1, 3}) {
            Random random = Random.seeded(1);
            double sum = 0;
            double square = 0;
            int draws = 4000;
            for (int i = 0; i < draws; i++) {
                double share = Mixing.beta(alpha, random);
                assertTrue(share >= 0 && share <= 1, "share " + share);
                sum += share;
                square += (share - .5) * (share - .5);
            }
            double variance = 1 / (4 * (2 * alpha + 1));
            assertEquals(.5, sum / draws, 5 * Math.sqrt(variance / draws));
            // (λ − ½)² is at most ¼, hence its deviation at most ⅛.
            assertEquals(variance, square / draws, 5 * .125 / Math.sqrt(draws));
        }
    }

    @Test
    void numbersAreMixedAsTheyAre() {
        Batch numbers = new Batch(Tensor.arange(DType.F32, 0, 4, 1).reshape(4, 1), Tensor.arange(DType.F32, 0, 4, 1));
        Batch mixed = Mix.mixup(1).apply(numbers, 0, Random.seeded(1));
        assertArrayEquals(mixed.inputs().toFloatArray(), mixed.targets().toFloatArray());
    }

    @Test
    void theSameSourceGivesTheSameMixtures() {
        Mix mix = Mix.either(Mix.mixup(.2), Mix.cutmix(1));
        for (int seed = 0; seed < 5; seed++) {
            Batch first = mix.apply(plain(4), 4, Random.seeded(seed));
            Batch second = mix.apply(plain(4), 4, Random.seeded(seed));
            assertArrayEquals(first.images().toFloatArray(), second.images().toFloatArray());
            assertArrayEquals(first.targets().toFloatArray(), second.targets().toFloatArray());
        }
    }

    @Test
    void mistakesAreSaid() {
        says("mixup: alpha must be positive and finite, not 0.0", () -> Mix.mixup(0));
        says("cutmix: alpha must be positive and finite, not NaN", () -> Mix.cutmix(Double.NaN));
        says("either: needs at least one choice", Mix::either);
        Batch points = new Batch(Tensor.zeros(2, 3), Tensor.arange(2));
        says(
                "cutmix: needs images [B, C, H, W], but was given f32[2, 3]",
                () -> Mix.cutmix(1).apply(points, 2, Random.seeded(0)));
        says(
                "mix: needs targets that are classes or floating numbers, but was given i64[2]",
                () -> Mix.mixup(1).apply(points, 0, Random.seeded(0)));
        Batch bytes = new Batch(Tensor.zeros(DType.U8, 2, 3), Tensor.arange(2));
        says(
                "mix: needs floating numbers, but was given u8[2, 3]; hint: Transform.unit() first",
                () -> Mix.mixup(1).apply(bytes, 2, Random.seeded(0)));
    }

    private static void says(String message, org.junit.jupiter.api.function.Executable action) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, action).getMessage());
    }
}
