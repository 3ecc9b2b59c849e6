package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.culebra.check.GradCheck;
import org.culebra.kernel.parallel.Team;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

class IndexingTest {
    private static final DType[] TYPES = DType.values();

    /** Every element against what a loop over indices says. */
    private static void assertElements(Tensor found, ToDoubleFunction<long[]> expected, String what) {
        double[] values = found.toDoubleArray();
        long[] index = new long[found.rank()];
        for (int e = 0; e < values.length; e++) {
            long rest = e;
            for (int k = index.length - 1; k >= 0; k--) {
                index[k] = rest % found.dim(k);
                rest /= found.dim(k);
            }
            double right = expected.applyAsDouble(index);
            assertEquals(right, values[e], 1e-12 * Math.max(1, Math.abs(right)), what);
        }
    }

    private static Tensor indices(SplittableRandom random, long bound, long... dims) {
        long[] values = new long[(int) Shape.of(dims).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextLong(bound);
        }
        return Tensor.of(values, values.length).reshape(dims);
    }

    // ---------------------------------------------------------------- gather

    @Test
    void gatherTakesOneElementPerIndexInEveryLayoutAndType() {
        var random = new SplittableRandom(1);
        for (int round = 0; round < 200; round++) {
            long[] dims = {1 + random.nextInt(5), 1 + random.nextInt(20), 1 + random.nextInt(5)};
            int rank = 1 + random.nextInt(3);
            Shape shape = Shape.of(dims).range(0, rank);
            int axis = random.nextInt(rank);
            DType type = TYPES[round % TYPES.length];
            Tensor x = Layout.any(
                    Layout.compact(random, 0, 200, shape.raw()).floor().to(type), random);
            long count = random.nextInt(8);
            Tensor index = Layout.any(
                    indices(random, x.dim(axis), shape.with(axis, count).raw()), random);
            Tensor y = x.gather(axis, round % 2 == 0 ? index : index.to(DType.I32));
            assertEquals(type, y.dtype());
            assertEquals(shape.with(axis, count), y.shape());
            assertElements(
                    y, at -> x.get(Sample.at(at, axis, (long) index.get(at))), type + " " + shape + " along " + axis);
        }
    }

    @Test
    void gatherBroadcastsTheOtherAxes() {
        Tensor x = Tensor.arange(DType.F64, 0, 12, 1).reshape(3, 4);
        Tensor index = Tensor.of(new long[] {2, 0}, 1, 2);
        assertElements(x.gather(1, index), at -> x.get(at[0], at[1] == 0 ? 2 : 0), "index repeats");
        Tensor row = Tensor.of(new double[] {10, 20, 30}, 1, 3);
        Tensor each = Tensor.of(new long[] {2, 1, 0, 0}, 4, 1);
        assertArrayEquals(
                new double[] {30, 20, 10, 10}, row.gather(-1, each).reshape(4).toDoubleArray());
    }

    @Test
    void whatArgMaxReturnsGathersTheMaxima() {
        Tensor x = Layout.compact(new SplittableRandom(2), -1, 1, 5, 7);
        Tensor best = x.gather(1, x.argMax(1, true));
        assertArrayEquals(x.max(true, 1).toDoubleArray(), best.toDoubleArray());
    }

    @Test
    void gatherOfManyElementsIsSharedOutAmongThreads() {
        var random = new SplittableRandom(3);
        Tensor x = Layout.compact(random, -1, 1, 50, 300);
        Tensor rows = indices(random, 50, 700);
        Tensor y = x.indexSelect(0, rows);
        assertElements(y, at -> x.get((long) rows.get(at[0]), at[1]), "rows");
        Tensor index = indices(random, 300, 50, 1300);
        assertElements(x.gather(1, index), at -> x.get(at[0], (long) index.get(at)), "along the last axis");
        Tensor t = x.transpose();
        Tensor other = indices(random, 300, 1300, 50);
        assertElements(t.gather(0, other), at -> t.get((long) other.get(at), at[1]), "along the first axis");
    }

    // ---------------------------------------------------------------- scatter

