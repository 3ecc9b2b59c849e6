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
import org.culebra.kernel.Window;
import org.culebra.kernel.codegen.Tiered;
import org.culebra.kernel.codegen.VectorWidth;

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
        return switch (pool.columns().stride()) {
            case 1 -> STRIDE_1.loop(work);
            case 2 -> STRIDE_2.loop(work);
            default -> MaxPool::singles;
        };
    }

    private static Tiered<MaxRows> tiered(int stride, MaxRows vectors) {
        MaxPool[] exercises = {exercise(3, stride, 1), exercise(2, stride, 0)};
        return Tiered.of(MaxPool::singles, () -> vectors, loop -> {
            for (MaxPool exercise : exercises) {
                loop.run(exercise, 0, exercise.rows().outputs());
            }
        });
    }

    /** With and without padding, so that C2 sees all branches before it compiles. */
    private static MaxPool exercise(int size, int stride, int padding) {
        int inputs = 60;
        var window = new Window(size, stride, padding, 1, inputs, (inputs + 2 * padding - size) / stride + 1);
        long outputs = (long) window.outputs() * window.outputs();
        Arena arena = Arena.ofAuto();
        MemorySegment x = arena.allocate((long) inputs * inputs * Float.BYTES, 64);
        MemorySegment y = arena.allocate(outputs * Float.BYTES, 64);
        MemorySegment indices = arena.allocate(outputs * Integer.BYTES, 64);
        return new MaxPool(x, 0, y, 0, indices, 0, 1, window, window);
    }

    /** Stride 1 along the columns. */
    static void stride1(MaxPool pool, long from, long to) {
        int[] taps = taps(pool);
        for (long row = from; row < to; row++) {
            int begin = pool.columns().interior();
            int end = row1(pool, row, to, taps, begin);
            pool.singles(row, 0, begin);
            pool.singles(row, end, pool.columns().outputs());
        }
    }

    /** Stride 2 along the columns. */
    static void stride2(MaxPool pool, long from, long to) {
        int[] taps = taps(pool);
        for (long row = from; row < to; row++) {
            int begin = pool.columns().interior();
            int end = row2(pool, row, to, taps, begin);
            pool.singles(row, 0, begin);
            pool.singles(row, end, pool.columns().outputs());
        }
    }

    /** Offset of each input of a window from the first. */
    private static int[] taps(MaxPool pool) {
        Window rows = pool.rows();
        Window columns = pool.columns();
        int[] taps = new int[rows.size() * columns.size()];
        for (int t = 0; t < taps.length; t++) {
            taps[t] = t / columns.size() * rows.dilation() * columns.inputs() + t % columns.size() * columns.dilation();
        }
        return taps;
    }

    /** Columns from {@code begin} on, as far as they are whole vectors; returns where plain code must go on. */
    private static int row1(MaxPool pool, long row, long lastRow, int[] taps, int begin) {
        Window columns = pool.columns();
        MemorySegment x = pool.x();
        int i = (int) (row % pool.rows().outputs());
        int first = pool.rows().first(i) * columns.size();
        int last = pool.rows().end(i) * columns.size();
        int start = pool.rows().start(i) * columns.inputs() - columns.padding();
        long plane = pool.xOffset() + row / pool.rows().outputs() * pool.plane();
        int stop = stop(pool, row, lastRow, plane + start + taps[last - 1], LANES, 1);
        int j = begin;
        for (; j < stop; j += LANES) {
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
            long out = pool.at(row) + j;
            best.intoMemorySegment(pool.values(), (pool.valuesOffset() + out) << 2, ORDER);
            winner.intoMemorySegment(pool.indices(), (pool.indicesOffset() + out) << 2, ORDER);
        }
        return Math.min(j, Math.max(begin, columns.interiorEnd()));
    }

    /** As {@link #row1}; every other column. */
    private static int row2(MaxPool pool, long row, long lastRow, int[] taps, int begin) {
        Window columns = pool.columns();
        MemorySegment x = pool.x();
        int i = (int) (row % pool.rows().outputs());
        int first = pool.rows().first(i) * columns.size();
        int last = pool.rows().end(i) * columns.size();
        int start = pool.rows().start(i) * columns.inputs() - columns.padding();
        long plane = pool.xOffset() + row / pool.rows().outputs() * pool.plane();
        int stop = stop(pool, row, lastRow, plane + start + taps[last - 1], 2 * LANES, 2);
        IntVector even = IntVector.zero(INTS).addIndex(2);
        int j = begin;
        for (; j < stop; j += LANES) {
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
            long out = pool.at(row) + j;
            best.intoMemorySegment(pool.values(), (pool.valuesOffset() + out) << 2, ORDER);
            winner.intoMemorySegment(pool.indices(), (pool.indicesOffset() + out) << 2, ORDER);
        }
        return Math.min(j, Math.max(begin, columns.interiorEnd()));
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

    /**
     * Vectors may begin before this column: their windows are whole, they read nothing behind x, and they write nothing behind
     * the rows at hand.
     *
     * @param lastTap where the last input of column 0's window lies
     * @param reads inputs that a vector reads per tap
     */
    private static int stop(MaxPool pool, long row, long lastRow, long lastTap, int reads, int stride) {
        long readable = pool.xOffset() + pool.planes() * pool.plane() - lastTap - reads;
        long writable = (lastRow - row) * pool.columns().outputs() - LANES;
        long stop = Math.min(pool.columns().interiorEnd() - 1, Math.min(Math.floorDiv(readable, stride), writable));
        return (int) Math.max(stop + 1, 0);
    }
}
