package org.culebra.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.culebra.kernel.Kernels;
import org.culebra.kernel.Strided;
import org.culebra.memory.Buffer;
import org.culebra.memory.DType;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional array of numbers in off-heap memory, and every operation on it.
 *
 * <p>A tensor's numbers live in a {@link Buffer}; a view (reshape, permute, slice, expand) shares it. What is computed under a
 * {@link Tape} or within a {@link org.culebra.memory.Scope} lives until that closes; elsewhere the garbage collector gives the
 * memory back. Operations make new tensors; the few that change one in place say so in their name ({@link #assign}, {@link
 * #fill}) and are noticed by a tape that still needs the old value.
 *
 * <p>The operations are grouped by family: {@link Pointwise}, {@link Reductions}, {@link Views}, {@link LinearAlgebra}, {@link
 * Indexing}, {@link Spatial}. Shapes are checked before any work; an operand that does not fit is an {@link
 * IllegalArgumentException} that names the operation, the shapes, the rule and the likely remedy. A tensor whose scope was
 * closed is an {@link IllegalStateException}.
 */
public final class Tensor implements Pointwise, Reductions, Views, LinearAlgebra, Indexing, Spatial {
    private final Buffer buffer;
    private final Strided strided;
    private final Shape shape;
    private final boolean parameter;

    /** The recorded call that made this tensor, and which of its results it is; null for a leaf. */
    private @Nullable Call call;

    private int result;

    Tensor(Buffer buffer, Strided strided, Shape shape, boolean parameter) {
        this.buffer = buffer;
        this.strided = strided;
        this.shape = shape;
        this.parameter = parameter;
    }

    /** A row-major tensor whose numbers are yet to be written. */
    static Tensor uninitialized(DType dtype, Shape shape) {
        if (shape.size() > (Long.MAX_VALUE >> 6) / dtype.byteSize()) {
            throw Errors.tooManyElements(shape.raw());
        }
        Buffer buffer = Buffer.allocate(shape.size() * dtype.byteSize());
        var strided = new Strided(buffer.segment(), dtype, 0, shape.raw(), shape.contiguousStrides());
        return new Tensor(buffer, strided, shape, false);
    }

    /** Another arrangement of the same memory. */
    Tensor view(Shape viewed, long offset, long[] strides) {
        var arranged = new Strided(strided.segment(), strided.dtype(), offset, viewed.raw(), strides);
        return new Tensor(buffer, arranged, viewed, false);
    }

    // ---------------------------------------------------------------- what it is

    /** The type of the elements. */
    public DType dtype() {
        return strided.dtype();
    }

    /** The dimensions. */
    public Shape shape() {
        return shape;
    }

    /** Number of dimensions. */
    public int rank() {
        return shape.rank();
    }

    /** Number of elements. */
    public long size() {
        return shape.size();
    }

    /** The size along an axis; negative ones count from the end. */
    public long dim(int axis) {
        return shape.dim(axis);
    }

    /** True if the elements lie side by side in row-major order. */
    public boolean isContiguous() {
        return strided.isContiguous();
    }

    /** True for what an optimizer trains: {@link Tape#gradients} finds these by itself. */
    public boolean isParameter() {
        return parameter;
    }

    /** False once the tape or scope that owns its memory was closed. */
    public boolean isOpen() {
        return buffer.isOpen();
    }

    /** For example {@code f32[64, 784]}. */
    public String describe() {
        return dtype() + shape.toString();
    }

    /** As NumPy prints arrays, the type and shape first; long axes are abridged. */
    @Override
    public String toString() {
        return TensorPrinter.print(this);
    }

    // ---------------------------------------------------------------- creation

    /** f32[dims] from row-major numbers; without dims a vector. */
    public static Tensor of(float[] values, long... dims) {
        Shape shape = Creation.shapeOf("of", values.length, dims);
        Tensor tensor = uninitialized(DType.F32, shape);
        Kernels.copyIn(values, tensor.strided.segment());
        return tensor;
    }

    /** f64[dims] from row-major numbers; without dims a vector. */
    public static Tensor of(double[] values, long... dims) {
        Shape shape = Creation.shapeOf("of", values.length, dims);
        Tensor tensor = uninitialized(DType.F64, shape);
        Kernels.copyIn(values, tensor.strided.segment());
        return tensor;
    }

    /** i32[dims] from row-major numbers; without dims a vector. */
    public static Tensor of(int[] values, long... dims) {
        Shape shape = Creation.shapeOf("of", values.length, dims);
        Tensor tensor = uninitialized(DType.I32, shape);
        Kernels.copyIn(values, tensor.strided.segment());
        return tensor;
    }

    /** i64[dims] from row-major numbers; without dims a vector. */
    public static Tensor of(long[] values, long... dims) {
        Shape shape = Creation.shapeOf("of", values.length, dims);
        Tensor tensor = uninitialized(DType.I64, shape);
        Kernels.copyIn(values, tensor.strided.segment());
        return tensor;
    }

    /** u8[dims] from row-major unsigned bytes; without dims a vector. */
    public static Tensor of(byte[] values, long... dims) {
        Shape shape = Creation.shapeOf("of", values.length, dims);
        Tensor tensor = uninitialized(DType.U8, shape);
        Kernels.copyIn(values, tensor.strided.segment());
        return tensor;
    }

    /** bool[dims] from row-major truth values; without dims a vector. */
    public static Tensor of(boolean[] values, long... dims) {
        Shape shape = Creation.shapeOf("of", values.length, dims);
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = values[i] ? (byte) 1 : 0;
        }
        Tensor tensor = uninitialized(DType.BOOL, shape);
        Kernels.copyIn(bytes, tensor.strided.segment());
        return tensor;
    }

    /**
     * A copy of little-endian row-major numbers in a segment, native or on the heap.
     *
     * @throws IllegalArgumentException if the segment is smaller than the shape needs
     */
    public static Tensor of(MemorySegment values, DType dtype, long... dims) {
        Shape shape = Shape.of(dims);
        long bytes = shape.size() * dtype.byteSize();
        if (values.byteSize() < bytes) {
            throw Errors.segmentTooSmall(values.byteSize(), dtype, shape, bytes);
        }
        Tensor tensor = uninitialized(dtype, shape);
        MemorySegment.copy(values, 0, tensor.strided.segment(), 0, bytes);
        return tensor;
    }

    /** f32[]: one number. */
    public static Tensor scalar(double value) {
        return full(DType.F32, value);
    }

    /** f32[dims] of zeros. */
    public static Tensor zeros(long... dims) {
        return zeros(DType.F32, dims);
    }

    /** Zeros, or false. */
    public static Tensor zeros(DType dtype, long... dims) {
        Tensor tensor = uninitialized(dtype, Shape.of(dims));
        tensor.strided.segment().fill((byte) 0);
        return tensor;
    }

    /** f32[dims] of ones. */
    public static Tensor ones(long... dims) {
        return ones(DType.F32, dims);
    }

    /** Ones, or true. */
    public static Tensor ones(DType dtype, long... dims) {
        return full(dtype, 1, dims);
    }

    /**
     * The same number everywhere; in bool, whether it is not 0.
     *
     * @throws IllegalArgumentException if the type cannot hold it
     */
    public static Tensor full(DType dtype, double value, long... dims) {
        Errors.requireHeld("full", value, dtype);
        Tensor tensor = uninitialized(dtype, Shape.of(dims));
        Kernels.fill(tensor.strided, value);
        return tensor;
    }

    /** i64[stop]: 0, 1, …, stop − 1. */
    public static Tensor arange(long stop) {
        return Creation.arange(DType.I64, 0, (double) stop, 1);
    }

    /**
     * start, start + step, … up to but without {@code stop}: ⌈(stop − start)/step⌉ numbers, element i being start + i·step.
     *
     * @throws IllegalArgumentException if the step is 0 or not finite
     */
    public static Tensor arange(DType dtype, double start, double stop, double step) {
        return Creation.arange(dtype, start, stop, step);
    }

    /** {@code count} numbers evenly spaced from {@code start} to {@code stop}, both included. */
    public static Tensor linspace(DType dtype, double start, double stop, long count) {
        return Creation.linspace(dtype, start, stop, count);
    }

    /** The identity matrix: dtype[n, n]. */
    public static Tensor eye(DType dtype, long n) {
        return Creation.eye(dtype, n);
    }

    /**
     * Tensors one after the other along an axis; their types promote.
     *
     * <p>[..., Aᵢ, ...] → [..., ΣAᵢ, ...].
     *
     * @throws IllegalArgumentException if there is none, or they differ along another axis
     */
    public static Tensor concat(int axis, Tensor... tensors) {
        return Concat.of(axis, List.of(tensors));
    }

    /** {@link #concat(int, Tensor...)}. */
    public static Tensor concat(int axis, List<Tensor> tensors) {
        return Concat.of(axis, tensors);
    }

    /**
     * Tensors one after the other along a new axis.
     *
     * <p>N of [...] → [..., N, ...].
     *
     * @param axis that it goes before, from 0 to the rank; negative ones count from behind the last
     * @throws IllegalArgumentException if there is none, or their shapes differ
     */
    public static Tensor stack(int axis, Tensor... tensors) {
        return Selection.stack(axis, List.of(tensors));
    }

    /** {@link #stack(int, Tensor...)}. */
    public static Tensor stack(int axis, List<Tensor> tensors) {
        return Selection.stack(axis, tensors);
    }

    // ---------------------------------------------------------------- contraction

    /**
     * A sum of products over named axes, as NumPy's {@code einsum}: {@code einsum("bij,bjk->bik", a, b)}.
     *
     * <p>A letter names an axis; what is not in the result is summed over, what one operand has twice is its diagonal. {@code ...}
     * stands for leading axes, which broadcast; so do axes of size 1. Without {@code ->}, the result has the letters that occur
     * once, in alphabetical order. More than two operands are multiplied two at a time, those with the fewest products first.
     *
     * @throws IllegalArgumentException if the equation does not fit the operands: says how
     */
    public static Tensor einsum(String equation, Tensor... operands) {
        return Einsum.of(equation, operands);
    }

    // ---------------------------------------------------------------- random numbers

    /** f32[dims] of independent numbers uniform in [low, high). */
    public static Tensor uniform(Random random, double low, double high, long... dims) {
        return uniform(random, DType.F32, low, high, dims);
    }

    /**
     * Independent numbers uniform in [low, high), made of 24 (f32) or 53 (f64) random bits.
     *
     * @throws IllegalArgumentException if low is above high, one is not finite, or the type is not floating
     */
    public static Tensor uniform(Random random, DType dtype, double low, double high, long... dims) {
        return Sampling.uniform(random, dtype, low, high, dims);
    }

    /** f32[dims] of independent normal numbers. */
    public static Tensor normal(Random random, double mean, double std, long... dims) {
        return normal(random, DType.F32, mean, std, dims);
    }

    /**
     * Independent normal numbers, by Box and Muller's method; they are within 5.8 (f32) or 8.6 (f64) standard deviations of the
     * mean.
     *
     * @param std the standard deviation, at least 0
     * @throws IllegalArgumentException if it is negative, a parameter is not finite, or the type is not floating
     */
    public static Tensor normal(Random random, DType dtype, double mean, double std, long... dims) {
        return Sampling.normal(random, dtype, mean, std, dims);
    }

    /** f32[dims] of independent numbers that are 1 with probability p, else 0. */
    public static Tensor bernoulli(Random random, double p, long... dims) {
        return bernoulli(random, DType.F32, p, dims);
    }

    /**
     * Independent numbers of any type that are 1 (or true) with probability p, else 0.
     *
     * @throws IllegalArgumentException if p is not between 0 and 1
     */
    public static Tensor bernoulli(Random random, DType dtype, double p, long... dims) {
        return Sampling.bernoulli(random, dtype, p, dims);
    }

    /**
     * Independent numbers, 1 with the probability that each element of p gives, else 0; of p's shape and type. No gradient
     * flows back to p.
     *
     * @param p floating; 0 or less never gives 1, 1 or more always does
     */
    public static Tensor bernoulli(Random random, Tensor p) {
        return Sampling.bernoulli(random, p);
    }

    /** i64[dims] of independent integers, each of low, …, high − 1 as likely as the others. */
    public static Tensor randint(Random random, long low, long high, long... dims) {
        return randint(random, DType.I64, low, high, dims);
    }

    /**
     * Independent integers, each of low, …, high − 1 as likely as the others.
     *
     * @param dtype i64, i32 or u8, which must hold them
     * @throws IllegalArgumentException if there is none, or the type does not hold them all
     */
    public static Tensor randint(Random random, DType dtype, long low, long high, long... dims) {
        return Sampling.integers(random, dtype, low, high, dims);
    }

    /** i64[n]: 0, …, n − 1 in random order, every order as likely as the others. */
    public static Tensor permutation(Random random, long n) {
        return Sampling.permutation(random, n);
    }

    // ---------------------------------------------------------------- numbers out

    /**
     * The one number of a tensor with one element.
     *
     * @throws IllegalArgumentException if it has another number of elements
     */
    public double item() {
        if (size() != 1) {
            throw Errors.notOneElement(this);
        }
        return read(strided.offset());
    }

    /**
     * The only element as an integer, exactly.
     *
     * @throws IllegalArgumentException if there is more than one, or none, or the type is floating
     */
    public long itemAsLong() {
        if (size() != 1) {
            throw Errors.notOneElement(this);
        }
        if (dtype().isFloating()) {
            throw Errors.notIntegers("itemAsLong", this);
        }
        return toLongArray()[0];
    }

    /** The element at an index, one number per axis; negative ones count from the end. */
    public double get(long... index) {
        if (index.length != rank()) {
            throw Errors.wrongIndexLength(this, index);
        }
        long at = strided.offset();
        for (int k = 0; k < index.length; k++) {
            long i = index[k] < 0 ? index[k] + shape.raw()[k] : index[k];
            if (i < 0 || i >= shape.raw()[k]) {
                throw Errors.indexOutOfBounds("get", k, index[k], this);
            }
            at += i * strided.strides()[k];
        }
        return read(at);
    }

    private double read(long at) {
        try {
            return Kernels.getDouble(strided(), at);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** A row-major copy, converted to f32. */
    public float[] toFloatArray() {
        float[] values = new float[Creation.arrayLength(this)];
        copyOut(DType.F32, from -> Kernels.copyOut(from, values));
        return values;
    }

    /** A row-major copy, converted to f64. */
    public double[] toDoubleArray() {
        double[] values = new double[Creation.arrayLength(this)];
        copyOut(DType.F64, from -> Kernels.copyOut(from, values));
        return values;
    }

    /** A row-major copy, converted to i32. */
    public int[] toIntArray() {
        int[] values = new int[Creation.arrayLength(this)];
        copyOut(DType.I32, from -> Kernels.copyOut(from, values));
        return values;
    }

    /** A row-major copy, converted to i64. */
    public long[] toLongArray() {
        long[] values = new long[Creation.arrayLength(this)];
        copyOut(DType.I64, from -> Kernels.copyOut(from, values));
        return values;
    }

    /** A row-major copy, converted to u8. */
    public byte[] toByteArray() {
        byte[] values = new byte[Creation.arrayLength(this)];
        copyOut(DType.U8, from -> Kernels.copyOut(from, values));
        return values;
    }

    /** A row-major copy: true where the number is not 0. */
    public boolean[] toBooleanArray() {
        byte[] bytes = new byte[Creation.arrayLength(this)];
        copyOut(DType.BOOL, from -> Kernels.copyOut(from, bytes));
        boolean[] values = new boolean[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            values[i] = bytes[i] != 0;
        }
        return values;
    }

    /** Shows the row-major numbers, converted; they are gone afterwards. */
    private void copyOut(DType dtype, Consumer<MemorySegment> destination) {
        Tensor compact = compact(dtype);
        try {
            destination.accept(compact.strided().segment());
        } finally {
            if (compact != this) {
                compact.buffer.release();
            }
            Reference.reachabilityFence(this);
        }
    }

    /**
     * The memory itself, read-only, row-major: zero-copy interop. Valid as long as this tensor is. Of a view that is not
     * contiguous it is a copy, valid as long as the segment is.
     */
    public MemorySegment segment() {
        long bytes = size() * dtype().byteSize();
        Strided array = strided();
        if (!isContiguous()) {
            // Memory of its own: a buffer would go with the current scope, or when nothing refers to it any more.
            MemorySegment copy = Arena.ofAuto().allocate((bytes + 63) & -64, 64);
            array = new Strided(copy, dtype(), 0, shape.raw(), shape.contiguousStrides());
            try {
                Kernels.copy(strided(), array);
            } finally {
                Reference.reachabilityFence(this);
            }
        }
        return array.segment()
                .asSlice(array.offset() * dtype().byteSize(), bytes)
                .asReadOnly();
    }

    /** Row-major at offset 0 and of this type; itself where it is so already. Never recorded. */
    Tensor compact(DType dtype) {
        if (dtype() == dtype && strided.offset() == 0 && isContiguous()) {
            return this;
        }
        return copyAs(dtype);
    }

    /** A new row-major tensor with the same numbers. Never recorded. */
    Tensor copyAs(DType dtype) {
        Tensor copy = uninitialized(dtype, shape);
        try {
            Kernels.copy(strided(), copy.strided);
        } finally {
            Reference.reachabilityFence(this);
        }
        return copy;
    }

    // ---------------------------------------------------------------- changes in place

    /**
     * Writes another tensor's numbers, broadcast and converted, over this one's.
     *
     * @return this
     */
    public Tensor assign(Tensor values) {
        if (!values.shape.expandsTo(shape)) {
            throw Errors.doesNotExpand("assign", values, shape);
        }
        try {
            Tensor source = values.isApartFrom(this) ? values : values.copyAs(values.dtype());
            Kernels.copy(source.expandedTo(shape), strided());
        } finally {
            Reference.reachabilityFence(values);
        }
        changed();
        return this;
    }

    /**
     * Writes one number everywhere; in bool, whether it is not 0.
     *
     * @return this
     * @throws IllegalArgumentException if the type cannot hold it
     */
    public Tensor fill(double value) {
        Errors.requireHeld("fill", value, dtype());
        Kernels.fill(strided(), value);
        changed();
        return this;
    }

    /** False if writing over {@code target} could change elements of this one that are still to be read: another view of its memory. */
    @SuppressWarnings("ReferenceEquality") // the same memory
    boolean isApartFrom(Tensor target) {
        return buffer != target.buffer
                || (shape.equals(target.shape)
                        && strided.offset() == target.strided.offset()
                        && Arrays.equals(strided.strides(), target.strided.strides()));
    }

    /** To be called after the memory was written to. */
    void changed() {
        buffer.modified();
    }

    // ---------------------------------------------------------------- the tape

    /**
     * Gives the memory back now, instead of when its scope closes or the garbage collector comes. For whoever made the tensor and
     * knows that nobody else uses it or a view of it: that is an {@link IllegalStateException} from now on.
     */
    public void release() {
        buffer.release();
    }

    /** The same numbers, cut off from the tape: no gradient flows back through it. */
    public Tensor detach() {
        strided();
        return new Tensor(buffer, strided, shape, false);
    }

    /**
     * The same memory as a leaf that {@link Tape#gradients} counts among the parameters.
     *
     * @throws IllegalArgumentException if the type has no gradients
     */
    public Tensor asParameter() {
        if (!dtype().isFloating()) {
            throw Errors.noGradientOfIntegers("asParameter", this);
        }
        strided();
        return new Tensor(buffer, strided, shape, true);
    }

    @Nullable
    Call call() {
        return call;
    }

    int result() {
        return result;
    }

    void recordedAs(Call madeBy, int which) {
        call = madeBy;
        result = which;
    }

    // ---------------------------------------------------------------- for the operations

    Buffer buffer() {
        return buffer;
    }

    /** The array for kernels, after checking that the memory is still there. */
    Strided strided() {
        if (!buffer.isOpen()) {
            throw Errors.closed(this, buffer);
        }
        return strided;
    }

    /** The array as if broadcast to a larger shape that it expands to. */
    Strided expandedTo(Shape target) {
        Strided array = strided();
        if (shape.equals(target)) {
            return array;
        }
        return new Strided(array.segment(), array.dtype(), array.offset(), target.raw(), stridesIn(target));
    }

    /** Strides of this tensor seen as one of shape {@code target}: 0 along axes that repeat. */
    long[] stridesIn(Shape target) {
        long[] strides = new long[target.rank()];
        int lead = target.rank() - rank();
        for (int k = 0; k < rank(); k++) {
            strides[lead + k] = shape.raw()[k] == 1 && target.raw()[lead + k] != 1 ? 0 : strided.strides()[k];
        }
        return strides;
    }
}
