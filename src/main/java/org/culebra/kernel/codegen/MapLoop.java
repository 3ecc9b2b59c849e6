package org.culebra.kernel.codegen;

import java.lang.foreign.MemorySegment;

/** A compiled program: a loop over rows and columns of its inputs and outputs. */
@FunctionalInterface
interface MapLoop {

    /**
     * Runs the program on {@code rows × columns} elements. Operands are the inputs, the streams of random numbers,
     * then the
     * outputs. Along the columns an input is contiguous or constant, as the loop was made for; an output is contiguous.
     *
     * @param segments memory of each operand
     * @param offsets element of its first column in the first row
     * @param rowStrides elements from one row to the next
     * @param scalars the program's run-time numbers
     * @param rows at least 1: the loop tests at its end
     * @param columns at least 1
     */
    void run(MemorySegment[] segments, long[] offsets, long[] rowStrides, double[] scalars, long rows, long columns);
}
