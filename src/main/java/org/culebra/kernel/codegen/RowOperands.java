package org.culebra.kernel.codegen;

import java.lang.foreign.MemorySegment;

/** The operands of one run of a {@link RowLoop}; a thread has one object and fills it anew from run to run. */
public final class RowOperands {
    /** Six inputs, a bias and six outputs of a filtering's tiles. */
    private static final int MOST = 13;

    private static final double[] NO_SCALARS = {};

    private static final ThreadLocal<RowOperands> OF_THREAD = ThreadLocal.withInitial(RowOperands::new);

    private final MemorySegment[] segments = new MemorySegment[MOST];
    private final long[] offsets = new long[MOST];
    private final long[] rowStrides = new long[MOST];
    private final double[] scalars = new double[1];
    private int count;

    private RowOperands() {}

    /** This thread's object. */
    public static RowOperands ofThread() {
        return OF_THREAD.get();
    }

    /** Forgets the operands of the run before. */
    public void begin() {
        count = 0;
    }

    /** Adds {@code number} operands in one memory, {@code step} elements apart. */
    public void add(int number, MemorySegment segment, long offset, long step, long rowStride) {
        for (int i = 0; i < number; i++) {
            segments[count] = segment;
            offsets[count] = offset + i * step;
            rowStrides[count] = rowStride;
            count++;
        }
    }

    /** Runs the loop on them. */
    public void run(RowLoop loop, long rows, long columns) {
        loop.run(segments, offsets, rowStrides, NO_SCALARS, rows, columns);
    }

    /** Runs a loop with one run-time number on them. */
    public void run(RowLoop loop, double scalar, long rows, long columns) {
        scalars[0] = scalar;
        loop.run(segments, offsets, rowStrides, scalars, rows, columns);
    }
}
