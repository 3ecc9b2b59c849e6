package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.culebra.check.GradCheck;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

class ReductionsTest {
    private static final double INF = Double.POSITIVE_INFINITY;
    private static final int[][] AXES = {{}, {0}, {1}, {-1}, {0, 2}, {2, 1}, {0, 1, 2}};

    /** [3, 4, 5], not in row-major order. */
    private final Tensor x =
            Tensor.normal(Random.seeded(4), DType.F64, .5, 2, 5, 4, 3).permute(2, 1, 0);

    /** One of the reductions, with its naive counterpart. */
    @FunctionalInterface
    private interface Form {
        Tensor apply(Tensor x, boolean keepDims, int... axes);
    }

    private void agrees(Form form, ToDoubleFunction<double[]> naive) {
        for (int[] axes : AXES) {
            boolean[] reduced = new boolean[3];
            for (int k = 0; k < 3; k++) {
                int axis = k;
                reduced[k] = axes.length == 0 || Arrays.stream(axes).anyMatch(a -> (a + 3) % 3 == axis);
            }
            long[] kept = x.shape().dims();
            for (int k = 0; k < 3; k++) {
                kept[k] = reduced[k] ? 1 : kept[k];
            }
            Tensor y = form.apply(x, true, axes);
            assertArrayEquals(kept, y.shape().dims(), () -> Arrays.toString(axes));
            Tensor dropped = form.apply(x, false, axes);
            assertEquals(3 - count(reduced), dropped.rank());
            assertArrayEquals(y.toDoubleArray(), dropped.toDoubleArray());
            double[] results = y.toDoubleArray();
            for (int at = 0; at < results.length; at++) {
                assertEquals(
                        naive.applyAsDouble(terms(kept, at)), results[at], 1e-12 * Math.max(1, Math.abs(results[at])));
            }
        }
    }

    private static int count(boolean[] flags) {
        int count = 0;
        for (boolean flag : flags) {
            count += flag ? 1 : 0;
        }
        return count;
    }

    /** The elements of x that belong to a result. */
    private double[] terms(long[] kept, int at) {
        Tensor part = x;
        long rest = at;
        for (int k = 2; k >= 0; k--) {
            if (kept[k] > 1) {
                part = part.narrow(k, rest % kept[k], 1);
                rest /= kept[k];
            }
        }
        return part.toDoubleArray();
    }

    private static double mean(double[] v) {
        return Arrays.stream(v).average().orElse(Double.NaN);
    }

    private static double variance(double[] v, double correction) {
        double mean = mean(v);
        double sum = Arrays.stream(v).map(e -> (e - mean) * (e - mean)).sum();
        return sum / Math.max(0, v.length - correction);
    }

    @Test
    void statistics() {
        agrees(Tensor::sum, v -> Arrays.stream(v).sum());
        agrees(Tensor::mean, ReductionsTest::mean);
        agrees(Tensor::product, v -> Arrays.stream(v).reduce(1, (a, b) -> a * b));
        agrees(Tensor::min, v -> Arrays.stream(v).min().orElseThrow());
        agrees(Tensor::max, v -> Arrays.stream(v).max().orElseThrow());
        for (double correction : new double[] {0, 1, 1.5}) {
            agrees((t, keep, axes) -> t.variance(correction, keep, axes), v -> variance(v, correction));
            agrees(
                    (t, keep, axes) -> t.standardDeviation(correction, keep, axes),
                    v -> Math.sqrt(variance(v, correction)));
        }
        assertEquals(variance(x.toDoubleArray(), 1), x.variance().item(), 1e-12);
        assertEquals(
                Math.sqrt(variance(x.toDoubleArray(), 1)), x.standardDeviation().item(), 1e-12);
        agrees(Tensor::logSumExp, v -> Math.log(Arrays.stream(v).map(Math::exp).sum()));
    }

    @Test
    void norms() {
        for (double p : new double[] {.5, 1, 2, 3, 4.5}) {
            agrees(
                    (t, keep, axes) -> t.norm(p, keep, axes),
                    v -> Math.pow(
                            Arrays.stream(v).map(e -> Math.pow(Math.abs(e), p)).sum(), 1 / p));
        }
        agrees(
                (t, keep, axes) -> t.norm(INF, keep, axes),
                v -> Arrays.stream(v).map(Math::abs).max().orElseThrow());
        agrees(
                (t, keep, axes) -> t.relu().norm(0, keep, axes),
                v -> Arrays.stream(v).filter(e -> e > 0).count());
    }

