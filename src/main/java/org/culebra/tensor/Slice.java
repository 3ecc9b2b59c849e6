package org.culebra.tensor;

/**
 * Every {@code step}-th element along one axis: a view.
 *
 * @param axis along which
 * @param start index of the first element
 * @param length number of elements
 * @param step distance; negative walks backwards
 */
record Slice(int axis, long start, long length, long step) implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor x = inputs[0];
        long[] strides = x.strided().strides().clone();
        long offset = x.strided().offset() + (length == 0 ? 0 : start * strides[axis]);
        strides[axis] *= step;
        return Op.only(x.view(x.shape().with(axis, length), offset, strides));
    }

    @Override
    public Tensor gradient(int input, Call call, Tensor g) {
        return new Unslice(this, call.inputShape(0).raw()[axis]).one(g);
    }
}
