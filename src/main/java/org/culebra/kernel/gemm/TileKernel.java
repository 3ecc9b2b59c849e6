package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;

/**
 * The micro-kernel for one shape of tile: {@code C[i,j] = Σₖ A[i,k]·B[k,j] + S[i,j]}, k in order.
 *
 * <p>All offsets and steps are in bytes. Elements of a row of B, C and S lie side by side; A may have any steps. S may be C.
 * Only whole vectors are read and written, also of columns that do not count; {@link Tiling} sees to it that these are there.
 */
interface TileKernel {
    /**
     * Computes one tile.
     *
     * @param aRow from a row of A to the next
     * @param aStep from a column of A (one k) to the next
     * @param bStep from a row of B (one k) to the next
     * @param k number of products per element; 0 is legal
     * @param sRow from a row of S to the next; 0 repeats one row
     * @param table offsets that are added, from entry {@code tableAt} on, to {@code aOffset} or {@code bOffset} in place of multiples of
     *     {@code aRow} or {@code bStep}; only tiles with such {@link KernelShape.Addressing} look at it
     */
    void run(
            MemorySegment a,
            long aOffset,
            long aRow,
            long aStep,
            MemorySegment b,
            long bOffset,
            long bStep,
            long k,
            MemorySegment c,
            long cOffset,
            long cRow,
            MemorySegment s,
            long sOffset,
            long sRow,
            long[] table,
            int tableAt);
}
