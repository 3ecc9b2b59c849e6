package org.culebra.tensor;

import java.util.ArrayList;
import java.util.List;
import org.culebra.kernel.Reduction;

/** Resolves what callers of {@link Views} leave to be inferred, and checks the rest. */
final class ViewArguments {
    private ViewArguments() {}

    static Shape infer(Tensor x, long[] dims) {
        int unknown = -1;
        long known = 1;
        for (int k = 0; k < dims.length; k++) {
            if (dims[k] == -1) {
                if (unknown >= 0) {
                    throw Errors.inferredTwice(x, dims);
                }
                unknown = k;
            } else if (dims[k] < 0) {
                throw Errors.negativeDimension(dims);
            } else {
                known *= dims[k];
            }
        }
        if (unknown < 0) {
            return Shape.of(dims);
        }
        if (known == 0 || x.size() % known != 0) {
            throw Errors.cannotInfer(x, dims);
        }
        long[] inferred = dims.clone();
        inferred[unknown] = x.size() / known;
        return Shape.adopt(inferred);
    }

    static List<Integer> permutation(Tensor x, int[] order) {
        List<Integer> axes = new ArrayList<>(order.length);
        for (int axis : order) {
            int counted = x.shape().axis("permute", axis);
            if (axes.contains(counted)) {
                throw Errors.repeatedAxis("permute", axis, order);
            }
            axes.add(counted);
        }
        if (order.length != x.rank()) {
            throw Errors.permutationLength(x, order);
        }
        return axes;
    }

    static Shape keepNegative(Tensor x, long[] dims) {
        long[] target = dims.clone();
        int lead = dims.length - x.rank();
        for (int k = 0; k < dims.length; k++) {
            if (dims[k] == -1) {
                if (k < lead) {
                    throw Errors.nothingToKeep(x, dims);
                }
                target[k] = x.shape().raw()[k - lead];
            }
        }
        return Shape.of(target);
    }

    static Tensor slice(Tensor x, int axis, long start, long stop, long step) {
        int along = x.shape().axis("slice", axis);
        long dim = x.shape().raw()[along];
        if (step == 0) {
            throw Errors.zeroStep();
        }
        long low = step > 0 ? 0 : -1;
        long high = step > 0 ? dim : dim - 1;
        long first = Math.clamp(start < 0 ? start + dim : start, low, high);
        // Long.MIN_VALUE is "before the first", so that a backward slice can reach element 0.
        long last = stop == Long.MIN_VALUE ? low : Math.clamp(stop < 0 ? stop + dim : stop, low, high);
        long length = Math.max(0, step > 0 ? Math.ceilDiv(last - first, step) : Math.ceilDiv(first - last, -step));
        if (first == 0 && length == dim && step == 1) {
            return x;
        }
        return new Slice(along, first, length, step).one(x);
    }

    static Tensor sumTo(Tensor x, Shape shape) {
        if (shape.equals(x.shape())) {
            return x;
        }
        if (!shape.expandsTo(x.shape())) {
            throw Errors.doesNotSum(x, shape);
        }
        if (x.size() == shape.size()) {
            return x.reshape(shape);
        }
        int[] axes = repeatedAxes(shape, x.shape()).toArray();
        return Reduce.of(Reduction.SUM, x, true, axes).reshape(shape);
    }

    /** The axes of {@code full} along which a tensor of shape {@code part} repeats. */
    static Axes repeatedAxes(Shape part, Shape full) {
        int lead = full.rank() - part.rank();
        boolean[] repeated = new boolean[full.rank()];
        for (int k = 0; k < repeated.length; k++) {
            repeated[k] = k < lead || (part.raw()[k - lead] == 1 && full.raw()[k] != 1);
        }
        return new Axes(repeated);
    }
}
