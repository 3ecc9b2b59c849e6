package org.culebra.tensor;

/**
 * Overlapping windows along an axis, as a new last axis: a view. y[…, w, …, k] = x[…, w·step + k, …].
 *
 * @param axis along which the windows slide
 * @param size of a window
 * @param step between windows
 */
record Unfold(int axis, long size, long step) implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor x = inputs[0];
        long windows = (x.shape().raw()[axis] - size) / step + 1;
        long[] strides = java.util.Arrays.copyOf(x.strided().strides(), x.rank() + 1);
        strides[x.rank()] = strides[axis];
        strides[axis] *= step;
        return Op.only(
                x.view(x.shape().with(axis, windows).append(size), x.strided().offset(), strides));
    }

    /** Each place of the window is a slice: their adjoints add up. */
    @Override
    public Tensor gradient(int input, Call call, Tensor g) {
        Shape shape = call.inputShape(0);
        long windows = g.shape().raw()[axis];
        Tensor sum = null;
        for (long k = 0; k < size; k++) {
            Tensor part = new Unslice(new Slice(axis, k, windows, step), shape.raw()[axis]).one(g.select(-1, k));
            sum = sum == null ? part : sum.add(part);
        }
        return sum != null ? sum : Tensor.zeros(g.dtype(), shape.raw());
    }
}
