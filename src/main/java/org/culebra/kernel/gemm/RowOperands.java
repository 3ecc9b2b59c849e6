package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;
import org.culebra.kernel.codegen.RowLoop;

/** The operands of one run of a {@link RowLoop}; a thread has one object and fills it anew from run to run. */
final class RowOperands {
    /** Six inputs, a bias and six outputs. */
    private static final int MOST = 2 * WinogradForm.MAX_TILE + 1;

    private static final ThreadLocal<RowOperands> OF_THREAD = ThreadLocal.withInitial(RowOperands::new);

    private final MemorySegment[] segments = new MemorySegment[MOST];
    private final long[] offsets = new long[MOST];
    private final long[] rowStrides = new long[MOST];
    private int count;

    private RowOperands() {}

    static RowOperands ofThread() {
        return OF_THREAD.get();
    }

    void begin() {
        count = 0;
    }

    /** Adds {@code number} operands in one memory, {@code step} elements apart. */
    void add(int number, MemorySegment segment, long offset, long step, long rowStride) {
        for (int i = 0; i < number; i++) {
            segments[count] = segment;
            offsets[count] = offset + i * step;
            rowStrides[count] = rowStride;
            count++;
        }
    }

    void run(RowLoop loop, long rows, long columns) {
        loop.run(segments, offsets, rowStrides, rows, columns);
    }
}
