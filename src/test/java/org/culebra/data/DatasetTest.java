package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class DatasetTest {
    private static final List<String> ABC = List.of("a", "b", "c");

    /** Example i is [i, i + 0.5], its label i mod 3. */
    private static Dataset points(String name, int size) {
        return new Dataset(
                name,
                Tensor.arange(DType.F32, 0, size, .5).reshape(size, 2),
                Tensor.of(LongStream.range(0, size).map(i -> i % 3).toArray()),
                ABC);
    }

    private static long[] numbers(Dataset dataset) {
        float[] values = dataset.images().toFloatArray();
        return IntStream.range(0, (int) dataset.size())
                .mapToLong(i -> (long) values[2 * i])
                .toArray();
    }

    private static void says(String message, org.junit.jupiter.api.function.Executable action) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, action).getMessage());
    }

    // ---------------------------------------------------------------- reading

    @Test
    void examplesAreReadInTheOrderAskedForAndAreCopies() {
        Dataset data = points("p", 5);
        Batch batch = data.get(4, 0, 4);
        assertArrayEquals(new float[] {4, 4.5f, 0, .5f, 4, 4.5f}, batch.inputs().toFloatArray());
        assertArrayEquals(new long[] {1, 0, 1}, batch.labels().toLongArray());
        batch.release();
        assertArrayEquals(new long[] {0, 1, 2, 3, 4}, numbers(data));
        assertEquals(0, data.get().size());
        assertEquals("p: 5 arrays of 2 in 3 classes", data.toString());
    }

    @Test
    void arraysByNameAreADataSet() {
        Map<String, Tensor> arrays = Map.of("x", Tensor.zeros(3, 2), "y", Tensor.of(new int[] {0, 2, 1}));
        Dataset data = Dataset.of("named", arrays, "x", "y");
        assertEquals(List.of("0", "1", "2"), data.classes());
        assertArrayEquals(new long[] {0, 2, 1}, data.labels().toLongArray());
        says(
                "dataset 'named': there is no array 'z' among [x]",
                () -> Dataset.of("named", Map.of("x", Tensor.zeros(3)), "x", "z"));
        says(
                "dataset 'named': array 'x' must hold one whole number per example, but is f32[3, 2]",
                () -> Dataset.of("named", arrays, "y", "x"));
    }

    @Test
    void withoutLabelsThereIsOneClass() {
        Dataset data = Dataset.unlabelled("faces", Tensor.zeros(2, 3));
        assertEquals(List.of("faces"), data.classes());
        assertArrayEquals(new long[] {0, 0}, data.labels().toLongArray());
    }

    // ---------------------------------------------------------------- others made of it

    @Test
    void subsetsConcatenationsAndMapsCompose() {
        Dataset both = Dataset.concat(points("p", 4), points("q", 3)).subset(6, 0, 5, 0, 4);
        assertArrayEquals(new long[] {2, 0, 1, 0, 0}, numbers(both));
        assertArrayEquals(new long[] {2, 0, 1, 0, 0}, both.labels().toLongArray());
        assertEquals("p + q", both.name());
        Dataset doubled = both.map(x -> x.mul(2).narrow(1, 0, 1));
        assertEquals(Shape.of(1), doubled.inputs().shape());
        assertArrayEquals(new float[] {0, 4, 2}, doubled.get(3, 0, 2).inputs().toFloatArray());
        assertEquals(2, both.first(2).size());
        assertEquals(5, both.first(9).size());
        assertArrayEquals(new long[] {2, 0}, numbers(both.first(2)));
    }

    @Test
    void whatIsCachedIsReadOnce() {
        var read = new ArrayList<Long>();
        var column = Column.of(4, DType.F32, Shape.of(2), position -> {
            read.add(position);
            return Tensor.full(DType.F32, (double) position, 2);
        });
        Dataset data =
                Dataset.pairs("lazy", column, Column.of(Tensor.arange(4))).cached();
        assertTrue(read.isEmpty());
        assertArrayEquals(new float[] {3, 3, 1, 1}, data.inputs().get(3, 1).toFloatArray());
        assertArrayEquals(
                new float[] {1, 1, 1, 1, 2, 2}, data.inputs().get(1, 1, 2).toFloatArray());
        assertEquals(List.of(3L, 1L, 2L), read);
        assertArrayEquals(new float[] {0, 0, 1, 1, 2, 2, 3, 3}, data.images().toFloatArray());
        assertEquals(List.of(3L, 1L, 2L, 0L), read);
    }

    // ---------------------------------------------------------------- splits

    @Test
    void aSplitDealsEveryExampleOutOnce() {
        List<Dataset> parts = points("p", 10).split(Random.seeded(1), .7, .2, .1);
        assertEquals(List.of(7L, 2L, 1L), parts.stream().map(Dataset::size).toList());
        long[] all = parts.stream()
                .flatMapToLong(part -> Arrays.stream(numbers(part)))
                .sorted()
                .toArray();
        assertArrayEquals(LongStream.range(0, 10).toArray(), all);
        assertArrayEquals(
                numbers(parts.get(0)),
                numbers(points("p", 10).split(Random.seeded(1), .7, .2, .1).get(0)));
        assertFalse(Arrays.equals(
                numbers(parts.get(0)),
                numbers(points("p", 10).split(Random.seeded(2), .7, .2, .1).get(0))));
        assertEquals("p, part 2", parts.get(1).name());
        assertEquals(5, points("p", 10).split(Random.seeded(1), .5).get(0).size());
    }

    @Test
    void aStratifiedSplitKeepsTheFrequenciesOfTheClasses() {
        // 60 of a, 30 of b, 10 of c
        long[] labels = LongStream.range(0, 100)
                .map(i -> i % 10 < 6 ? 0 : i % 10 < 9 ? 1 : 2)
                .toArray();
        var data = new Dataset("skewed", Tensor.zeros(100, 1), Tensor.of(labels), ABC);
        List<Dataset> parts = data.splitStratified(Random.seeded(3), .8, .2);
        assertArrayEquals(new long[] {48, 24, 8}, counts(parts.get(0)));
        assertArrayEquals(new long[] {12, 6, 2}, counts(parts.get(1)));
    }

    private static long[] counts(Dataset data) {
        long[] counts = new long[3];
        for (long label : data.labels().toLongArray()) {
            counts[(int) label]++;
        }
        return counts;
    }

    // ---------------------------------------------------------------- mistakes

    @Test
    void labelsOutOfRangeAreNamed() {
        says(
                "dataset 'x': example 2 has label 3 where there are 3 classes, 0 to 2",
                () -> new Dataset("x", Tensor.zeros(3, 2), Tensor.of(new long[] {0, 2, 3}), ABC));
        says(
                "dataset 'x': example 1 has label -1 where there are 3 classes, 0 to 2",
                () -> new Dataset("x", Tensor.zeros(2, 2), Tensor.of(new long[] {0, -1}), ABC));
        says(
                "dataset 'x': labels of classes must be i64[], not 2 of f32[]",
                () -> new Dataset("x", Tensor.zeros(2, 2), Tensor.zeros(2), ABC));
        says(
                "dataset 'x': as many targets as inputs are needed, not 3 of i64[] for 2 of f32[2]",
                () -> new Dataset("x", Tensor.zeros(2, 2), Tensor.arange(3), ABC));
    }

    @Test
    void examplesThatAreNotThereAreNamed() {
        says(
                "column: there is no example 5 among 5, 0 to 4",
                () -> points("p", 5).get(0, 5));
        says(
                "column: there is no example -1 among 5, 0 to 4",
                () -> points("p", 5).subset(-1));
        says(
                "column: examples lie along the first axis, but a scalar has none: f32[]",
                () -> Column.of(Tensor.scalar(1)));
    }

    @Test
    void examplesOfTheWrongSizeAreNamed() {
        var column = Column.of(3, DType.F32, Shape.of(2), position -> Tensor.zeros(position == 1 ? 3 : 2));
        says("column: example 1 is f32[3] where f32[2] belongs", () -> column.get(0, 1));
        var shrinking = new Column(3, DType.F32, Shape.of(2), positions -> Tensor.zeros(1, 2));
        says("column: what was read is f32[1, 2] where f32[2, 2] belongs", () -> shrinking.get(0, 1));
        says(
                "column: each example of column 1 is f32[3] where f32[2] belongs",
                () -> Column.concat(List.of(Column.of(Tensor.zeros(1, 2)), Column.of(Tensor.zeros(1, 3)))));
        says("concat: needs at least one column", () -> Column.concat(List.of()));
    }

    @Test
    void dataSetsThatDoNotJoinAreNamed() {
        var other = new Dataset("q", Tensor.zeros(1, 2), Tensor.arange(1), List.of("z"));
        says(
                "concat: the classes of 'q', [z], are not those of 'p', [a, b, c]",
                () -> Dataset.concat(points("p", 2), other));
        says("concat: needs at least one data set", Dataset::concat);
    }

    @Test
    void splitsThatAreNoneAreSaid() {
        Random random = Random.seeded(0);
        says(
                "split: shares must be positive and at most 1 together, not [0.9, 0.2]",
                () -> points("p", 5).split(random, .9, .2));
        says(
                "split: shares must be positive and at most 1 together, not [1.0, 0.0]",
                () -> points("p", 5).split(random, 1, 0));
        says(
                "split: shares must be positive and at most 1 together, not []",
                () -> points("p", 5).split(random));
        says(
                "split: a share of 0.1 of the 2 examples of 'p' is none",
                () -> points("p", 2).split(random, .9, .1));
        says(
                "splitStratified: the targets of 'n' are no classes but 2 of f32[]",
                () -> Dataset.pairs("n", Column.of(Tensor.zeros(2, 1)), Column.of(Tensor.zeros(2)))
                        .splitStratified(random, .5));
    }
}
