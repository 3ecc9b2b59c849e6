package org.culebra.tensor;

import org.culebra.kernel.Kernels;
import org.culebra.memory.DType;

/**
 * yᵢ = x₀ + … + xᵢ along an axis, or from the other end.
 *
 * @param axis along which
 * @param reverse from the last element on
 */
record CumulativeSum(int axis, boolean reverse) implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor x = inputs[0].dtype().isFloating() ? inputs[0] : inputs[0].to(DType.I64);
        Tensor y = Tensor.uninitialized(x.dtype(), x.shape());
        Tensor from = reverse ? x.flip(axis) : x;
        Tensor to = reverse ? y.flip(axis) : y;
        Kernels.cumulativeSum(from.strided(), axis, to.strided());
        return Op.only(y);
    }

    @Override
    public Tensor gradient(int input, Call call, Tensor g) {
        return new CumulativeSum(axis, !reverse).one(g);
    }
}
