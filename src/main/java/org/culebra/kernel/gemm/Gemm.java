package org.culebra.kernel.gemm;

import org.culebra.kernel.codegen.VectorWidth;
import org.culebra.memory.DType;

/** Matrix products. */
public final class Gemm {
    static final Gemm SHARED = new Gemm(VectorWidth.bits(), Warming.Mode.BACKGROUND);

    private static final long[] NO_BATCH = {};

    private final KernelSet singles;
    private final KernelSet doubles;

    Gemm(int bits, Warming.Mode mode) {
        singles = new KernelSet(DType.F32, bits, mode);
        doubles = new KernelSet(DType.F64, bits, mode);
    }

    /**
     * {@code C = A·B + start} for every element of a batch, and perhaps the ReLU of it, as {@code epilogue} says.
     *
     * <p>A: [batch…, M, K], B: [batch…, K, N] with any strides, C: [batch…, M, N] with column stride 1. Any size may be 0; a sum
     * of no products is 0. C must not overlap what is read, except that it may be what the sums start from. The order of
     * additions is that of this package, whatever the strides.
     *
     * @param dtype {@link DType#F32} or {@link DType#F64}, of all operands
     * @param batch dimensions of the batch; a batch stride of 0 in A or B repeats a matrix, in C it is not allowed
     */
    public static void multiply(
            DType dtype, long[] batch, long m, long n, long k, Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        SHARED.run(dtype, batch, m, n, k, a, b, c, epilogue);
    }

    /** {@link #multiply} with this object's kernels. */
    void run(DType dtype, long[] batch, long m, long n, long k, Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        if (c.columnStride() != 1 && n > 1) {
            throw new IllegalArgumentException("columns of C must lie side by side, got stride " + c.columnStride());
        }
        KernelSet kernels = switch (dtype) {
            case F32 -> singles;
            case F64 -> doubles;
            default -> throw new IllegalArgumentException("no matrix product of " + dtype);
        };
        long count = 1;
        for (long dimension : batch) {
            count *= dimension;
        }
        if (count == 0 || m == 0 || n == 0) {
            return;
        }
        if (isOneMatrix(batch, m, a, b, c, epilogue)) {
            new Product(kernels, NO_BATCH, 1, count * m, n, k, a, b, c, epilogue).run();
        } else if (n == 1 && m > 1 && c.rowStride() == 1) { // one column: lanes along the rows
            new Product(
                            kernels,
                            batch,
                            count,
                            1,
                            m,
                            k,
                            b.transpose(),
                            a.transpose(),
                            c.transpose(),
                            epilogue.transpose())
                    .run();
        } else {
            new Product(kernels, batch, count, m, n, k, a, b, c, epilogue).run();
        }
    }

    /** The tile of the micro-kernel where a matrix is large enough for it: rows × columns. */
    public static String microKernel(DType dtype) {
        KernelSet kernels = SHARED.kernels(dtype);
        int vectors = kernels.tileVectors(Long.MAX_VALUE);
        int columns = vectors * kernels.lanes();
        return kernels.tileRows(vectors) + "×" + columns + " (" + vectors + " vectors)";
    }

    KernelSet kernels(DType dtype) {
        return switch (dtype) {
            case F32 -> singles;
            case F64 -> doubles;
            default -> throw new IllegalArgumentException("no products of " + dtype);
        };
    }

    /** True for a batch of matrices below each other, all multiplied by one B. */
    private static boolean isOneMatrix(long[] batch, long m, Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        return batch.length == 1
                && b.batchStrides()[0] == 0
                && a.batchStrides()[0] == m * a.rowStride()
                && c.batchStrides()[0] == m * c.rowStride()
                && epilogue.start() != Epilogue.Start.ROW_BIAS;
    }
}
