package org.culebra.kernel.window;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.culebra.kernel.Strided;
import org.culebra.kernel.Window;
import org.culebra.memory.DType;

/**
 * y = max of x over each window of a plane, and the row-major index of the winner in its plane: the first of the largest, where
 * NaN counts as larger than everything.
 *
 * <p>Offsets count elements.
 */
final class MaxPool {
    private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT;
    private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE;
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT;

    final MemorySegment x;
    final long xOffset;
    final MemorySegment values;
    final long valuesOffset;
    final MemorySegment indices;
    final long indicesOffset;
    final long planes;
    final Window rows;
    final Window columns;

    /** Elements of a plane of x. */
    final long plane;
    /** Offset of each input of a window from the window's begin, row by row. */
    final int[] taps;
    /** Per row of outputs, where the window of column 0 begins in the plane. */
    final int[] starts;
    /** Per row of outputs, the first of the taps that are in a row of x. */
    final int[] firstTaps;
    /** Per row of outputs, the end of those. */
    final int[] endTaps;

    MaxPool(Strided x, Window rows, Window columns, Strided values, Strided indices) {
        this.x = x.segment();
        this.xOffset = x.offset();
        this.values = values.segment();
        this.valuesOffset = values.offset();
        this.indices = indices.segment();
        this.indicesOffset = indices.offset();
        this.rows = rows;
        this.columns = columns;
        long size = (long) rows.outputs() * columns.outputs();
        planes = size == 0 ? 0 : values.count() / size;
        plane = (long) rows.inputs() * columns.inputs();
        taps = new int[rows.size() * columns.size()];
        for (int t = 0; t < taps.length; t++) {
            taps[t] = t / columns.size() * rows.dilation() * columns.inputs() + t % columns.size() * columns.dilation();
        }
        starts = new int[rows.outputs()];
        firstTaps = new int[starts.length];
        endTaps = new int[starts.length];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = rows.start(i) * columns.inputs() - columns.padding();
            firstTaps[i] = rows.first(i) * columns.size();
            endTaps[i] = rows.end(i) * columns.size();
        }
    }

    /** Rows of outputs, through all planes. */
    long rowCount() {
        return planes * rows.outputs();
    }

    /** Where a row of outputs begins, in values or indices. */
    long at(long row) {
        return row * columns.outputs();
    }

    void run(DType dtype) {
        long rowCount = rowCount();
        long cost = (long) columns.outputs() * rows.size() * columns.size();
        MaxRows loop = dtype == DType.F64 ? MaxPool::doubles : MaxPoolVectors.loop(this, rowCount * cost);
        Shares.run(rowCount, cost, (from, to) -> loop.run(this, from, to));
    }

    // ---------------------------------------------------------------- plain loops

    /** f32, one number after the other. */
    static void singles(MaxPool pool, long from, long to) {
        for (long row = from; row < to; row++) {
            pool.singles(row, 0, pool.columns.outputs());
        }
    }

    /** Outputs {@code from} to {@code to} − 1 of a row. */
    void singles(long row, int from, int to) {
        if (from == to) {
            return;
        }
        int i = (int) (row % rows.outputs());
        long begin = xOffset + row / rows.outputs() * plane;
        for (int j = from; j < to; j++) {
            int winner = Integer.MAX_VALUE - (int) largest(begin, i, j);
            values.setAtIndex(F32, valuesOffset + at(row) + j, x.getAtIndex(F32, begin + winner));
            indices.setAtIndex(I32, indicesOffset + at(row) + j, winner);
        }
    }

    /** The largest key of a window. */
    private long largest(long begin, int i, int j) {
        int firstColumn = columns.first(j);
        int endColumn = columns.end(j);
        int start = rows.start(i) * columns.inputs() + columns.start(j);
        int down = rows.dilation() * columns.inputs();
        long best = Long.MIN_VALUE;
        for (int a = rows.first(i); a < rows.end(i); a++) {
            for (int b = firstColumn; b < endColumn; b++) {
                int at = start + a * down + b * columns.dilation();
                best = Math.max(best, key(x.getAtIndex(F32, begin + at), at));
            }
        }
        return best;
    }

    /**
     * Value and index as one integer: larger values have larger keys, and of equal ones the first has. No branch that data
     * decides: a maximum of random numbers mispredicts every other one.
     */
    private static long key(float value, int index) {
        int bits = Float.floatToIntBits(value + 0f); // −0 becomes 0, every NaN the same
        int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
        return ((long) ordered << 32) | (Integer.MAX_VALUE - index);
    }

    /** f64, one number after the other. */
    static void doubles(MaxPool pool, long from, long to) {
        for (long row = from; row < to; row++) {
            pool.doubles(row);
        }
    }

    private void doubles(long row) {
        int i = (int) (row % rows.outputs());
        long begin = xOffset + row / rows.outputs() * plane;
        int down = rows.dilation() * columns.inputs();
        for (int j = 0; j < columns.outputs(); j++) {
            int start = rows.start(i) * columns.inputs() + columns.start(j);
            double best = Double.NEGATIVE_INFINITY;
            int winner = -1;
            for (int a = rows.first(i); a < rows.end(i); a++) {
                for (int b = columns.first(j); b < columns.end(j); b++) {
                    int at = start + a * down + b * columns.dilation();
                    double value = x.getAtIndex(F64, begin + at);
                    if (winner < 0 || value > best || (Double.isNaN(value) && !Double.isNaN(best))) {
                        best = value;
                        winner = at;
                    }
                }
            }
            values.setAtIndex(F64, valuesOffset + at(row) + j, best);
            indices.setAtIndex(I32, indicesOffset + at(row) + j, winner);
        }
    }
}
