package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;

/** Copies a strip of a matrix into a panel. All offsets and steps are in bytes. */
interface PackKernel {
    /**
     * Copies {@code count} rows.
     *
     * @param sourceStep from a row of the source to the next
     * @param targetStep from a row of the panel to the next
     * @param tail number of columns in the last vector; only kernels with a masked last vector look at it
     */
    void run(
            MemorySegment source,
            long sourceOffset,
            long sourceStep,
            MemorySegment target,
            long targetOffset,
            long targetStep,
            long count,
            long tail);
}
