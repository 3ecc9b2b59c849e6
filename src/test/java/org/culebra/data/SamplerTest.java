package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class SamplerTest {
    /** Three of four examples are a's, the others b's; example i is [i]. */
    private static Dataset skewed(int size) {
        return new Dataset(
                "skewed",
                Tensor.arange(size).reshape(size, 1),
                Tensor.of(LongStream.range(0, size).map(i -> i % 4 == 3 ? 1 : 0).toArray()),
                List.of("a", "b"));
    }

    private static long[] order(Sampler sampler, int size, long seed) {
        return sampler.order(skewed(size), Random.seeded(seed));
    }

    @Test
    void weightsAreProbabilities() {
        double[] weights = new double[1000];
        weights[10] = 1;
        weights[20] = 3;
        long[] order = order(Sampler.weighted(weights), 1000, 1);
        long tens = Arrays.stream(order).filter(i -> i == 10).count();
        long twenties = Arrays.stream(order).filter(i -> i == 20).count();
        assertEquals(1000, tens + twenties);
        // 250 ± 5 standard deviations of a binomial
        assertEquals(250.0, (double) tens, 70.0);
        assertArrayEquals(order, order(Sampler.weighted(weights), 1000, 1));
        assertFalse(Arrays.equals(order, order(Sampler.weighted(weights), 1000, 2)));
    }

    @Test
    void balancedClassesAreEquallyLikely() {
        long rare = Arrays.stream(order(Sampler.balanced(), 2000, 4))
                .filter(i -> i % 4 == 3)
                .count();
        // 1000 ± 5 standard deviations; 500 without balance
        assertEquals(1000.0, (double) rare, 112.0);
    }

    @Test
    void everyStretchOfAStratifiedOrderHasTheClassesAsOftenAsTheWhole() {
        long[] order = order(Sampler.stratified(), 400, 5);
        assertArrayEquals(
                LongStream.range(0, 400).toArray(),
                Arrays.stream(order).sorted().toArray());
        for (int start = 0; start < 400; start += 20) {
            long rare = Arrays.stream(order, start, start + 20)
                    .filter(i -> i % 4 == 3)
                    .count();
            assertTrue(Math.abs(rare - 5) <= 2, rare + " of class b among 20 from " + start);
        }
        assertFalse(Arrays.equals(order, order(Sampler.stratified(), 400, 6)));
    }

    @Test
    void aLoaderSamplesAndAnExampleDrawnTwiceIsTransformedTwice() {
        double[] weights = {0, 1, 0, 0};
        var loader = Loader.of(skewed(4))
                .batchSize(4)
                .sample(Sampler.weighted(weights), Random.seeded(1))
                .transform(Transform.noise(1));
        for (Batch batch : loader) {
            double[] drawn = batch.inputs().toDoubleArray();
            assertEquals(4, Arrays.stream(drawn).distinct().count(), Arrays.toString(drawn));
        }
    }

    @Test
    void mistakesAreSaid() {
        says("weighted: weight 1 is -1.0; it must be finite and at least 0", () -> Sampler.weighted(1, -1));
        says("weighted: weight 0 is NaN; it must be finite and at least 0", () -> Sampler.weighted(Double.NaN));
        says("weighted: the sum of the weights is 0.0; it must be positive", () -> Sampler.weighted(0, 0));
        says("weighted: 2 weights do not fit the 4 examples of 'skewed'", () -> order(Sampler.weighted(1, 1), 4, 0));
        var plain = Dataset.pairs("plain", Column.of(Tensor.zeros(2, 1)), Column.of(Tensor.zeros(2)));
        says(
                "balanced: the targets of 'plain' are no classes but 2 of f32[]",
                () -> Sampler.balanced().order(plain, Random.seeded(0)));
        says(
                "stratified: the targets of 'plain' are no classes but 2 of f32[]",
                () -> Sampler.stratified().order(plain, Random.seeded(0)));
        says(
                "loader: a stream has no positions to sample from; hint: DataStream.shuffled",
                () -> Loader.of(epoch -> List.<Batch>of().iterator()).shuffle(Random.seeded(0)));
    }

    private static void says(String message, org.junit.jupiter.api.function.Executable action) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, action).getMessage());
    }
}
