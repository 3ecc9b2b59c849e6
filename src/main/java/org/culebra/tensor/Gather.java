package org.culebra.tensor;

import org.culebra.kernel.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * y[…, a, …] = x[…, index[…, a, …], …].
 *
 * <p>x: [..., D, ...], index: i64[..., A, ...] → [..., A, ...], equal but for the axis; the indices are checked by
 * the caller.
 *
 * @param axis along which
 */
record Gather(int axis) implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor x = inputs[0];
        Tensor index = inputs[1];
        Tensor y = Tensor.uninitialized(x.dtype(), index.shape());
        Kernels.gather(x.strided(), index.strided(), axis, y.strided());
        return Op.only(y);
    }

    @Override
    public @Nullable Tensor gradient(int input, Call call, Tensor g) {
        return new ScatterAdd(axis, call.inputShape(0).raw()[axis]).one(g, call.input(1));
    }
}
