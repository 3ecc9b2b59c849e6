package org.culebra.kernel.codegen;

import java.lang.foreign.MemorySegment;
import org.culebra.memory.DType;

/** Uniform random numbers for a block of elements. */
final class Uniforms {
    private Uniforms() {}

    /** Writes rows and columns of stream {@code stream}, whose elements are numbered by {@code start} and the strides. */
    @SuppressWarnings("DoNotCallSuggester")
    static void fill(
            long key,
            int stream,
            long start,
            long rowStride,
            long columnStride,
            MemorySegment to,
            DType dtype,
            long rows,
            long columns) {
        throw new UnsupportedOperationException("random streams are not connected yet");
    }
}