    @Test
    void scatterAddAddsInEveryLayoutAndType() {
        var random = new SplittableRandom(4);
        for (int round = 0; round < 200; round++) {
            long[] dims = {1 + random.nextInt(5), 1 + random.nextInt(20), 1 + random.nextInt(5)};
            int rank = 1 + random.nextInt(3);
            Shape shape = Shape.of(dims).range(0, rank);
            int axis = random.nextInt(rank);
            DType type = TYPES[round % 4];
            long count = random.nextInt(12);
            Tensor x = Layout.any(
                    Layout.compact(random, 0, 99, shape.raw()).floor().to(type), random);
            Tensor source = Layout.any(
                    Layout.compact(random, 0, 99, shape.with(axis, count).raw())
                            .floor()
                            .to(type),
                    random);
            Tensor index = Layout.any(
                    indices(random, x.dim(axis), shape.with(axis, count).raw()), random);
            Tensor y = x.scatterAdd(axis, index, source);
            assertEquals(type, y.dtype());
            assertEquals(shape, y.shape());
            assertElements(
                    y,
                    at -> {
                        double sum = x.get(at);
                        for (long a = 0; a < count; a++) {
                            long[] from = Sample.at(at, axis, a);
                            sum += index.get(from) == at[axis] ? source.get(from) : 0;
                        }
                        return sum;
                    },
                    type + " " + shape + " along " + axis);
        }
    }

    @Test
    void scatterAddBroadcastsIndexAndSource() {
        Tensor x = Tensor.zeros(DType.F64, 3, 4);
        Tensor index = Tensor.of(new long[] {0, 3, 3}, 1, 3);
        Tensor y = x.scatterAdd(1, index, Tensor.of(new double[] {1, 2, 3}, 3, 1));
        assertElements(y, at -> at[1] == 0 ? at[0] + 1 : at[1] == 3 ? 2 * (at[0] + 1) : 0, "both repeat");
    }

    @Test
    void smallTypesAreAddedAsI32() {
        Tensor votes = Tensor.zeros(DType.I32, 3)
                .scatterAdd(0, Tensor.of(new long[] {0, 2, 2, 2}), Tensor.ones(DType.BOOL, 4));
        assertEquals(DType.I32, votes.dtype());
        assertArrayEquals(new int[] {1, 0, 3}, votes.toIntArray());
        Tensor bytes =
                Tensor.zeros(DType.U8, 1).scatterAdd(0, Tensor.of(new long[] {0, 0}), Tensor.full(DType.U8, 200, 2));
        assertArrayEquals(new int[] {400}, bytes.toIntArray());
    }

    @Test
    void indexSelectAndIndexAddTakeAndAddWholeSlices() {
        var random = new SplittableRandom(5);
        for (int round = 0; round < 60; round++) {
            Tensor x = Layout.random(random, -1, 1, 3, 4, 5);
            int axis = random.nextInt(3);
            Tensor index = Layout.any(indices(random, x.dim(axis), random.nextInt(7)), random);
            Tensor y = x.indexSelect(axis, index);
            assertEquals(x.shape().with(axis, index.size()), y.shape());
            assertElements(y, at -> x.get(Sample.at(at, axis, (long) index.get(at[axis]))), "select along " + axis);
            Tensor source = Layout.random(random, -1, 1, y.shape().raw());
            Tensor z = x.indexAdd(axis, index, source);
            assertElements(
                    z,
                    at -> {
                        double sum = x.get(at);
                        for (long a = 0; a < index.size(); a++) {
                            sum += index.get(a) == at[axis] ? source.get(Sample.at(at, axis, a)) : 0;
                        }
                        return sum;
                    },
                    "add along " + axis);
        }
    }

    @Test
    void embeddingTakesRowsForAnIndexOfAnyShape() {
        Tensor table = Tensor.arange(DType.F32, 0, 15, 1).reshape(5, 3);
        Tensor index = Tensor.of(new int[] {4, 0, 0, 2}, 2, 2);
        Tensor y = table.embedding(index);
        assertEquals(Shape.of(2, 2, 3), y.shape());
        assertElements(y, at -> 3 * index.get(at[0], at[1]) + at[2], "rows");
        assertEquals(Shape.of(3), table.embedding(Tensor.full(DType.I64, 1)).shape());
        assertEquals(
                Shape.of(0, 7, 3),
                table.embedding(Tensor.zeros(DType.I64, 0, 7)).shape());
        assertArrayEquals(
                new double[] {2, 2},
                Tensor.of(new double[] {1, 2})
                        .embedding(Tensor.of(new long[] {1, 1}))
                        .toDoubleArray());
    }

