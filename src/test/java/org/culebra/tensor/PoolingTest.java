package org.culebra.tensor;

import static org.culebra.tensor.LinearMaps.any;
import static org.culebra.tensor.LinearMaps.assertAdjoint;
import static org.culebra.tensor.LinearMaps.assertClose;
import static org.culebra.tensor.LinearMaps.assertGradients;
import static org.culebra.tensor.LinearMaps.assertSingles;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

class PoolingTest {

    /** Options and sizes of one axis. */
    private record Axis(int kernel, int stride, int padding, int dilation, int inputs) {
        static Axis draw(SplittableRandom random, int most) {
            while (true) {
                var axis = new Axis(
                        1 + random.nextInt(3),
                        1 + random.nextInt(3),
                        random.nextInt(2),
                        1 + random.nextInt(2),
                        1 + random.nextInt(most));
                if (axis.span() <= axis.inputs + 2 * axis.padding
                        && axis.padding <= axis.span() / 2
                        && axis.seesAll()) {
                    return axis;
                }
            }
        }

        int span() {
            return (kernel - 1) * dilation + 1;
        }

        int outputs(boolean ceil) {
            double room = (double) (inputs + 2 * padding - span()) / stride;
            int outputs = (int) (ceil ? Math.ceil(room) : Math.floor(room)) + 1;
            return ceil && (outputs - 1) * stride >= inputs + padding ? outputs - 1 : outputs;
        }

        /** Positions that a window sees, padding included. */
        int[] seen(int output) {
            return java.util.stream.IntStream.range(0, kernel)
                    .map(k -> output * stride - padding + k * dilation)
                    .toArray();
        }

        boolean has(int position) {
            return position >= 0 && position < inputs;
        }

        private boolean seesAll() {
            for (int i = 0; i < outputs(true); i++) {
                if (Arrays.stream(seen(i)).noneMatch(this::has)) {
                    return false;
                }
            }
            return true;
        }
    }

    private record Geometry(Axis rows, Axis columns, boolean ceil) {
        static Geometry draw(SplittableRandom random, int most) {
            return new Geometry(Axis.draw(random, most), Axis.draw(random, most), random.nextBoolean());
        }

        PoolOptions options() {
            return PoolOptions.of(rows.kernel, columns.kernel)
                    .stride(rows.stride, columns.stride)
                    .padding(rows.padding, columns.padding)
                    .dilation(rows.dilation, columns.dilation)
                    .ceilMode(ceil);
        }

        Shape shape(Tensor x) {
            return Planes.shape(x, rows.outputs(ceil), columns.outputs(ceil));
        }
    }

    @FunctionalInterface
    private interface Window {
        double value(Tensor plane, Geometry geometry, int i, int j);
    }

    private static Tensor naive(Tensor x, Geometry g, Window window) {
        Shape shape = g.shape(x);
        double[] values = new double[(int) shape.size()];
        int plane = g.rows.outputs(g.ceil) * g.columns.outputs(g.ceil);
        Tensor planes = x.reshape(Planes.count(x), g.rows.inputs, g.columns.inputs);
        for (int e = 0; e < values.length; e++) {
            int j = e % g.columns.outputs(g.ceil);
            int i = e / g.columns.outputs(g.ceil) % g.rows.outputs(g.ceil);
            values[e] = window.value(planes.select(0, e / plane), g, i, j);
        }
        return Tensor.of(values, values.length).reshape(shape);
    }

    private static double max(Tensor plane, Geometry g, int i, int j) {
        double best = Double.NEGATIVE_INFINITY;
        for (int a : g.rows.seen(i)) {
            for (int b : g.columns.seen(j)) {
                best = g.rows.has(a) && g.columns.has(b) ? Math.max(best, plane.get(a, b)) : best;
            }
        }
        return best;
    }

    private static double average(Tensor plane, Geometry g, int i, int j, boolean countPadding) {
        double sum = 0;
        int count = 0;
        for (int a : g.rows.seen(i)) {
            for (int b : g.columns.seen(j)) {
                boolean inside = g.rows.has(a) && g.columns.has(b);
                boolean padded = a < g.rows.inputs + g.rows.padding && b < g.columns.inputs + g.columns.padding;
                sum += inside ? plane.get(a, b) : 0;
                count += inside || (countPadding && padded) ? 1 : 0;
            }
        }
        return sum / count;
    }

