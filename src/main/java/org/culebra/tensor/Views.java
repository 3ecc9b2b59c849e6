package org.culebra.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.culebra.memory.DType;

/**
 * Other arrangements of the same numbers. All but {@link #to}, {@link #contiguous} and a {@link #reshape} that the strides do
 * not allow share memory and cost nothing. Axes may be negative: −1 is the last.
 */
public sealed interface Views permits Tensor {

    private Tensor self() {
        return (Tensor) this;
    }

    /**
     * The same elements in row-major order under other dimensions; one of them may be −1, for what is left.
     *
     * @throws IllegalArgumentException if the number of elements differs
     */
    default Tensor reshape(long... dims) {
        return reshape(ViewArguments.infer(self(), dims));
    }

    /** The same elements in row-major order under another shape. */
    default Tensor reshape(Shape shape) {
        if (shape.equals(self().shape())) {
            return self();
        }
        if (shape.size() != self().size()) {
            throw Errors.reshapeCount(self(), shape);
        }
        return new Reshape(shape).one(self());
    }

    /** Axes {@code start} and later become one: [B, C, H, W] → [B, C·H·W] for {@code flatten(1)}. */
    default Tensor flatten(int start) {
        Shape shape = self().shape();
        if (shape.rank() == 0) {
            return reshape(1);
        }
        int first = shape.axis("flatten", start);
        return reshape(
                shape.range(0, first).append(shape.range(first, shape.rank()).size()));
    }

    /**
     * The axes in another order; axis k of the result is axis {@code order[k]}.
     *
     * @throws IllegalArgumentException if it is no permutation of all axes
     */
    default Tensor permute(int... order) {
        List<Integer> axes = ViewArguments.permutation(self(), order);
        for (int k = 0; k < axes.size(); k++) {
            if (axes.get(k) != k) {
                return new Permute(axes).one(self());
            }
        }
        return self();
    }

    /** Two axes exchanged. */
    default Tensor transpose(int a, int b) {
        int[] order = new int[self().rank()];
        Arrays.setAll(order, k -> k);
        int first = self().shape().axis("transpose", a);
        int second = self().shape().axis("transpose", b);
        order[first] = second;
        order[second] = first;
        return permute(order);
    }

    /** The last two axes exchanged: [..., M, N] → [..., N, M]. */
    default Tensor transpose() {
        if (self().rank() < 2) {
            throw Errors.rankAtLeast("transpose", 2, self());
        }
        return transpose(-2, -1);
    }

    /**
     * Repeated along axes of size 1 and new leading ones; −1 keeps an axis as it is.
     *
     * @throws IllegalArgumentException if an axis of another size would have to change
     */
    default Tensor expand(long... dims) {
        return expand(ViewArguments.keepNegative(self(), dims));
    }

    /** Repeated to a shape as broadcasting would. */
    default Tensor expand(Shape shape) {
        if (shape.equals(self().shape())) {
            return self();
        }
        if (!self().shape().expandsTo(shape)) {
            throw Errors.doesNotExpand("expand", self(), shape);
        }
        return new Expand(shape).one(self());
    }

    /** A new axis of size 1 before position {@code axis}; −1 appends it. */
    default Tensor unsqueeze(int axis) {
        int rank = self().rank();
        int at = axis < 0 ? axis + rank + 1 : axis;
        if (at < 0 || at > rank) {
            throw Errors.noPlaceForAxis("unsqueeze", axis, self());
        }
        return reshape(self().shape().insert(at, 1));
    }

    /** Without all axes of size 1. */
    default Tensor squeeze() {
        return reshape(
                Arrays.stream(self().shape().raw()).filter(dim -> dim != 1).toArray());
    }

    /** Without one axis, if its size is 1. */
    default Tensor squeeze(int axis) {
        return self().dim(axis) == 1 ? reshape(self().shape().without(axis)) : self();
    }

    /**
     * Elements {@code start}, {@code start + step}, … up to but without {@code stop} along an axis, as Python slices: negative
     * positions count from the end, positions beyond an end are clipped, a negative step walks backwards.
     *
     * @throws IllegalArgumentException if the step is 0
     */
    default Tensor slice(int axis, long start, long stop, long step) {
        return ViewArguments.slice(self(), axis, start, stop, step);
    }

