package org.culebra.kernel.codegen;

import java.lang.foreign.MemorySegment;

/** A loop that transposes. Offsets and steps are in bytes; elements of a row lie side by side. */
@FunctionalInterface
interface TransposeLoop {
    /**
     * Makes row i of the source column i of the target.
     *
     * @param sourceStep from a row of the source to the next
     * @param targetStep from a row of the target to the next
     * @param rows rows of the source; of a vector loop at least 1 and at most a vector's lanes, and all lanes are written
     * @param columns columns of the source; of a vector loop a multiple of its lanes
     */
    void run(
            MemorySegment source,
            long sourceOffset,
            long sourceStep,
            MemorySegment target,
            long targetOffset,
            long targetStep,
            long rows,
            long columns);
}