    @Test
    void maximaOfManyGeometries() {
        var random = new SplittableRandom(1);
        for (int trial = 0; trial < 60; trial++) {
            Geometry g = Geometry.draw(random, 12);
            Tensor x = any(random, random.nextInt(3), 2, g.rows.inputs, g.columns.inputs);
            assertClose(naive(x, g, PoolingTest::max), x.maxPool2d(g.options()), 0);
            Tensor single = x.to(DType.F32);
            assertClose(single.to(DType.F64).maxPool2d(g.options()), single.maxPool2d(g.options()), 0);
        }
    }

    @Test
    void averagesOfManyGeometries() {
        var random = new SplittableRandom(2);
        for (int trial = 0; trial < 60; trial++) {
            Geometry g = Geometry.draw(random, 12);
            boolean countPadding = random.nextBoolean();
            PoolOptions options = g.options().countPadding(countPadding);
            Tensor x = any(random, 2, random.nextInt(3), g.rows.inputs, g.columns.inputs);
            Tensor expected = naive(x, g, (plane, geometry, i, j) -> average(plane, geometry, i, j, countPadding));
            assertClose(expected, x.avgPool2d(options), 1e-12);
            assertSingles(y -> y.avgPool2d(options), x);
        }
    }

    @Test
    void gradientsOfManyGeometries() {
        var random = new SplittableRandom(3);
        for (int trial = 0; trial < 12; trial++) {
            Geometry g = Geometry.draw(random, 6);
            Tensor x = any(random, 2, g.rows.inputs, g.columns.inputs);
            Tensor spread = Tensor.of(
                    shuffled(random, 2 * g.rows.inputs * g.columns.inputs),
                    x.shape().dims());
            assertGradients(in -> in.get(0).maxPool2d(g.options()), spread);
            assertGradients(in -> in.get(0).avgPool2d(g.options()), x);
            assertAdjoint(y -> y.avgPool2d(g.options()), x, random);
        }
    }

