package org.culebra.kernel.gemm;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import org.culebra.kernel.gemm.KernelShape.Addressing;
import org.culebra.memory.DType;

/** The kernels in plain Java: the same bits as the generated ones, for any vector width. */
final class ScalarKernels {
    private ScalarKernels() {}

    /** The twin of {@link KernelWriter#tile}. */
    static TileKernel tile(KernelShape shape) {
        return shape.dtype() == DType.F32 ? new TileF32(shape) : new TileF64(shape);
    }

    /** The twin of {@link KernelWriter#copy}. */
    static PackKernel copy(KernelShape shape, int step) {
        int size = shape.dtype().byteSize();
        return (source, sourceAt, sourceStep, target, targetAt, targetStep, count, tail) -> {
            int columns = shape.columns(tail);
            for (long row = 0; row < count; row++) {
                long from = sourceAt + row * sourceStep;
                long to = targetAt + row * targetStep;
                if (step == 1) {
                    MemorySegment.copy(source, from, target, to, (long) size * columns);
                } else {
                    gather(size, source, from, (long) size * step, target, to, size, columns);
                }
            }
        };
    }

    /** The twin of {@link KernelWriter#relu}. */
    static PackKernel relu(KernelShape shape) {
        return shape.dtype() == DType.F32
                ? (source, sourceAt, sourceStep, target, targetAt, targetStep, count, tail) -> {
                    for (long i = 0; i < count * shape.columns(tail); i++) {
                        long row = i / shape.columns(tail);
                        long at = 4 * (i % shape.columns(tail));
                        float value = source.get(JAVA_FLOAT_UNALIGNED, sourceAt + row * sourceStep + at);
                        target.set(JAVA_FLOAT_UNALIGNED, targetAt + row * targetStep + at, value < 0 ? 0 : value);
                    }
                }
                : (source, sourceAt, sourceStep, target, targetAt, targetStep, count, tail) -> {
                    for (long i = 0; i < count * shape.columns(tail); i++) {
                        long row = i / shape.columns(tail);
                        long at = 8 * (i % shape.columns(tail));
                        double value = source.get(JAVA_DOUBLE_UNALIGNED, sourceAt + row * sourceStep + at);
                        target.set(JAVA_DOUBLE_UNALIGNED, targetAt + row * targetStep + at, value < 0 ? 0 : value);
                    }
                };
    }

    /** Copies {@code count} elements of {@code size} bytes from any steps to any steps. */
    static void gather(
            int size,
            MemorySegment source,
            long from,
            long step,
            MemorySegment target,
            long to,
            long toStep,
            long count) {
        if (size == 4) {
            for (long i = 0; i < count; i++) {
                target.set(JAVA_INT_UNALIGNED, to + i * toStep, source.get(JAVA_INT_UNALIGNED, from + i * step));
            }
        } else {
            for (long i = 0; i < count; i++) {
                target.set(JAVA_LONG_UNALIGNED, to + i * toStep, source.get(JAVA_LONG_UNALIGNED, from + i * step));
            }
        }
    }

    private static long leftOffset(KernelShape shape, long i, long aRow, long[] table, int tableAt) {
        return shape.addressing() == Addressing.LEFT_TABLE ? table[tableAt + (int) i] : i * aRow;
    }

    private static long rightOffset(KernelShape shape, long p, long bStep, long[] table, int tableAt) {
        return shape.addressing() == Addressing.RIGHT_TABLE ? table[tableAt + (int) p] : p * bStep;
    }

    private record TileF32(KernelShape shape) implements TileKernel {
        @Override
        public void run(
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
                int tableAt) {
            int columns = shape.vectors() * shape.lanes();
            float[] row = new float[columns];
            float[] sums = new float[shape.rows() * columns];
            for (long p = 0; p < k; p++) {
                long bRow = bOffset + rightOffset(shape, p, bStep, table, tableAt);
                for (int j = 0; j < columns; j++) {
                    row[j] = b.get(JAVA_FLOAT_UNALIGNED, bRow + 4L * j);
                }
                for (int i = 0; i < shape.rows(); i++) {
                    long at = aOffset + leftOffset(shape, i, aRow, table, tableAt) + p * aStep;
                    addProducts(a.get(JAVA_FLOAT_UNALIGNED, at), row, sums, i * columns);
                }
            }
            for (int i = 0; i < shape.rows(); i++) {
                for (int j = 0; j < columns; j++) {
                    float sum = sums[i * columns + j] + s.get(JAVA_FLOAT_UNALIGNED, sOffset + i * sRow + 4L * j);
                    c.set(JAVA_FLOAT_UNALIGNED, cOffset + i * cRow + 4L * j, sum);
                }
            }
        }

        /** A method of its own, so that C2 makes vectors of it early. */
        private static void addProducts(float factor, float[] row, float[] sums, int at) {
            for (int j = 0; j < row.length; j++) {
                sums[at + j] = Math.fma(factor, row[j], sums[at + j]);
            }
        }
    }

    private record TileF64(KernelShape shape) implements TileKernel {
        @Override
        public void run(
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
                int tableAt) {
            int columns = shape.vectors() * shape.lanes();
            double[] row = new double[columns];
            double[] sums = new double[shape.rows() * columns];
            for (long p = 0; p < k; p++) {
                long bRow = bOffset + rightOffset(shape, p, bStep, table, tableAt);
                for (int j = 0; j < columns; j++) {
                    row[j] = b.get(JAVA_DOUBLE_UNALIGNED, bRow + 8L * j);
                }
                for (int i = 0; i < shape.rows(); i++) {
                    long at = aOffset + leftOffset(shape, i, aRow, table, tableAt) + p * aStep;
                    addProducts(a.get(JAVA_DOUBLE_UNALIGNED, at), row, sums, i * columns);
                }
            }
            for (int i = 0; i < shape.rows(); i++) {
                for (int j = 0; j < columns; j++) {
                    double sum = sums[i * columns + j] + s.get(JAVA_DOUBLE_UNALIGNED, sOffset + i * sRow + 8L * j);
                    c.set(JAVA_DOUBLE_UNALIGNED, cOffset + i * cRow + 8L * j, sum);
                }
            }
        }

        private static void addProducts(double factor, double[] row, double[] sums, int at) {
            for (int j = 0; j < row.length; j++) {
                sums[at + j] = Math.fma(factor, row[j], sums[at + j]);
            }
        }
    }
}
