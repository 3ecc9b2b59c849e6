package org.culebra.kernel.window;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.culebra.kernel.Strided;
import org.culebra.kernel.Window;
import org.culebra.kernel.codegen.KnownTypes;
import org.culebra.kernel.codegen.Tiered;
import org.culebra.kernel.codegen.VectorWidth;
import org.culebra.memory.DType;

/**
 * Max-pooling of f32 with lanes along the columns, for strides 1 and 2.
 *
 * <p>Rows are short, so the last vector of a row may write beyond its end: what it spills there is overwritten by the next row.
 * Where nothing comes after, and where a window hangs over the left or right edge, plain code does the rest.
 */
final class MaxPoolVectors {
    private static final VectorShape SHAPE = VectorShape.forBitSize(VectorWidth.bits());
    private static final VectorSpecies<Float> SINGLES = VectorSpecies.of(float.class, SHAPE);
    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
    private static final int LANES = SINGLES.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /** Two loops, so that what C2 learns about one does not disturb the other. */
    private static final Tiered<MaxRows> STRIDE_1 = tiered(1, MaxPoolVectors::stride1);

    private static final Tiered<MaxRows> STRIDE_2 = tiered(2, MaxPoolVectors::stride2);

    private MaxPoolVectors() {}

    /** The loop to run now. */
    static MaxRows loop(MaxPool pool, long work) {
        return switch (pool.columns.stride()) {
            case 1 -> STRIDE_1.loop(work);
            case 2 -> STRIDE_2.loop(work);
            default -> MaxPool::singles;
        };
    }

    private static Tiered<MaxRows> tiered(int stride, MaxRows vectors) {
        MaxPool[] exercises = {exercise(3, stride, 1), exercise(2, stride, 0)};
        return Tiered.of(MaxPool::singles, () -> vectors, loop -> {
            for (MaxPool exercise : exercises) {
                loop.run(exercise, 0, exercise.rowCount());
            }
        });
    }

    /** With and without padding, so that C2 sees all branches before it compiles. */
    private static MaxPool exercise(int size, int stride, int padding) {
        int inputs = 60;
        var window = new Window(size, stride, padding, 1, inputs, (inputs + 2 * padding - size) / stride + 1);
        Strided x = array(DType.F32, inputs);
        return new MaxPool(x, window, window, array(DType.F32, window.outputs()), array(DType.I32, window.outputs()));
    }

    private static Strided array(DType dtype, int side) {
        long[] dims = {2, side, side};
        MemorySegment segment = Arena.ofAuto().allocate(2L * side * side * dtype.byteSize(), 64);
        return new Strided(segment, dtype, 0, dims, Strided.contiguousStrides(dims));
    }

    /** Stride 1 along the columns. */
    static void stride1(MaxPool pool, long from, long to) {
        int outputs = pool.rows.outputs();
        int begin = pool.columns.interior();
        int end = pool.columns.interiorEnd();
        long plane = pool.xOffset + from / outputs * pool.plane;
        int i = (int) (from % outputs);
        for (long row = from; row < to; row++) {
            int vectors = vectors(pool, plane + lastTap(pool, i), row, to, end, 1);
            int next = row1(pool, plane, row, i, begin, vectors);
            pool.singles(row, 0, begin);
            pool.singles(row, Math.min(next, end), pool.columns.outputs());
            if (++i == outputs) {
                i = 0;
                plane += pool.plane;
            }
        }
    }

    /** Stride 2 along the columns. */
    static void stride2(MaxPool pool, long from, long to) {
        int outputs = pool.rows.outputs();
        int begin = pool.columns.interior();
        int end = pool.columns.interiorEnd();
        long plane = pool.xOffset + from / outputs * pool.plane;
        int i = (int) (from % outputs);
        for (long row = from; row < to; row++) {
            int vectors = vectors(pool, plane + lastTap(pool, i), row, to, end, 2);
            int next = row2(pool, plane, row, i, begin, vectors);
            pool.singles(row, 0, begin);
            pool.singles(row, Math.min(next, end), pool.columns.outputs());
            if (++i == outputs) {
                i = 0;
                plane += pool.plane;
            }
        }
    }

    /** Where the last input of column 0's window lies in the plane. */
    private static int lastTap(MaxPool pool, int i) {
        return pool.starts[i] + pool.taps[pool.endTaps[i] - 1];
    }

