package org.culebra.kernel.triangular;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.culebra.kernel.Strided;
import org.culebra.memory.DType;

/** A batch of matrices in memory, read and written as doubles. */
final class Matrices {
    private final Strided array;
    private final int batchRank;
    private final long rowStride;
    private final long columnStride;

    Matrices(Strided array) {
        this.array = array;
        this.batchRank = array.rank() - 2;
        this.rowStride = array.strides()[batchRank];
        this.columnStride = array.strides()[batchRank + 1];
    }

    /** Number of matrices. */
    long count() {
        long count = 1;
        for (int k = 0; k < batchRank; k++) {
            count *= array.dims()[k];
        }
        return count;
    }

    int rows() {
        return Math.toIntExact(array.dims()[batchRank]);
    }

    long columns() {
        return array.dims()[batchRank + 1];
    }

    /** Where element (0, column) of a matrix lies. */
    private long start(long matrix, long column) {
        long at = array.offset() + column * columnStride;
        long rest = matrix;
        for (int k = batchRank - 1; k >= 0; k--) {
            at += rest % array.dims()[k] * array.strides()[k];
            rest /= array.dims()[k];
        }
        return at;
    }

    /** All rows of the columns from {@code column} on, row by row. */
    void read(long matrix, long column, int columns, double[] to) {
        MemorySegment segment = array.segment();
        long start = start(matrix, column);
        int rows = rows();
        for (int i = 0; i < rows; i++) {
            long at = start + i * rowStride;
            for (int j = 0; j < columns; j++, at += columnStride) {
                to[i * columns + j] = array.dtype() == DType.F32
                        ? segment.getAtIndex(ValueLayout.JAVA_FLOAT, at)
                        : segment.getAtIndex(ValueLayout.JAVA_DOUBLE, at);
            }
        }
    }

    /** The reverse of {@link #read}. */
    void write(long matrix, long column, int columns, double[] from) {
        MemorySegment segment = array.segment();
        long start = start(matrix, column);
        int rows = rows();
        for (int i = 0; i < rows; i++) {
            long at = start + i * rowStride;
            for (int j = 0; j < columns; j++, at += columnStride) {
                double value = from[i * columns + j];
                if (array.dtype() == DType.F32) {
                    segment.setAtIndex(ValueLayout.JAVA_FLOAT, at, (float) value);
                } else {
                    segment.setAtIndex(ValueLayout.JAVA_DOUBLE, at, value);
                }
            }
        }
    }
}
