package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

class SortingTest {

    /** Where the elements of a vector go, by the JDK's stable sort. */
    private static long[] expected(double[] values, boolean descending) {
        // Double.compare puts NaN last, but tells −0 from 0: adding 0 makes them equal.
        Comparator<Integer> order = Comparator.comparingDouble(i -> values[i] + 0d);
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(descending ? order.reversed() : order)
                .mapToLong(i -> i)
                .toArray();
    }

    private static double[] anything(SplittableRandom random, int length) {
        double[] odd = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, -0.0, 1, -1, 1e-40, -1e-40};
        double[] values = new double[length];
        Arrays.setAll(
                values,
                i -> random.nextInt(3) == 0
                        ? odd[random.nextInt(odd.length)]
                        : (float) (random.nextGaussian() * 100) / (1 + random.nextInt(3)));
        return values;
    }

    @Test
    void vectorsOfAllLengthsSortAsTheJdkDoes() {
        var random = new SplittableRandom(1);
        int[] lengths = {0, 1, 2, 3, 7, 47, 48, 49, 64, 100, 1000, 5000};
        for (int length : lengths) {
            for (DType type : new DType[] {DType.F32, DType.F64}) {
                double[] values = anything(random, length);
                Tensor x = Tensor.of(values, length).to(type);
                double[] rounded = x.toDoubleArray();
                for (boolean descending : new boolean[] {false, true}) {
                    Ranked sorted = x.sort(0, descending);
                    long[] right = expected(rounded, descending);
                    String what = type + " " + length + " " + descending;
                    assertArrayEquals(right, sorted.indices().toLongArray(), what);
                    assertArrayEquals(right, x.argSort(0, descending).toLongArray(), what);
                    double[] inOrder = Arrays.stream(right)
                            .mapToDouble(i -> rounded[(int) i])
                            .toArray();
                    assertArrayEquals(inOrder, sorted.values().toDoubleArray(), what);
                    assertEquals(type, sorted.values().dtype());
                }
            }
        }
    }

    @Test
    void integersSortByValue() {
        long[] values = {3, Long.MIN_VALUE, -1, 0, Long.MAX_VALUE, 3, -1};
        assertArrayEquals(
                new long[] {1, 2, 6, 3, 0, 5, 4},
                Tensor.of(values).argSort(0, false).toLongArray());
        assertArrayEquals(
                new long[] {4, 0, 5, 3, 2, 6, 1},
                Tensor.of(values).argSort(0, true).toLongArray());
        int[] ints = {5, Integer.MIN_VALUE, Integer.MAX_VALUE, -5};
        assertArrayEquals(
                new long[] {1, 3, 0, 2}, Tensor.of(ints).argSort(0, false).toLongArray());
        byte[] bytes = {(byte) 200, 3, (byte) 255, 0};
        assertArrayEquals(
                new long[] {3, 1, 0, 2}, Tensor.of(bytes).argSort(0, false).toLongArray());
        boolean[] flags = {true, false, true, false};
        assertArrayEquals(
                new long[] {0, 2, 1, 3}, Tensor.of(flags).argSort(0, true).toLongArray());
    }

    @Test
    void everyAxisOfEveryLayoutIsSortedByItself() {
        var random = new SplittableRandom(2);
        for (int round = 0; round < 60; round++) {
            long[] dims = {random.nextInt(5), 1 + random.nextInt(60), 1 + random.nextInt(4)};
            Tensor x = Layout.random(random, -3, 3, dims).round();
            Tensor arranged = Layout.any(x, random);
            int axis = random.nextInt(3);
            boolean descending = random.nextBoolean();
            Ranked sorted = arranged.sort(axis, descending);
            assertEquals(x.shape(), sorted.indices().shape());
            Tensor rows = arranged.transpose(axis, 2).contiguous();
            Tensor found = sorted.indices().transpose(axis, 2);
            long length = rows.dim(2);
            for (long r = 0; r < rows.size() / Math.max(length, 1); r++) {
                Tensor row = rows.reshape(-1, length).select(0, r);
                assertArrayEquals(
                        expected(row.toDoubleArray(), descending),
                        found.reshape(-1, length).select(0, r).toLongArray());
            }
        }
    }

    @Test
    void topKIsTheHeadOfTheSort() {
        var random = new SplittableRandom(3);
        for (int length : new int[] {1, 5, 50, 400}) {
            for (int k : new int[] {0, 1, 2, 5, 20, 25, 26, 400}) {
                if (k > length) {
                    continue;
                }
                double[] values = anything(random, length);
                Arrays.setAll(values, i -> random.nextInt(4) == 0 ? values[0] : values[i]);
                Tensor x = Tensor.of(values, length);
                for (boolean largest : new boolean[] {false, true}) {
                    long[] right = Arrays.copyOf(expected(values, largest), k);
                    Ranked top = x.topK(k, 0, largest);
                    assertArrayEquals(right, top.indices().toLongArray(), length + " " + k + " " + largest);
                    assertArrayEquals(
                            Arrays.stream(right)
                                    .mapToDouble(i -> values[(int) i])
                                    .toArray(),
                            top.values().toDoubleArray());
                }
            }
        }
    }

    @Test
    void topKRunsAlongAnyAxis() {
        Tensor x = Tensor.of(new float[] {1, 9, 5, 7, 2, 8}, 2, 3);
        Ranked best = x.topK(2, -1, true);
        assertArrayEquals(new float[] {9, 5, 8, 7}, best.values().toFloatArray());
        assertArrayEquals(new long[] {1, 2, 2, 0}, best.indices().toLongArray());
        Ranked least = x.topK(1, 0, false);
        assertEquals(Shape.of(1, 3), least.values().shape());
        assertArrayEquals(new float[] {1, 2, 5}, least.values().toFloatArray());
    }
}