    @Test
    void theGradientOfAnEmbeddingAddsUpRows() {
        Tensor table = Tensor.zeros(DType.F64, 4, 2);
        try (var tape = Tape.open()) {
            Tensor y = table.embedding(Tensor.of(new long[] {1, 3, 1}));
            Tensor g = tape.gradient(y, table, Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2), Order.FIRST);
            assertArrayEquals(new double[] {0, 0, 6, 8, 0, 0, 3, 4}, g.toDoubleArray());
        }
    }

    @Test
    void gradientsOfBothOrdersAreThoseOfDifferences() {
        var random = new SplittableRandom(6);
        Tensor index = indices(random, 4, 3, 6);
        Tensor row = indices(random, 4, 1, 6);
        Tensor vector = indices(random, 4, 5);
        Tensor mask = Tensor.bernoulli(Random.seeded(1), DType.BOOL, .5, 3, 4);
        Tensor x = Layout.compact(random, -1, 1, 3, 4);
        Tensor source = Layout.compact(random, -1, 1, 3, 6);
        check(List.of(x), in -> in.get(0).gather(1, index).square());
        check(List.of(x), in -> in.get(0).gather(1, row).square());
        check(
                List.of(x, source),
                in -> in.get(0).scatterAdd(1, index, in.get(1)).square());
        check(
                List.of(x, source.narrow(0, 0, 1)),
                in -> in.get(0).scatterAdd(1, row, in.get(1)).square());
        check(List.of(x), in -> in.get(0).indexSelect(1, vector).square());
        check(
                List.of(x, Layout.compact(random, -1, 1, 5)),
                in -> in.get(0).indexAdd(1, vector, in.get(1)).square());
        check(List.of(x), in -> in.get(0).transpose().embedding(index).square());
        check(List.of(x), in -> in.get(0).maskedSelect(mask).square());
        check(
                List.of(x),
                in -> in.get(0).sort(1, true).values().mul(Tensor.arange(4)).square());
        check(List.of(x), in -> in.get(0).topK(2, 0, false).values().square());
        check(List.of(x, x.add(1)), in -> Tensor.stack(1, in).square());
        check(List.of(x, source), in -> Tensor.concat(1, in).square());
    }

    private static void check(List<Tensor> inputs, java.util.function.Function<List<Tensor>, Tensor> function) {
        GradCheck.of(function)
                .order(2)
                .step(1e-4)
                .check(inputs.toArray(new Tensor[0]))
                .orThrow();
    }

    @Test
    void sumsAreTheSameBitsForAnyNumberOfThreads() {
        var random = new SplittableRandom(7);
        Tensor rows = indices(random, 40, 3000);
        Tensor each = indices(random, 40, 40, 3000);
        Tensor source = Layout.compact(random, -1, 1, 3000, 70).to(DType.F32);
        float[][] found = new float[3][];
        int[] threads = {1, 2, 4};
        for (int i = 0; i < threads.length; i++) {
            int at = i;
            Team.withThreads(threads[i], () -> {
                Tensor slices = Tensor.zeros(40, 70).indexAdd(0, rows, source);
                Tensor elements = Tensor.zeros(40, 40)
                        .scatterAdd(1, each, source.transpose().narrow(0, 0, 40));
                found[at] = Tensor.concat(1, slices, elements).toFloatArray();
            });
        }
        assertArrayEquals(found[0], found[1]);
        assertArrayEquals(found[0], found[2]);
    }

    @Test
    void emptyAxesGiveEmptyResults() {
        Tensor none = Tensor.zeros(DType.I64, 2, 0);
        assertEquals(Shape.of(2, 0), Tensor.zeros(2, 0).gather(1, none).shape());
        assertArrayEquals(
                new float[] {1, 1},
                Tensor.ones(2, 1).scatterAdd(1, none, Tensor.zeros(2, 0)).toFloatArray());
        assertEquals(
                Shape.of(3, 0),
                Tensor.zeros(2, 0).embedding(Tensor.of(new long[] {1, 0, 1})).shape());
    }

    @Test
    void anIndexChangedInPlaceIsNoticed() {
        Tensor x = Tensor.zeros(DType.F64, 3);
        Tensor index = Tensor.of(new long[] {0, 1});
        try (var tape = Tape.open()) {
            Tensor y = x.gather(0, index).sum();
            index.fill(2);
            var error = assertThrows(IllegalStateException.class, () -> tape.gradient(y, x));
            assertTrue(String.valueOf(error.getMessage()).contains("gradient of gather"), error::toString);
        }
    }

    // ---------------------------------------------------------------- one-hot and masks

    @Test
    void oneHotIsOneAtTheLabel() {
        Tensor labels = Tensor.of(new byte[] {2, 0, 1, 2}, 2, 2).transpose();
        Tensor y = labels.oneHot(3);
        assertEquals("f32[2, 2, 3]", y.describe());
        assertElements(y, at -> labels.get(at[0], at[1]) == at[2] ? 1 : 0, "one-hot");
        for (DType type : TYPES) {
            assertArrayEquals(y.toFloatArray(), labels.oneHot(3, type).toFloatArray(), type.toString());
            assertEquals(type, labels.oneHot(3, type).dtype());
        }
        assertEquals(Shape.of(0, 5), Tensor.zeros(DType.I64, 0).oneHot(5).shape());
        assertArrayEquals(
                new float[] {0, 1}, Tensor.full(DType.I32, 1).oneHot(2).toFloatArray());
    }

    @Test
    void maskedSelectKeepsTheOrder() {
        Tensor x = Tensor.arange(DType.F64, 0, 6, 1).reshape(2, 3).transpose();
        assertArrayEquals(
                new double[] {4, 2, 5}, x.maskedSelect(x.gt(1).and(x.ne(3))).toDoubleArray());
        Tensor rows = Tensor.of(new boolean[] {true, false, true}, 3, 1);
        assertArrayEquals(new double[] {0, 3, 2, 5}, x.maskedSelect(rows).toDoubleArray());
        assertEquals(Shape.of(0), x.maskedSelect(x.lt(0)).shape());
        assertArrayEquals(
                new double[] {7, 7},
                Tensor.full(DType.F64, 7)
                        .maskedSelect(Tensor.ones(DType.BOOL, 2))
                        .toDoubleArray());
    }

    @Test
    void nonZeroListsPositions() {
        Tensor x = Tensor.of(new double[] {0, 1, Double.NaN, 0, -0.0, 2}, 2, 3);
        assertEquals("i64[3, 2]", x.nonZero().describe());
        assertArrayEquals(new long[] {0, 1, 0, 2, 1, 2}, x.nonZero().toLongArray());
        assertArrayEquals(new long[] {1, 0, 2, 0, 2, 1}, x.transpose().nonZero().toLongArray());
        assertEquals(Shape.of(1, 0), Tensor.scalar(3).nonZero().shape());
        assertEquals(Shape.of(0, 0), Tensor.scalar(0).nonZero().shape());
        assertEquals(Shape.of(0, 2), Tensor.zeros(0, 5).nonZero().shape());
    }

    // ---------------------------------------------------------------- joining

    @Test
    void concatAndStackJoin() {
        Tensor a = Tensor.of(new double[] {1, 2}, 1, 2);
        Tensor b = Tensor.of(new float[] {3, 4, 5, 6}, 2, 2).transpose();
        Tensor joined = Tensor.concat(0, a, b);
        assertEquals("f64[3, 2]", joined.describe());
        assertArrayEquals(new double[] {1, 2, 3, 5, 4, 6}, joined.toDoubleArray());
        assertArrayEquals(
                new double[] {1, 3, 5, 2, 4, 6},
                Tensor.concat(-1, a.transpose(), b).toDoubleArray());
        Tensor stacked = Tensor.stack(-1, a, a.mul(10));
        assertEquals(Shape.of(1, 2, 2), stacked.shape());
        assertArrayEquals(new double[] {1, 10, 2, 20}, stacked.toDoubleArray());
        assertEquals(Shape.of(3, 1, 2), Tensor.stack(0, a, a, a).shape());
        assertArrayEquals(
                new double[] {7, 8},
                Tensor.stack(0, Tensor.full(DType.F64, 7), Tensor.full(DType.F64, 8))
                        .toDoubleArray());
    }
}