    /** Elements {@code start} to {@code stop} (exclusive) along an axis; negative positions count from the end. */
    default Tensor slice(int axis, long start, long stop) {
        return slice(axis, start, stop, 1);
    }

    /**
     * {@code length} elements from {@code start} on; a negative start counts from the end.
     *
     * @throws IllegalArgumentException if they are not all there
     */
    default Tensor narrow(int axis, long start, long length) {
        int along = self().shape().axis("narrow", axis);
        long dim = self().dim(along);
        long first = start < 0 ? start + dim : start;
        if (first < 0 || length < 0 || first > dim - length) {
            throw Errors.narrowTooFar(self(), along, start, length);
        }
        return length == dim ? self() : new Slice(along, first, length, 1).one(self());
    }

    /**
     * One element of an axis, which goes away.
     *
     * @throws IllegalArgumentException if there is no such element
     */
    default Tensor select(int axis, long index) {
        int along = self().shape().axis("select", axis);
        long dim = self().dim(along);
        long at = index < 0 ? index + dim : index;
        if (at < 0 || at >= dim) {
            throw Errors.indexOutOfBounds("select", along, index, self());
        }
        return new Slice(along, at, 1, 1).one(self()).reshape(self().shape().without(along));
    }

    /** The elements along these axes in reverse order; none named: all. */
    default Tensor flip(int... axes) {
        Tensor flipped = self();
        for (int axis : Axes.of("flip", self().shape(), axes).toArray()) {
            long dim = self().shape().raw()[axis];
            flipped = new Slice(axis, dim == 0 ? 0 : dim - 1, dim, -1).one(flipped);
        }
        return flipped;
    }

    /** Pieces of {@code size} along an axis; the last may be shorter. */
    default List<Tensor> split(int axis, long size) {
        if (size <= 0) {
            throw Errors.notPositive("split", "size", size);
        }
        List<Tensor> pieces = new ArrayList<>();
        long dim = self().dim(axis);
        for (long start = 0; start < dim || start == 0; start += size) {
            pieces.add(narrow(axis, start, Math.min(size, dim - start)));
        }
        return pieces;
    }

    /** At most {@code count} pieces of equal size along an axis; the last may be shorter. */
    default List<Tensor> chunk(int axis, int count) {
        if (count <= 0) {
            throw Errors.notPositive("chunk", "count", count);
        }
        return split(axis, Math.max(1, Math.ceilDiv(self().dim(axis), (long) count)));
    }

    /**
     * Overlapping windows of {@code size}, {@code step} apart, along an axis, as a new last axis: y[…, w, …, k] = x[…, w·step +
     * k, …].
     *
     * @throws IllegalArgumentException if a window is larger than the axis, or size or step is not positive
     */
    default Tensor unfold(int axis, long size, long step) {
        int along = self().shape().axis("unfold", axis);
        if (size <= 0 || step <= 0) {
            throw Errors.notPositive("unfold", size <= 0 ? "size" : "step", Math.min(size, step));
        }
        if (size > self().dim(along)) {
            throw Errors.windowTooLarge(self(), along, size);
        }
        return new Unfold(along, size, step).one(self());
    }

    /** The same numbers in another type: truncated toward zero to integers, to bool whether not 0. Itself if it has it. */
    default Tensor to(DType dtype) {
        return dtype == self().dtype() ? self() : new Cast(dtype).one(self());
    }

    /** Row-major in memory: itself, or a copy. */
    default Tensor contiguous() {
        return self().isContiguous() ? self() : new Cast(self().dtype()).one(self());
    }

    /** A copy in memory of its own. */
    default Tensor copy() {
        return new Cast(self().dtype()).one(self());
    }

    /**
     * Σ over the axes that broadcasting from {@code shape} to this one's repeated: the adjoint of {@link #expand(Shape)}.
     *
     * @throws IllegalArgumentException if {@code shape} does not expand to this one's
     */
    default Tensor sumTo(Shape shape) {
        return ViewArguments.sumTo(self(), shape);
    }
}