    @Test
    void truth() {
        agrees((t, keep, axes) -> t.gt(2).any(keep, axes), v -> Arrays.stream(v).anyMatch(e -> e > 2) ? 1 : 0);
        agrees(
                (t, keep, axes) -> t.gt(-2).all(keep, axes),
                v -> Arrays.stream(v).allMatch(e -> e > -2) ? 1 : 0);
        assertEquals("bool[1, 4, 1]", x.any(true, 0, 2).describe());
        assertEquals(1, Tensor.of(new float[] {Float.NaN}).any().item(), "NaN is not 0");
    }

    @Test
    void positions() {
        Tensor row = Tensor.of(new double[] {3, -1, 7, 7, -1});
        assertEquals(2, row.argMax().item());
        assertEquals(1, row.argMin().item());
        assertEquals(
                2,
                Tensor.of(new double[] {3, -1, Double.NaN, Double.NaN})
                        .argMin(0)
                        .item());
        assertEquals(
                2,
                Tensor.of(new double[] {3, -1, Double.NaN, Double.NaN}).argMax().item());
        Tensor grid = Tensor.of(new int[] {4, 9, 2, 8, 1, 9}, 2, 3);
        assertArrayEquals(new long[] {1, 2}, grid.argMax(-1).toLongArray());
        assertEquals("i64[1, 3]", grid.argMin(0, true).describe());
        assertEquals(1, grid.argMax().item(), "in row-major order");
        assertEquals(0, grid.transpose().flip().argMax().item(), "of the view");
        assertEquals(0, Tensor.scalar(3).argMin().item());
    }

    @Test
    void alongAnAxis() {
        double[] softmax = x.softmax(1).toDoubleArray();
        double[] logSoftmax = x.logSoftmax(1).toDoubleArray();
        double[] sums = x.cumulativeSum(1).toDoubleArray();
        for (int i = 0; i < 3; i++) {
            for (int k = 0; k < 5; k++) {
                double total = 0;
                for (int j = 0; j < 4; j++) {
                    total += Math.exp(x.get(i, j, k));
                }
                double sum = 0;
                for (int j = 0; j < 4; j++) {
                    int at = (i * 4 + j) * 5 + k;
                    sum += x.get(i, j, k);
                    assertEquals(Math.exp(x.get(i, j, k)) / total, softmax[at], 1e-12);
                    assertEquals(x.get(i, j, k) - Math.log(total), logSoftmax[at], 1e-12);
                    assertEquals(sum, sums[at], 1e-12);
                }
            }
        }
    }

    @Test
    void overNoElements() {
        Tensor none = Tensor.zeros(0, 3);
        assertArrayEquals(new float[3], none.sum(0).toFloatArray());
        assertArrayEquals(new float[] {1, 1, 1}, none.product(0).toFloatArray());
        assertArrayEquals(new float[3], none.norm(2, false, 0).toFloatArray());
        assertEquals(Double.NEGATIVE_INFINITY, none.logSumExp().item());
        assertArrayEquals(
                new double[] {-INF, -INF, -INF}, none.logSumExp(true, 0).toDoubleArray());
        assertEquals("f32[0, 3]", none.softmax(0).describe());
        assertEquals("f32[0, 3]", none.logSoftmax(0).describe());
        assertEquals("f32[0]", none.max(1).describe());
        assertEquals(Double.NaN, none.mean().item());
        assertEquals(Double.NaN, Tensor.scalar(2).variance().item(), "of one number");
        assertEquals(0, none.any().item());
        assertEquals(1, none.all().item());
    }

    @Test
    void integersAddAndMultiplyAsLongs() {
        Tensor large = Tensor.full(DType.I32, 100_000, 3);
        assertArrayEquals(new long[] {1_000_000_000_000_000L}, large.product().toLongArray());
        assertEquals("i64[]", Tensor.ones(DType.U8, 1).product().describe());
        assertEquals("i64[]", Tensor.ones(DType.BOOL, 0).product().describe());
        assertArrayEquals(
                new long[] {6_000_000_000L},
                Tensor.full(DType.I32, 2_000_000_000, 3).sum().toLongArray());
        assertEquals(255, Tensor.full(DType.U8, 255, 3).mean().item());
        assertEquals("u8[]", Tensor.full(DType.U8, 255, 3).max().describe());
    }

