package org.culebra.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.culebra.kernel.Strided;
import org.jspecify.annotations.Nullable;

/**
 * The dimensions of a tensor: zero or more sizes, each zero or more, whose product fits a {@code long}.
 *
 * <p>A scalar has rank 0 and one element. Axes may be counted from the end: −1 is the last one.
 */
public final class Shape {
    private static final Shape SCALAR = new Shape(new long[0], 1);

    /** Shapes made lately, by hash: a training step asks for the same ones again and again. Written without locks. */
    private static final @Nullable Shape[] RECENT = new @Nullable Shape[512];

    private final long[] dims;
    private final long size;
    /** Made when first asked for; two threads may both make them. */
    private long @Nullable [] strides;

    private Shape(long[] dims, long size) {
        this.dims = dims;
        this.size = size;
    }

    /**
     * The shape with these dimensions.
     *
     * @throws IllegalArgumentException if one is negative, or if the number of elements overflows a {@code long}
     */
    public static Shape of(long... dims) {
        return dims.length == 0 ? SCALAR : adopt(dims.clone());
    }

    /** As {@link #of}, without the copy: the caller gives the array away. */
    static Shape adopt(long[] dims) {
        int place = ((Arrays.hashCode(dims) * 0x9E3779B9) >>> 16) & (RECENT.length - 1);
        Shape recent = RECENT[place];
        if (recent != null && Arrays.equals(recent.dims, dims)) {
            return recent;
        }
        Shape shape = checked(dims);
        RECENT[place] = shape;
        return shape;
    }

    private static Shape checked(long[] dims) {
        long size = 1;
        boolean empty = false;
        for (long dim : dims) {
            if (dim < 0) {
                throw Errors.negativeDimension(dims);
            }
            empty |= dim == 0;
        }
        for (int k = 0; !empty && k < dims.length; k++) {
            if (Math.multiplyHigh(size, dims[k]) != 0 || size * dims[k] < 0) {
                throw Errors.tooManyElements(dims);
            }
            size *= dims[k];
        }
        return new Shape(dims, empty ? 0 : size);
    }

    /** Number of dimensions. */
    public int rank() {
        return dims.length;
    }

    /** Number of elements: the product of the dimensions, 1 for a scalar. */
    public long size() {
        return size;
    }

    /**
     * The size along an axis, counted from the end where negative.
     *
     * @throws IllegalArgumentException if there is no such axis
     */
    public long dim(int axis) {
        return dims[axis("dim", axis)];
    }

    /** A copy of the dimensions. */
    public long[] dims() {
        return dims.clone();
    }

    /** The dimensions themselves, not to be written. */
    long[] raw() {
        return dims;
    }

    /** Strides of a row-major array of this shape, not to be written. */
    long[] contiguousStrides() {
        long[] known = strides;
        if (known == null) {
            known = Strided.contiguousStrides(dims);
            strides = known;
        }
        return known;
    }

    /** The axis as a number from 0 to rank − 1; the operation is for the message. */
    int axis(String operation, int axis) {
        int counted = axis < 0 ? axis + dims.length : axis;
        if (counted < 0 || counted >= dims.length) {
            throw Errors.noSuchAxis(operation, axis, this);
        }
        return counted;
    }

    /** The same dimensions but for one axis. */
    public Shape with(int axis, long dim) {
        long[] changed = dims.clone();
        changed[axis("with", axis)] = dim;
        return adopt(changed);
    }

    /** Without one axis. */
    public Shape without(int axis) {
        int dropped = axis("without", axis);
        long[] rest = new long[dims.length - 1];
        System.arraycopy(dims, 0, rest, 0, dropped);
        System.arraycopy(dims, dropped + 1, rest, dropped, rest.length - dropped);
        return adopt(rest);
    }

    /** With a new axis of size {@code dim} before position {@code axis} (0 to rank). */
    public Shape insert(int axis, long dim) {
        long[] more = new long[dims.length + 1];
        System.arraycopy(dims, 0, more, 0, axis);
        more[axis] = dim;
        System.arraycopy(dims, axis, more, axis + 1, dims.length - axis);
        return adopt(more);
    }

    /** The dimensions from {@code from} (inclusive) to {@code to} (exclusive). */
    public Shape range(int from, int to) {
        return adopt(Arrays.copyOfRange(dims, from, to));
    }

    /** These dimensions followed by more. */
    public Shape append(long... more) {
        long[] all = Arrays.copyOf(dims, dims.length + more.length);
        System.arraycopy(more, 0, all, dims.length, more.length);
        return adopt(all);
    }

    /**
     * The shape that both broadcast to, as in NumPy: aligned at the last axis, sizes equal or 1.
     *
     * @return null where they do not broadcast
     */
    public static @Nullable Shape broadcast(Shape a, Shape b) {
        if (a.equals(b) || b.rank() == 0) {
            return a;
        }
        if (a.rank() == 0) {
            return b;
        }
        long[] dims = new long[Math.max(a.rank(), b.rank())];
        for (int k = 1; k <= dims.length; k++) {
            long x = k <= a.rank() ? a.dims[a.rank() - k] : 1;
            long y = k <= b.rank() ? b.dims[b.rank() - k] : 1;
            if (x != y && x != 1 && y != 1) {
                return null;
            }
            dims[dims.length - k] = x == 1 ? y : x;
        }
        return adopt(dims);
    }

    /** True if a tensor of this shape can be expanded to {@code target}. */
    public boolean expandsTo(Shape target) {
        Shape common = broadcast(this, target);
        return common != null && common.equals(target);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Shape shape && Arrays.equals(dims, shape.dims));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    /** For example {@code [64, 784]}. */
    @Override
    public String toString() {
        return Arrays.stream(dims).mapToObj(Long::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