    /** Numbers so far apart that a small step changes no winner. */
    private static double[] shuffled(SplittableRandom random, int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            int at = random.nextInt(i + 1);
            values[i] = values[at];
            values[at] = .1 * i;
        }
        return values;
    }

    @Test
    void scatterAndGatherAreAdjoint() {
        var random = new SplittableRandom(4);
        Tensor compact = Tensor.of(new int[] {5, 0, 5, 3, 1, 1}, 1, 2, 3);
        Tensor indices = Layout.PERMUTED.arrange(compact, random);
        Tensor x = any(random, 1, 2, 3);
        Tensor ones = Tensor.ones(DType.F64, 1, 2, 3);
        assertArrayEquals(
                new double[] {1, 2, 0, 1, 0, 2},
                new PoolScatter(2, 3).one(ones, indices).toDoubleArray());
        assertArrayEquals(
                new double[] {6, 1, 6, 4, 2, 2},
                new PoolGather()
                        .one(Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 1, 2, 3), indices)
                        .toDoubleArray());
        assertAdjoint(y -> new PoolScatter(3, 4).one(y, indices), x, random);
        assertAdjoint(y -> new PoolGather().one(y, indices), any(random, 1, 3, 4), random);
    }

    @Test
    void firstOfEqualOnesGetsTheGradient() {
        try (var tape = Tape.open()) {
            Tensor x = Tensor.of(new float[] {1, 1, 1, 1, -0f, 0, 0, -0f}, 2, 4);
            Tensor y = x.maxPool2d(2);
            assertArrayEquals(new float[] {1, 1}, y.toFloatArray());
            assertArrayEquals(
                    new float[] {1, 0, 1, 0, 0, 0, 0, 0},
                    tape.gradient(y.sum(), x).toFloatArray());
        }
    }

    @Test
    void notANumberIsTheLargest() {
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            Tensor x = Tensor.of(
                            new double[] {1, Double.NaN, Double.POSITIVE_INFINITY, 2, 3, Double.NEGATIVE_INFINITY},
                            1,
                            2,
                            3)
                    .to(dtype);
            assertArrayEquals(
                    new double[] {Double.NaN, Double.NaN},
                    x.maxPool2d(PoolOptions.of(2).stride(1)).toDoubleArray());
        }
        Tensor low = Tensor.full(DType.F32, Double.NEGATIVE_INFINITY, 2, 2);
        assertEquals(Double.NEGATIVE_INFINITY, low.maxPool2d(2).item());
    }

    @Test
    void alongOneAxis() {
        Tensor x = Tensor.of(new float[] {3, 1, 4, 1, 5, 9, 2}, 1, 7);
        assertArrayEquals(new float[] {3, 4, 9}, x.maxPool1d(PoolOptions.of(2)).toFloatArray());
        assertArrayEquals(
                new float[] {3, 4, 9, 2},
                x.maxPool1d(PoolOptions.of(2).ceilMode(true)).toFloatArray());
        assertArrayEquals(
                new float[] {2, 2.5f, 7, 2},
                x.avgPool1d(PoolOptions.of(2).ceilMode(true)).toFloatArray());
        assertEquals(Shape.of(3), Tensor.zeros(7).maxPool1d(PoolOptions.of(2)).shape());
    }

    /** Against the pooling of all pairs of slices, and rows against permuted axes. */
    @Test
    void alongThreeAxes() {
        var random = new SplittableRandom(5);
        Tensor x = any(random, 2, 1, 5, 6, 7);
        PoolOptions options = PoolOptions.of(2, 3, 2).stride(2, 1, 2).padding(1, 1, 0);
        Tensor slices = x.maxPool2d(PoolOptions.of(3, 2).stride(1, 2).padding(1, 0));
        Tensor depth = slices.permute(0, 1, 3, 4, 2)
                .maxPool1d(PoolOptions.of(2).padding(1))
                .permute(0, 1, 4, 2, 3);
        assertClose(depth, x.maxPool3d(options), 0);
        Tensor means = x.avgPool2d(PoolOptions.of(3, 2).stride(1, 2).padding(1, 0));
        Tensor mean = means.permute(0, 1, 3, 4, 2)
                .avgPool1d(PoolOptions.of(2).padding(1))
                .permute(0, 1, 4, 2, 3);
        assertClose(mean, x.avgPool3d(options), 1e-12);
        assertAdjoint(y -> y.avgPool3d(options), x, random);
        // The first of equal ones, in row-major order of all three axes.
        try (var tape = Tape.open()) {
            Tensor ties = Tensor.ones(2, 2, 2);
            assertArrayEquals(
                    new float[] {1, 0, 0, 0, 0, 0, 0, 0},
                    tape.gradient(ties.maxPool3d(PoolOptions.of(2)).sum(), ties).toFloatArray());
        }
    }

    @Test
    void averageOfOnesIsOne() {
        Tensor ones = Tensor.ones(1, 21, 21);
        for (int kernel = 1; kernel <= 21; kernel++) {
            Tensor y = ones.avgPool2d(kernel);
            assertArrayEquals(Tensor.ones(y.shape().dims()).toFloatArray(), y.toFloatArray());
        }
    }

    @Test
    void adaptiveAverages() {
        var random = new SplittableRandom(6);
        Tensor x = any(random, 2, 3, 7, 10);
        for (int h : new int[] {1, 2, 3, 7, 9}) {
            for (int w : new int[] {1, 4, 10}) {
                Tensor y = x.adaptiveAvgPool(h, w);
                assertEquals(Shape.of(2, 3, h, w), y.shape());
                for (int i = 0; i < h; i++) {
                    for (int j = 0; j < w; j++) {
                        Tensor window = x.slice(2, i * 7 / h, Math.ceilDiv((i + 1) * 7, h))
                                .slice(3, j * 10 / w, Math.ceilDiv((j + 1) * 10, w));
                        assertEquals(window.mean(2, 3).get(1, 2), y.get(1, 2, i, j), 1e-12);
                    }
                }
                assertAdjoint(z -> z.adaptiveAvgPool(h, w), x, random);
                assertSingles(z -> z.adaptiveAvgPool(h, w), x);
            }
        }
        assertEquals(
                Shape.of(2, 3, 2, 4), x.adaptiveAvgPool(3, 2, 4).slice(1, 0, 3).shape());
    }

    @Test
    void emptyBatches() {
        Tensor none = Tensor.zeros(0, 3, 4, 4);
        assertEquals(Shape.of(0, 3, 2, 2), none.maxPool2d(2).shape());
        assertEquals(Shape.of(0, 3, 2, 2), none.avgPool2d(2).shape());
        assertEquals(Shape.of(0, 3, 1, 1), none.adaptiveAvgPool(1, 1).shape());
        try (var tape = Tape.open()) {
            Tensor x = Tensor.zeros(0, 3, 4, 4);
            assertEquals(x.shape(), tape.gradient(x.maxPool2d(2).sum(), x).shape());
        }
    }

    /** Twice through the network's own sizes, where the vector loop has taken over by the end. */
    @Test
    void warmLoopsGiveTheSameBits() {
        var random = new SplittableRandom(7);
        Tensor x = Layout.compact(random, -1, 1, 16, 8, 28, 28).to(DType.F32);
        float[] first = x.maxPool2d(2).toFloatArray();
        for (int i = 0; i < 60; i++) {
            assertArrayEquals(first, x.maxPool2d(2).toFloatArray());
        }
    }
}
