package org.culebra.kernel.codegen;

import java.lang.foreign.MemorySegment;

/** A loop that copies rows and columns of elements from one dtype to another. Offsets and strides count elements. */
@FunctionalInterface
interface CopyLoop {
    void run(
            MemorySegment from,
            long fromOffset,
            long fromRow,
            long fromColumn,
            MemorySegment to,
            long toOffset,
            long toRow,
            long toColumn,
            long rows,
            long columns);
}
