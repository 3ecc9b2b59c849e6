package org.culebra.kernel.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.culebra.kernel.Strided;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

/** Work along an axis against the definition. */
class LinesTest {
    private final Random random = new Random(31);

    /** Row-major numbers of the elements of a line, given that of its first. */
    private static long step(long[] dims, int axis) {
        long step = 1;
        for (int k = axis + 1; k < dims.length; k++) {
            step *= dims[k];
        }
        return step;
    }

    /** Calls with the row-major number of each line's first element, and the number of its result. */
    private static void forEachLine(long[] dims, int axis, BiConsumer<Long, Long> action) {
        long step = step(dims, axis);
        long lines = Layouts.product(dims) / dims[axis];
        for (long line = 0; line < lines; line++) {
            action.accept(line / step * step * dims[axis] + line % step, line);
        }
    }

    @Test
    void placeOfTheExtreme() {
        for (DType dtype : DType.values()) {
            for (int axis = 0; axis < 3; axis++) {
                for (boolean largest : new boolean[] {true, false}) {
                    long[] dims = {4, 7, 65};
                    Strided input = Layouts.broadcast(random, dtype, dims);
                    Layouts.fill(random, input);
                    long[] outputDims = dims.clone();
                    outputDims[axis] = 1;
                    Strided output = Layouts.scattered(random, DType.I64, outputDims);
                    Loops.shared().argReduce(largest, input, axis, output);
                    int along = axis;
                    forEachLine(
                            dims,
                            axis,
                            (first, line) ->
                                    assertEquals(place(largest, input, first, along), Layouts.getLong(output, line)));
                }
            }
        }
    }

    private static long place(boolean largest, Strided input, long first, int axis) {
        long step = step(input.dims(), axis);
        long place = 0;
        double best = Layouts.get(input, first);
        for (long i = 1; i < input.dims()[axis] && !Double.isNaN(best); i++) {
            double x = Layouts.get(input, first + i * step);
            if (Double.isNaN(x) || (largest ? x > best : x < best)) {
                best = x;
                place = i;
            }
        }
        return place;
    }

    @Test
    void allInfiniteAndLongLines() {
        Strided input = Layouts.dense(DType.F32, 10_000);
        for (long i = 0; i < input.count(); i++) {
            Layouts.set(input, i, Double.NEGATIVE_INFINITY);
        }
        Strided output = Layouts.dense(DType.I64, 1);
        Loops.shared().argReduce(true, input, 0, output);
        assertEquals(0, Layouts.getLong(output, 0));
        Layouts.set(input, 9_000, 2);
        Loops.shared().argReduce(true, input, 0, output);
        assertEquals(9_000, Layouts.getLong(output, 0));
        Layouts.set(input, 9_500, Double.NaN);
        Loops.shared().argReduce(true, input, 0, output);
        assertEquals(9_500, Layouts.getLong(output, 0));
    }

    @Test
    void cumulativeSums() {
        for (DType dtype : List.of(DType.F32, DType.F64, DType.I32, DType.I64)) {
            for (int axis = 0; axis < 3; axis++) {
                long[] dims = {4, 7, 65};
                Strided input = Layouts.broadcast(random, dtype, dims);
                for (long i = 0; i < input.count(); i++) {
                    Layouts.set(input, i, random.nextInt(-50, 50));
                }
                Strided output = Layouts.scattered(random, dtype, dims);
                Loops.shared().cumulativeSum(input, axis, output);
                long step = step(dims, axis);
                long length = dims[axis];
                forEachLine(dims, axis, (first, line) -> {
                    double sum = 0;
                    for (long i = 0; i < length; i++) {
                        sum += Layouts.get(input, first + i * step);
                        assertEquals(sum, Layouts.get(output, first + i * step));
                    }
                });
            }
        }
    }

    @Test
    void cumulativeSumOfManyFloatsInPlace() {
        Strided array = Layouts.dense(DType.F32, 10_000);
        for (long i = 0; i < array.count(); i++) {
            Layouts.set(array, i, 0.1);
        }
        Loops.shared().cumulativeSum(array, 0, array);
        assertEquals((float) (10_000 * (double) 0.1f), Layouts.get(array, 9_999), 1e-3);
    }
}
