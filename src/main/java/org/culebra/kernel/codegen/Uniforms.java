package org.culebra.kernel.codegen;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.culebra.kernel.random.Philox;
import org.culebra.memory.DType;

/** Uniform random numbers for a block of elements. */
final class Uniforms {
    private Uniforms() {}

    /**
     * Writes rows and columns of a stream one after another.
     *
     * @param start number of the first element in the stream
     * @param rowStride from an element's number to the one below
     * @param columnStride from an element's number to the next in its row
     */
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
        for (long row = 0; row < rows; row++) {
            long first = start + row * rowStride;
            if (columnStride == 1) {
                Philox.uniform(key, stream, first, to, row * columns, columns, dtype);
            } else {
                for (long column = 0; column < columns; column++) {
                    one(key, stream, first + column * columnStride, to, row * columns + column, dtype);
                }
            }
        }
    }

    private static void one(long key, int stream, long element, MemorySegment to, long at, DType dtype) {
        if (dtype == DType.F32) {
            to.setAtIndex(ValueLayout.JAVA_FLOAT, at, Philox.uniformFloat(key, stream, element));
        } else {
            to.setAtIndex(ValueLayout.JAVA_DOUBLE, at, Philox.uniformDouble(key, stream, element));
        }
    }
}
