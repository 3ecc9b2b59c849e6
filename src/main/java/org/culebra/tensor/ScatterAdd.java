package org.culebra.tensor;

import org.culebra.kernel.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * y[…, d, …] = Σ over a with index[…, a, …] = d of x[…, a, …], in the order of a: the adjoint of {@link Gather}.
 *
 * <p>x: [..., A, ...], index: i64[..., A, ...] → [..., D, ...]; the indices are checked by the caller.
 *
 * @param axis along which
 * @param dim D
 */
record ScatterAdd(int axis, long dim) implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor x = inputs[0];
        Tensor index = inputs[1];
        Tensor y = Tensor.zeros(x.dtype(), x.shape().with(axis, dim).raw());
        Kernels.scatterAdd(index.strided(), x.strided(), axis, y.strided());
        return Op.only(y);
    }

    @Override
    public @Nullable Tensor gradient(int input, Call call, Tensor g) {
        return new Gather(axis).one(g, call.input(1));
    }
}
