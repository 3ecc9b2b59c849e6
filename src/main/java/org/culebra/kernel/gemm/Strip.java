package org.culebra.kernel.gemm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.culebra.kernel.parallel.Scratch;
import org.culebra.kernel.parallel.Scratch.Slot;

/**
 * What {@link Tiling#compute} works on: a strip of a result, as wide as a panel of B, and where its operands are. All offsets
 * and steps are in bytes.
 *
 * <p>A thread has one and sets it anew from strip to strip: there are thousands of them in a training step, and objects for each
 * would be its garbage.
 */
final class Strip {
    private static final MemorySegment ZEROS = Arena.global().allocate(1024, 64);
    private static final long[] NO_TABLE = {};
    /** The sums of a tile, 24 vectors of 64 bytes at most. */
    private static final long TILE_BYTES = 24 * 64;

    private static final ThreadLocal<Strip> OF_THREAD = ThreadLocal.withInitial(Strip::new);

    /** Rows of A, at equal distances or where the table says. */
    MemorySegment left = MemorySegment.NULL;

    long leftOffset;
    long leftRow;
    long leftStep;

    /** A panel of B, packed or where it lies, at equal distances or where the table says. */
    MemorySegment panel = MemorySegment.NULL;

    long panelOffset;
    long panelStep;
    int vectors;
    long columns;

    /** Where results go. */
    MemorySegment target = MemorySegment.NULL;

    long targetOffset;
    long targetRow;

    /** What sums start from. */
    MemorySegment start = ZEROS;

    long startOffset;
    /** From a row to the next; 0 repeats one row. */
    long startRow;
    /** From a panel to the next, per byte of the panel's width: 0 if all panels start alike, else 1. */
    long startColumn;

    /** An entry for each k or for each row of A. */
    long[] table = NO_TABLE;

    /** Where a tile is computed whose columns are not whole vectors. */
    final MemorySegment aside = Arena.ofAuto().allocate(TILE_BYTES, 64);

    private Strip() {}

    /** This thread's strip. */
    static Strip ofThread() {
        return OF_THREAD.get();
    }

    void setLeft(MemorySegment segment, long offset, long row, long step) {
        left = segment;
        leftOffset = offset;
        leftRow = row;
        leftStep = step;
    }

    void setPanel(MemorySegment segment, long offset, long step, int width, long count) {
        panel = segment;
        panelOffset = offset;
        panelStep = step;
        vectors = width;
        columns = count;
    }

    void setTarget(MemorySegment segment, long offset, long row) {
        target = segment;
        targetOffset = offset;
        targetRow = row;
    }

    void setTable(long[] offsets) {
        table = offsets;
    }

    void withoutTable() {
        table = NO_TABLE;
    }

    /** Sums start from zero. */
    void startFromZero() {
        startFrom(ZEROS, 0, 0, 0);
    }

    /** Sums start from what is in the target. */
    void resume() {
        startFrom(target, targetOffset, targetRow, 1);
    }

    /** Sums of row i start from element {@code first + i} of a vector, repeated over the width of a panel in this thread's scratch. */
    void startFromRows(KernelSet kernels, MemorySegment vector, long first, long rows) {
        int size = kernels.dtype().byteSize();
        long width = (long) kernels.tileVectors(rows) * kernels.lanes();
        MemorySegment spread = Scratch.take(Slot.START, size * width * rows);
        for (long i = 0; i < rows; i++) {
            ScalarKernels.gather(size, vector, size * (first + i), 0, spread, size * width * i, size, width);
        }
        startFrom(spread, 0, size * width, 0);
    }

    void startFrom(MemorySegment segment, long offset, long row, long column) {
        start = segment;
        startOffset = offset;
        startRow = row;
        startColumn = column;
    }
}
