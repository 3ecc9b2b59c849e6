package org.culebra.kernel.codegen;

import java.lang.foreign.MemorySegment;

/**
 * A loop that reduces rows of contiguous elements to one element each. Offsets and strides count elements; there is at
 * least
 * one row.
 */
@FunctionalInterface
interface FoldLoop {
    void run(
            MemorySegment from,
            long fromOffset,
            long fromRow,
            MemorySegment to,
            long toOffset,
            long toRow,
            long rows,
            long columns);
}
