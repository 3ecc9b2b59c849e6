package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.culebra.kernel.expression.Expression;
import org.culebra.kernel.parallel.Team;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Distributions by their moments and by Kolmogorov's distance, with fixed seeds: what is asserted holds for ever. */
class SamplingTest {
    private static final int MANY = 30_000;

    /** Kolmogorov's √n·sup|F̂ − F| stays below this with probability 0.9999. */
    private static final double FAR = 2.23;

    private static void assertDistributed(double[] values, DoubleUnaryOperator distribution) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double distance = 0;
        for (int i = 0; i < sorted.length; i++) {
            double right = distribution.applyAsDouble(sorted[i]);
            distance = Math.max(distance, Math.abs(right - (double) i / sorted.length));
            distance = Math.max(distance, Math.abs(right - (i + 1.0) / sorted.length));
        }
        double scaled = distance * Math.sqrt(sorted.length);
        assertTrue(scaled < FAR, () -> "Kolmogorov's distance " + scaled);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    /** The k-th moment about the mean. */
    private static double moment(double[] values, int k) {
        double mean = mean(values);
        return Arrays.stream(values).map(x -> Math.pow(x - mean, k)).average().orElseThrow();
    }

    private static double correlation(double[] a, double[] b) {
        double meanA = mean(a);
        double meanB = mean(b);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - meanA) * (b[i] - meanB);
        }
        return sum / a.length / Math.sqrt(moment(a, 2) * moment(b, 2));
    }

    /** Φ(x), by the engine's erf, which is tested elsewhere. */
    private static double[] normalDistribution(double[] values) {
        return Tensor.of(values, values.length)
                .mul(Math.sqrt(.5))
                .erf()
                .add(1)
                .div(2)
                .toDoubleArray();
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void uniformIsUniform(DType type) {
        Tensor x = Tensor.uniform(Random.seeded(1), type, -2, 6, MANY / 10, 10);
        assertEquals(type, x.dtype());
        double[] values = x.toDoubleArray();
        assertTrue(Arrays.stream(values).allMatch(v -> v >= -2 && v < 6));
        assertDistributed(values, v -> (v + 2) / 8);
        assertEquals(2, mean(values), .04);
        assertEquals(64. / 12, moment(values, 2), .1);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void normalIsNormal(DType type) {
        double[] values = Tensor.normal(Random.seeded(2), type, 0, 1, MANY).toDoubleArray();
        double[] ranks = normalDistribution(values);
        assertDistributed(ranks, u -> u);
        assertEquals(0, mean(values), .02);
        assertEquals(1, moment(values, 2), .03);
        assertEquals(0, moment(values, 3), .08);
        assertEquals(3, moment(values, 4), .2);
        double furthest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
        assertTrue(furthest > 3.5 && furthest < 5.8, () -> "furthest " + furthest);
        double[] scaled = Tensor.normal(Random.seeded(2), type, 5, 3, MANY).toDoubleArray();
        for (int i = 0; i < 100; i++) {
            assertEquals(5 + 3 * values[i], scaled[i], 1e-5);
        }
    }

    @Test
    void normalIsFiniteWhereItsUniformNumbersAreAtTheirEnds() {
        double smallest = 0x1p-24;
        for (double u : new double[] {0, smallest, 1 - smallest}) {
            for (double v : new double[] {0, .25, .5, 1 - smallest}) {
                double radius = Math.sqrt(-2 * Math.log(1 - u));
                double z = radius * Math.cos(2 * Math.PI * (v - .5));
                Tensor pair = Tensor.of(new float[] {(float) u, (float) v});
                Tensor found = BOX_MULLER.apply(pair.select(0, 0), pair.select(0, 1));
                assertEquals(z, found.item(), 2e-6 * Math.max(1, Math.abs(z)));
            }
        }
    }

    private static final Elementwise BOX_MULLER = Elementwise.of(Sampling::standardNormal);

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void theCosineWithoutABranchHasTheBitsOfTheOther(DType type) {
        Elementwise near = Elementwise.named("near", x -> x.nearCos());
        Tensor x = Tensor.concat(
                0,
                Tensor.normal(Random.seeded(3), type, 0, 10, MANY),
                Tensor.uniform(Random.seeded(4), type, -0x1p17, 0x1p17, MANY),
                Tensor.of(new double[] {-0x1p17, -Math.PI, -0., 0, Double.MIN_VALUE, Math.PI / 2, 0x1p17, Double.NaN})
                        .to(type));
        assertArrayEquals(x.cos().toDoubleArray(), near.apply(x).toDoubleArray());
    }

    @Test
    void boundsOfUniformNumbersAreNeverPassed() {
        // In [1, 2) a third of the f32 draws would round to a neighbour, the largest to 2 itself.
        float[] values =
                Tensor.uniform(Random.seeded(3), 1, Math.nextUp(1f), 1000).toFloatArray();
        for (float value : values) {
            assertEquals(1f, value);
        }
        assertArrayEquals(
                new float[] {4, 4}, Tensor.uniform(Random.seeded(3), 4, 4, 2).toFloatArray());
        double huge = Float.MAX_VALUE;
        for (float value : Tensor.uniform(Random.seeded(3), 0, huge, 1000).toFloatArray()) {
            assertTrue(value >= 0 && value < huge);
        }
    }

    @ParameterizedTest
    @EnumSource
    void bernoulliIsOneWithItsProbability(DType type) {
        Tensor x = Tensor.bernoulli(Random.seeded(4), type, .3, MANY);
        assertEquals(type, x.dtype());
        double[] values = x.toDoubleArray();
        assertTrue(Arrays.stream(values).allMatch(v -> v == 0 || v == 1));
        assertEquals(.3, mean(values), .01);
        assertEquals(0, Tensor.bernoulli(Random.seeded(5), type, 0, 1000).sum().item());
        assertEquals(
                1000, Tensor.bernoulli(Random.seeded(5), type, 1, 1000).sum().item());
    }

    @Test
    void bernoulliTakesAProbabilityPerElement() {
        Tensor p = Tensor.of(new double[] {0, .2, .9, 1}).reshape(4, 1).expand(4, MANY / 4);
        Tensor x = Tensor.bernoulli(Random.seeded(6), p);
        assertEquals(p.describe(), x.describe());
        double[] means = x.mean(1).toDoubleArray();
        assertEquals(0, means[0]);
        assertEquals(.2, means[1], .02);
        assertEquals(.9, means[2], .015);
        assertEquals(1, means[3]);
        try (var tape = Tape.open()) {
            Tensor q = Tensor.full(DType.F32, .5, 3);
            Tensor drawn = Tensor.bernoulli(Random.seeded(6), q).sum();
            assertArrayEquals(new float[3], tape.gradient(drawn, q).toFloatArray());
        }
    }

    @Test
    void randintIsUniformAmongIntegers() {
        for (DType type : new DType[] {DType.I64, DType.I32, DType.U8}) {
            long low = type == DType.U8 ? 1 : -3;
            Tensor x = Tensor.randint(Random.seeded(7), type, low, low + 7, MANY);
            assertEquals(type, x.dtype());
            int[] counts = new int[7];
            for (long value : x.toLongArray()) {
                counts[(int) (value - low)]++;
            }
            double square = 0;
            for (int count : counts) {
                square += Math.pow(count - MANY / 7.0, 2) / (MANY / 7.0);
            }
            // χ² with 6 degrees of freedom is below 27.9 with probability 0.9999.
            assertTrue(square < 27.9, type + ": " + Arrays.toString(counts));
        }
        long[] wide = Tensor.randint(Random.seeded(8), 0, Long.MAX_VALUE, 1000).toLongArray();
        assertEquals(
                .5, Arrays.stream(wide).mapToDouble(v -> v / 0x1p63).average().orElseThrow(), .05);
        assertArrayEquals(
                new long[] {5, 5}, Tensor.randint(Random.seeded(8), 5, 6, 2).toLongArray());
    }

    @Test
    void aPermutationHasEveryNumberOnceAndEveryPlaceIsAsLikely() {
        long[] order = Tensor.permutation(Random.seeded(9), 1000).toLongArray();
        assertNotEquals(0, order[0] + order[1] + order[2] - 3);
        Arrays.sort(order);
        assertArrayEquals(IntStream.range(0, 1000).asLongStream().toArray(), order);
        Random random = Random.seeded(10);
        int[] counts = new int[6];
        for (int i = 0; i < 3000; i++) {
            long[] p = Tensor.permutation(random, 3).toLongArray();
            counts[(int) (2 * p[0] + (p[1] > p[2] ? 1 : 0))]++;
        }
        for (int count : counts) {
            assertEquals(500, count, 85, Arrays.toString(counts));
        }
        assertEquals(Shape.of(0), Tensor.permutation(random, 0).shape());
    }

    @Test
    void drawsAreIndependentOfEachOtherAndOfTheirNeighbours() {
        Random random = Random.seeded(11);
        double[] a = Tensor.normal(random, 0, 1, MANY).toDoubleArray();
        double[] b = Tensor.normal(random, 0, 1, MANY).toDoubleArray();
        double[] c = Tensor.uniform(random, 0, 1, MANY).toDoubleArray();
        double[] d = Tensor.normal(random.split(), 0, 1, MANY).toDoubleArray();
        double[] e = Tensor.normal(Random.seeded(12), 0, 1, MANY).toDoubleArray();
        double far = 4 / Math.sqrt(MANY);
        assertEquals(0, correlation(a, b), far);
        assertEquals(0, correlation(a, c), far);
        assertEquals(0, correlation(a, d), far);
        assertEquals(0, correlation(a, e), far);
        for (int lag : new int[] {1, 2, 16, 64}) {
            double[] head = Arrays.copyOf(a, MANY - lag);
            double[] tail = Arrays.copyOfRange(a, lag, MANY);
            assertEquals(0, correlation(head, tail), far, "lag " + lag);
            assertEquals(
                    0,
                    correlation(
                            Arrays.stream(head).map(x -> x * x).toArray(),
                            Arrays.stream(tail).map(x -> x * x).toArray()),
                    far,
                    "squares, lag " + lag);
        }
    }

    @Test
    void theSameSeedGivesTheSameBitsWithAnyNumberOfThreads() {
        float[][] found = new float[3][];
        int[] threads = {1, 2, 4};
        for (int i = 0; i < threads.length; i++) {
            int at = i;
            Team.withThreads(
                    threads[i],
                    () -> found[at] =
                            Tensor.normal(Random.seeded(13), 0, 1, 100, 1001).toFloatArray());
        }
        assertArrayEquals(found[0], found[1]);
        assertArrayEquals(found[0], found[2]);
        float[] shorter = Tensor.normal(Random.seeded(13), 0, 1, 777).toFloatArray();
        assertArrayEquals(Arrays.copyOf(found[0], 777), shorter, "an element knows its place only");
    }

    @Test
    void everyDrawTakesTheNextOfItsSource() {
        Random random = Random.seeded(14);
        float[] first = Tensor.uniform(random, 0, 1, 5).toFloatArray();
        float[] second = Tensor.uniform(random, 0, 1, 5).toFloatArray();
        assertNotEquals(first[0], second[0]);
        assertEquals(2, random.draws());
        assertArrayEquals(second, Tensor.uniform(Random.resumed(14, 1), 0, 1, 5).toFloatArray());
    }

    @Test
    void emptyAndScalarShapes() {
        Random random = Random.seeded(15);
        assertEquals("f32[0, 3]", Tensor.normal(random, 0, 1, 0, 3).describe());
        assertEquals("f32[]", Tensor.uniform(random, 0, 1).describe());
        assertEquals("i64[2, 0]", Tensor.randint(random, 0, 9, 2, 0).describe());
        assertEquals("bool[]", Tensor.bernoulli(random, DType.BOOL, .5).describe());
    }

    @Test
    void aFunctionOfStreamsAloneIsDrawnOverAnyShape() {
        var triangular = Elementwise.withScalars(
                "triangular",
                0,
                1,
                (none, s) ->
                        List.of(Expression.uniform(0).add(Expression.uniform(1)).mul(s.get(0))));
        double[] values = triangular
                .draw(Random.seeded(16), DType.F64, new double[] {.5}, MANY)
                .toDoubleArray();
        assertDistributed(values, x -> x < .5 ? 2 * x * x : 1 - 2 * (1 - x) * (1 - x));
    }
}