    @Test
    void moreAxesThanBitsInALong() {
        for (int rank : new int[] {63, 64, 65, 70}) {
            long[] dims = new long[rank];
            Arrays.fill(dims, 1);
            dims[3] = 2;
            dims[rank - 1] = 3;
            Tensor many = Tensor.arange(6).to(DType.F64).reshape(dims);
            assertEquals("f64[]", many.sum().describe());
            assertEquals(15, many.sum().item());
            assertArrayEquals(new double[] {3, 12}, many.sum(-1).toDoubleArray());
            assertArrayEquals(new double[] {3, 4, 5}, many.max(3).toDoubleArray());
            assertArrayEquals(
                    new double[] {5, 4, 3, 2, 1, 0},
                    many.flip().add(Tensor.scalar(0)).toDoubleArray());
            assertArrayEquals(
                    new double[] {0, 3, 1, 4, 2, 5},
                    many.transpose(3, rank - 1).mul(1).toDoubleArray());
        }
    }

    @Test
    void sumOfAnExpressionKeepsItsAxes() {
        var product = Elementwise.of((a, b) -> a.mul(b));
        Tensor row = Tensor.of(new double[] {1, 2, 3, 4, 5});
        Tensor sum = product.sum(true, List.of(x, row), 0, 2);
        assertEquals("f64[1, 4, 1]", sum.describe());
        assertArrayEquals(
                x.mul(row).sum(0, 2).toDoubleArray(),
                product.sum(List.of(x, row), 0, 2).toDoubleArray(),
                1e-12);
    }

    @Test
    void gradients() {
        GradCheck.of(v -> v.get(0).norm(2, false, 1)).order(2).check(x).orThrow();
        GradCheck.of(v -> v.get(0).norm(3, false, 1)).order(2).check(x).orThrow();
        GradCheck.of(v -> v.get(0).norm(1.5, true)).order(2).check(x).orThrow();
        GradCheck.of(v -> v.get(0).standardDeviation(1, false, 0))
                .order(2)
                .check(x)
                .orThrow();
        GradCheck.of(v -> v.get(0).logSumExp(true, 1)).order(2).check(x).orThrow();
        GradCheck.of(v -> v.get(0).product(1)).order(2).check(x).orThrow();
    }

    @Test
    void elementsThatTieShareTheGradientEvenly() {
        try (var tape = Tape.open()) {
            Tensor ties = Tensor.of(new double[] {2, 5, 5, 1, 7, 7, 7, 7}, 2, 4).asParameter();
            Tensor weight = Tensor.of(new double[] {1, 2});
            double[] expected = {0, .5, .5, 0, .5, .5, .5, .5};
            Tensor largest = ties.max(1).mul(weight).sum();
            assertArrayEquals(expected, tape.gradient(largest, ties).toDoubleArray());
            Tensor smallest = ties.neg().min(1).mul(weight).sum();
            assertArrayEquals(expected, tape.gradient(smallest, ties).neg().toDoubleArray());
        }
    }

    @Test
    void gradientIsZeroWhereANormIsZero() {
        try (var tape = Tape.open()) {
            Tensor zeros = Tensor.zeros(DType.F64, 2, 3).asParameter();
            for (double p : new double[] {.5, 1, 2, 3, INF}) {
                Tensor norm = zeros.norm(p, false, 1).sum();
                assertArrayEquals(new double[6], tape.gradient(norm, zeros).toDoubleArray(), "p = " + p);
            }
            Tensor same = Tensor.full(DType.F64, 3, 4).asParameter();
            Tensor deviation = same.standardDeviation();
            assertArrayEquals(new double[4], tape.gradient(deviation, same).toDoubleArray());
            Tensor halves = Tensor.of(new double[] {0, 0, 3, 4}, 2, 2).asParameter();
            assertArrayEquals(
                    new double[] {0, 0, .6, .8},
                    tape.gradient(halves.norm(2, false, 1).sum(), halves).toDoubleArray(),
                    1e-15);
        }
    }
}