    /**
     * Vectors may begin before this column: their windows are whole, they read nothing behind x, and they write nothing behind
     * the rows at hand.
     *
     * @param lastTap where the last input of column 0's window lies
     * @param end of the whole windows
     */
    private static int vectors(MaxPool pool, long lastTap, long row, long lastRow, int end, int stride) {
        long readable = pool.xOffset + pool.planes * pool.plane - lastTap - (long) stride * LANES;
        long writable = (lastRow - row) * pool.columns.outputs() - LANES;
        long last = Math.min(end - 1, Math.min(readable >> (stride - 1), writable));
        return (int) Math.max(last + 1, 0);
    }

    /** Columns from {@code begin} to {@code end} − 1 and perhaps some more; returns the first that is not done. */
    private static int row1(MaxPool pool, long plane, long row, int i, int begin, int end) {
        MemorySegment x = KnownTypes.nativeSegment(pool.x);
        MemorySegment values = KnownTypes.nativeSegment(pool.values);
        MemorySegment indices = KnownTypes.nativeSegment(pool.indices);
        int[] taps = pool.taps;
        int first = pool.firstTaps[i];
        int last = pool.endTaps[i];
        int start = pool.starts[i];
        long out = pool.at(row);
        int j = begin;
        for (; j < end; j += LANES) {
            long from = plane + start + j;
            IntVector here = IntVector.broadcast(INTS, start + j).addIndex(1);
            FloatVector best = FloatVector.fromMemorySegment(SINGLES, x, (from + taps[first]) << 2, ORDER);
            IntVector winner = here.add(taps[first]);
            for (int t = first + 1; t < last; t++) {
                FloatVector v = FloatVector.fromMemorySegment(SINGLES, x, (from + taps[t]) << 2, ORDER);
                VectorMask<Float> wins = wins(v, best);
                best = best.blend(v, wins);
                winner = winner.blend(here.add(taps[t]), wins.cast(INTS));
            }
            best.intoMemorySegment(values, (pool.valuesOffset + out + j) << 2, ORDER);
            winner.intoMemorySegment(indices, (pool.indicesOffset + out + j) << 2, ORDER);
        }
        return j;
    }

    /** As {@link #row1}; every other column. */
    private static int row2(MaxPool pool, long plane, long row, int i, int begin, int end) {
        MemorySegment x = KnownTypes.nativeSegment(pool.x);
        MemorySegment values = KnownTypes.nativeSegment(pool.values);
        MemorySegment indices = KnownTypes.nativeSegment(pool.indices);
        int[] taps = pool.taps;
        int first = pool.firstTaps[i];
        int last = pool.endTaps[i];
        int start = pool.starts[i];
        long out = pool.at(row);
        IntVector even = IntVector.zero(INTS).addIndex(2);
        int j = begin;
        for (; j < end; j += LANES) {
            long from = plane + start + 2L * j;
            IntVector here = IntVector.broadcast(INTS, start + 2 * j).addIndex(2);
            FloatVector best = everyOther(x, from + taps[first], even);
            IntVector winner = here.add(taps[first]);
            for (int t = first + 1; t < last; t++) {
                FloatVector v = everyOther(x, from + taps[t], even);
                VectorMask<Float> wins = wins(v, best);
                best = best.blend(v, wins);
                winner = winner.blend(here.add(taps[t]), wins.cast(INTS));
            }
            best.intoMemorySegment(values, (pool.valuesOffset + out + j) << 2, ORDER);
            winner.intoMemorySegment(indices, (pool.indicesOffset + out + j) << 2, ORDER);
        }
        return j;
    }

    private static FloatVector everyOther(MemorySegment x, long at, IntVector even) {
        IntVector low = IntVector.fromMemorySegment(INTS, x, at << 2, ORDER);
        IntVector high = IntVector.fromMemorySegment(INTS, x, (at + LANES) << 2, ORDER);
        return even.selectFrom(low, high).reinterpretAsFloats();
    }

    private static VectorMask<Float> wins(FloatVector v, FloatVector best) {
        VectorMask<Float> numberBeaten = best.compare(VectorOperators.EQ, best).and(v.test(VectorOperators.IS_NAN));
        return v.compare(VectorOperators.GT, best).or(numberBeaten);
    }
}
