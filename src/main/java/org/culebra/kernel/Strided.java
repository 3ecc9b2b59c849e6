package org.culebra.kernel;

import java.lang.foreign.MemorySegment;
import org.culebra.memory.DType;

/**
 * An n-dimensional array in memory, as kernels see it: element (i₀, i₁, …) lies at {@code offset + Σ iₖ·strides[k]}.
 *
 * <p>Offset and strides count elements. A stride of 0 repeats one element (broadcasting), a negative one walks backwards. The
 * arrays are shared, not copied: whoever holds a {@code Strided} must not write to them.
 *
 * @param segment native memory, aligned to 64 bytes and padded to a multiple of 64 bytes
 */
public record Strided(MemorySegment segment, DType dtype, long offset, long[] dims, long[] strides) {

    /** Number of elements: the product of the dimensions. */
    public long count() {
        long count = 1;
        for (long dim : dims) {
            count *= dim;
        }
        return count;
    }

    /** Number of dimensions. */
    public int rank() {
        return dims.length;
    }

    /** True if the elements lie side by side in row-major order. */
    public boolean isContiguous() {
        long expected = 1;
        for (int k = dims.length - 1; k >= 0; k--) {
            if (dims[k] != 1 && strides[k] != expected) {
                return false;
            }
            expected *= dims[k];
        }
        return true;
    }

    /** Row-major strides of these dimensions. */
    public static long[] contiguousStrides(long[] dims) {
        long[] strides = new long[dims.length];
        long stride = 1;
        for (int k = dims.length - 1; k >= 0; k--) {
            strides[k] = stride;
            stride *= Math.max(dims[k], 1);
        }
        return strides;
    }
}
