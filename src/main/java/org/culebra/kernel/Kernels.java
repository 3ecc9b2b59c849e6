package org.culebra.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.culebra.kernel.codegen.Loops;
import org.culebra.kernel.expression.Program;
import org.culebra.kernel.gemm.ConvGeometry;
import org.culebra.kernel.gemm.Convolution;
import org.culebra.kernel.gemm.Epilogue;
import org.culebra.kernel.gemm.Gemm;
import org.culebra.kernel.gemm.Matrix;
import org.culebra.kernel.gemm.Operand;
import org.culebra.kernel.index.Gathering;
import org.culebra.kernel.index.Positions;
import org.culebra.kernel.index.Ranking;
import org.culebra.kernel.index.Scattering;
import org.culebra.kernel.random.Philox;
import org.culebra.kernel.triangular.Cholesky;
import org.culebra.kernel.triangular.Substitution;
import org.culebra.kernel.window.Windows;
import org.culebra.memory.DType;
import org.jspecify.annotations.Nullable;

/**
 * The only door to the kernels. Nothing here checks shapes: callers have. Arrays must not overlap unless said otherwise; the
 * memory must stay reachable until a call returns.
 */
public final class Kernels {
    private Kernels() {}

    static {
        VectorModule.require();
    }

    private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.nativeOrder());
    private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE.withOrder(ByteOrder.nativeOrder());
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT.withOrder(ByteOrder.nativeOrder());
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG.withOrder(ByteOrder.nativeOrder());

    // ---------------------------------------------------------------- loops over elements

    /**
     * outputs[j] = program(inputs…) per element.
     *
     * @param scalars the program's run-time numbers
     * @param key of its random numbers
     * @param inputs arrays of the outputs' dimensions (stride 0 where they repeat), of any type; one may be an output, laid out
     *     alike
     */
    public static void map(Program program, double[] scalars, long key, Strided[] inputs, Strided[] outputs) {
        Loops.shared().map(program, scalars, key, inputs, outputs);
    }

    /** to = from, converted: toward zero to integers, "is not 0" to bool. */
    public static void copy(Strided from, Strided to) {
        Loops.shared().copy(from, to);
    }

    /**
     * ⊕ program(inputs…) over the flagged axes, in one pass.
     *
     * @param output of the inputs' dimensions with size 1 at the reduced axes
     */
    public static void reduce(
            Reduction kind,
            Program program,
            double[] scalars,
            long key,
            Strided[] inputs,
            boolean[] reduced,
            Strided output) {
        Loops.shared().reduce(kind, program, scalars, key, inputs, reduced, output);
    }

    /** Index of the first MIN or MAX along an axis, into an i64 array with size 1 there. */
    public static void argReduce(Reduction kind, Strided input, int axis, Strided output) {
        Loops.shared().argReduce(kind == Reduction.MAX, input, axis, output);
    }

    /** Running sums along an axis. */
    public static void cumulativeSum(Strided input, int axis, Strided output) {
        Loops.shared().cumulativeSum(input, axis, output);
    }

    // ---------------------------------------------------------------- matrix products

    /** c = a·b on the last two dimensions: [B…, M, K] × [B…, K, N] → [B…, M, N], all of one floating type; c is row-major. */
    public static void matmul(Strided a, Strided b, Strided c) {
        int rank = c.rank();
        long[] batch = Arrays.copyOf(c.dims(), rank - 2);
        long m = c.dims()[rank - 2];
        long n = c.dims()[rank - 1];
        long k = a.dims()[rank - 1];
        Gemm.multiply(c.dtype(), batch, m, n, k, matrix(a), matrix(b), matrix(c), Epilogue.OVERWRITE);
    }

    private static Matrix matrix(Strided array) {
        int rank = array.rank();
        long[] strides = array.strides();
        return new Matrix(
                array.segment(),
                array.offset(),
                strides[rank - 2],
                strides[rank - 1],
                Arrays.copyOf(strides, rank - 2));
    }

    // ---------------------------------------------------------------- by index

    /** output[…, a, …] = x[…, index[…, a, …], …]; see {@link Gathering}. */
    public static void gather(Strided x, Strided index, int axis, Strided output) {
        Gathering.run(x, index, axis, output);
    }

    /** output[…, index[…, a, …], …] += source[…, a, …]; see {@link Scattering}. */
    public static void scatterAdd(Strided index, Strided source, int axis, Strided output) {
        Scattering.add(index, source, axis, output);
    }

    /** The position of the first index of a row-major i64 array that is not in [0, bound); −1 if there is none. */
    public static long firstOutside(Strided index, long bound) {
        return Positions.firstOutside(index, bound);
    }

    /** How many elements of a row-major bool array are true. */
    public static long countTrue(Strided mask) {
        return Positions.countTrue(mask);
    }

    /** Where a row-major bool array is true: i64[count, rank], row-major. */
    public static void positionsOfTrue(Strided mask, Strided output) {
        Positions.ofTrue(mask, output);
    }

    /** The first positions along an axis, as many as there is room for, in order of their elements; see {@link Ranking}. */
    public static void rank(Strided x, int axis, boolean descending, Strided order) {
        Ranking.run(x, axis, descending, order);
    }

    // ---------------------------------------------------------------- small matrices

    /** A = L·Lᵀ per matrix of a batch; −1, or matrix·n + pivot where it fails; see {@link Cholesky}. */
    public static long cholesky(Strided a, Strided l) {
        return Cholesky.factor(a, l);
    }

    /** L·X = B per matrix of a batch; −1, or matrix·n + row of the first 0 on a diagonal; see {@link Substitution}. */
    public static long solveLower(Strided l, Strided b, boolean unit, Strided x) {
        return Substitution.solve(l, b, unit, x);
    }

    // ---------------------------------------------------------------- random whole numbers

    /** low + a whole number in [0, bound) per element of a row-major array of i64, i32 or u8. */
    public static void randomIntegers(long key, long low, long bound, Strided array) {
        Philox.bounded(key, 0, 0, array.segment(), array.offset(), array.count(), array.dtype(), low, bound);
    }

    /** 0, …, n − 1 in random order. */
    public static long[] permutation(long key, int n) {
        return Philox.permutation(key, 0, n);
    }

    // ---------------------------------------------------------------- convolutions

    /**
     * y[n,o,i,j] = bias[o] + Σ w[o,c,a,b]·x[n,c,(i,a),(j,b)], where the windows say which input (i, a) is; 0 outside.
     *
     * <p>x: [N,C,H,W], w: [O,C/groups,Kh,Kw], y: [N,O,H′,W′]; all row-major and of one floating type.
     *
     * @param bias [O], or null
     */
    public static void conv2d(
            Strided x, Strided w, @Nullable Strided bias, Window rows, Window columns, long groups, Strided y) {
        ConvGeometry geometry = geometry(x.dims()[0], x.dims()[1], w.dims()[0], rows, columns, groups);
        Convolution.forward(y.dtype(), geometry, operand(x), operand(w), operand(y), rowBias(bias));
    }

    /**
     * The gradient of {@link #conv2d} with respect to x, given that with respect to y.
     *
     * @param bias [C] to be added, or null
     */
    public static void conv2dInputGradient(
            Strided y, Strided w, @Nullable Strided bias, Window rows, Window columns, long groups, Strided x) {
        ConvGeometry geometry = geometry(x.dims()[0], x.dims()[1], w.dims()[0], rows, columns, groups);
        Convolution.inputGradient(y.dtype(), geometry, operand(y), operand(w), operand(x), rowBias(bias));
    }

    /** The gradient of {@link #conv2d} with respect to w, given that with respect to y. */
    public static void conv2dWeightGradient(Strided x, Strided y, Window rows, Window columns, long groups, Strided w) {
        ConvGeometry geometry = geometry(x.dims()[0], x.dims()[1], w.dims()[0], rows, columns, groups);
        Convolution.weightGradient(y.dtype(), geometry, operand(x), operand(y), operand(w));
    }

    private static ConvGeometry geometry(long n, long c, long o, Window rows, Window columns, long groups) {
        return new ConvGeometry(
                n,
                c,
                rows.inputs(),
                columns.inputs(),
                o,
                rows.size(),
                columns.size(),
                rows.stride(),
                columns.stride(),
                rows.padding(),
                columns.padding(),
                rows.dilation(),
                columns.dilation(),
                groups);
    }

    private static Operand operand(Strided array) {
        return new Operand(array.segment(), array.offset());
    }

    private static Epilogue rowBias(@Nullable Strided bias) {
        return bias == null ? Epilogue.OVERWRITE : Epilogue.rowBias(bias.segment(), bias.offset());
    }

    // ---------------------------------------------------------------- planes: the last two dimensions; all row-major

    /** The largest of each window, and its i32 index in the plane: the first of equal ones, NaN being the largest. */
    public static void maxPool(Strided x, Window rows, Window columns, Strided values, Strided indices) {
        Windows.maxPool(x, rows, columns, values, indices);
    }

    /** y[p, k] = x[p, indices[p, k]] for {@code planes} planes p and i32 indices. */
    public static void planeGather(Strided x, Strided indices, Strided y, long planes) {
        Windows.gather(x, indices, y, planes);
    }

    /** y = 0, then y[p, indices[p, k]] += x[p, k] for {@code planes} planes p and i32 indices. */
    public static void planeScatter(Strided x, Strided indices, Strided y, long planes) {
        Windows.scatter(x, indices, y, planes);
    }

    /** y = R·x·Cᵀ for each plane x. */
    public static void resample(Strided x, Taps rows, Taps columns, Strided y) {
        Windows.resample(x, rows, columns, y);
    }

    // ---------------------------------------------------------------- single elements, whole segments

    /** The element at an offset, in elements, as a double. */
    public static double getDouble(Strided array, long at) {
        MemorySegment segment = array.segment();
        return switch (array.dtype()) {
            case F32 -> segment.getAtIndex(F32, at);
            case F64 -> segment.getAtIndex(F64, at);
            case I32 -> segment.getAtIndex(I32, at);
            case I64 -> segment.getAtIndex(I64, at);
            case U8 -> segment.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
            case BOOL -> segment.get(ValueLayout.JAVA_BYTE, at);
        };
    }

    /** Writes the element at an offset, in elements. */
    public static void setDouble(Strided array, long at, double value) {
        MemorySegment segment = array.segment();
        switch (array.dtype()) {
            case F32 -> segment.setAtIndex(F32, at, (float) value);
            case F64 -> segment.setAtIndex(F64, at, value);
            case I32 -> segment.setAtIndex(I32, at, (int) value);
            case I64 -> segment.setAtIndex(I64, at, (long) value);
            case U8 -> segment.set(ValueLayout.JAVA_BYTE, at, (byte) (int) value);
            case BOOL -> segment.set(ValueLayout.JAVA_BYTE, at, value != 0 ? (byte) 1 : 0);
        }
    }

    private static final Program FILL_F32 = fillProgram(DType.F32);
    private static final Program FILL_F64 = fillProgram(DType.F64);
    private static final Strided[] NO_INPUTS = {};

    private static Program fillProgram(DType dtype) {
        var builder = new Program.Builder(dtype);
        return builder.build(0, 1, List.of(builder.scalar(0)));
    }

    /** The same number everywhere. */
    public static void fill(Strided array, double value) {
        Program program = array.dtype() == DType.F32 ? FILL_F32 : FILL_F64;
        Loops.shared().map(program, new double[] {value}, 0, NO_INPUTS, new Strided[] {array});
    }

    /** Element i of a vector becomes start + i·step. */
    public static void ramp(Strided vector, double start, double step) {
        for (long i = 0; i < vector.dims()[0]; i++) {
            setDouble(vector, vector.offset() + i * vector.strides()[0], start + i * step);
        }
    }

    public static void copyIn(float[] values, MemorySegment to) {
        MemorySegment.copy(values, 0, to, F32, 0, values.length);
    }

    public static void copyIn(double[] values, MemorySegment to) {
        MemorySegment.copy(values, 0, to, F64, 0, values.length);
    }

    public static void copyIn(int[] values, MemorySegment to) {
        MemorySegment.copy(values, 0, to, I32, 0, values.length);
    }

    public static void copyIn(long[] values, MemorySegment to) {
        MemorySegment.copy(values, 0, to, I64, 0, values.length);
    }

    public static void copyIn(byte[] values, MemorySegment to) {
        MemorySegment.copy(values, 0, to, ValueLayout.JAVA_BYTE, 0, values.length);
    }

    public static void copyOut(MemorySegment from, float[] values) {
        MemorySegment.copy(from, F32, 0, values, 0, values.length);
    }

    public static void copyOut(MemorySegment from, double[] values) {
        MemorySegment.copy(from, F64, 0, values, 0, values.length);
    }

    public static void copyOut(MemorySegment from, int[] values) {
        MemorySegment.copy(from, I32, 0, values, 0, values.length);
    }

    public static void copyOut(MemorySegment from, long[] values) {
        MemorySegment.copy(from, I64, 0, values, 0, values.length);
    }

    public static void copyOut(MemorySegment from, byte[] values) {
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, 0, values, 0, values.length);
    }
}
