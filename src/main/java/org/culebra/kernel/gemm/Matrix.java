package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;

/**
 * A matrix in native memory, or a batch of them: element (i, j) of batch element (b₀, b₁, …) lies at
 * {@code offset + i·rowStride + j·columnStride + Σ bₖ·batchStrides[k]}. Offset and strides count elements; a stride may be 0 or
 * negative. The array is shared, not copied.
 */
public record Matrix(MemorySegment segment, long offset, long rowStride, long columnStride, long... batchStrides) {

    /** The offset of the batch element with this row-major index. */
    long batchOffset(long index, long[] batch) {
        long at = offset;
        long rest = index;
        for (int axis = batch.length - 1; axis >= 0; axis--) {
            at += rest % batch[axis] * batchStrides[axis];
            rest /= batch[axis];
        }
        return at;
    }

    /** The same memory with rows and columns exchanged. */
    Matrix transpose() {
        return new Matrix(segment, offset, columnStride, rowStride, batchStrides);
    }
}
