package org.culebra.tensor;

import java.util.List;

/**
 * x with the same number around it.
 *
 * <p>[..., Dₖ, …] → [..., beforeₖ + Dₖ + afterₖ, …] for all axes.
 *
 * @param before elements before each axis
 * @param after elements after each axis
 * @param value what they are
 */
record Pad(List<Long> before, List<Long> after, double value) implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor x = inputs[0];
        long[] dims = x.shape().dims();
        for (int k = 0; k < dims.length; k++) {
            dims[k] += before.get(k) + after.get(k);
        }
        Tensor y = Tensor.full(x.dtype(), value, dims);
        inside(y, x.shape()).assign(x);
        return Op.only(y);
    }

    /** The numbers around x do not depend on it. */
    @Override
    public Tensor gradient(int input, Call call, Tensor g) {
        return inside(g, call.inputShape(0));
    }

    private Tensor inside(Tensor y, Shape shape) {
        Tensor inside = y;
        for (int k = 0; k < shape.rank(); k++) {
            inside = inside.narrow(k, before.get(k), shape.raw()[k]);
        }
        return inside;
    }
}
