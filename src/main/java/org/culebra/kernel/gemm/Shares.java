package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.culebra.kernel.parallel.Scratch;
import org.culebra.kernel.parallel.Scratch.Slot;
import org.culebra.memory.DType;

/** Sums that were computed in shares, by several threads, and are added in the order of the shares. */
final class Shares {
    private static final long[] NO_BATCH = {};

    private Shares() {}

    /**
     * Adds {@code shares} arrays of {@code count} numbers that follow each other from the segment's beginning, and for whose sum
     * there is room behind them.
     *
     * @return where the sum is, in elements
     */
    static long add(Gemm gemm, DType dtype, MemorySegment sums, long shares, long count) {
        if (shares == 1) {
            return 0;
        }
        MemorySegment one = Scratch.take(Slot.START, 64);
        if (dtype == DType.F32) {
            one.set(ValueLayout.JAVA_FLOAT, 0, 1);
        } else {
            one.set(ValueLayout.JAVA_DOUBLE, 0, 1);
        }
        gemm.run(
                dtype,
                NO_BATCH,
                1,
                count,
                shares,
                new Matrix(one, 0, 0, 0),
                new Matrix(sums, 0, count, 1),
                new Matrix(sums, shares * count, count, 1),
                Epilogue.OVERWRITE);
        return shares * count;
    }
}
