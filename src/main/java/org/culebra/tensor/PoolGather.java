package org.culebra.tensor;

import java.lang.ref.Reference;
import org.culebra.kernel.Kernels;
import org.culebra.memory.DType;
import org.jspecify.annotations.Nullable;

/**
 * y[…, i, j] = x[…, indices[…, i, j]], an index being row-major in its plane: the adjoint of {@link PoolScatter}.
 *
 * <p>x: [..., H, W], indices: i32[..., H′, W′] → [..., H′, W′].
 */
record PoolGather() implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        DType type = inputs[0].dtype();
        Tensor[] x = Planes.dense(type, inputs[0]);
        Tensor[] indices = Planes.dense(DType.I32, inputs[1]);
        Tensor y = Tensor.uninitialized(type, inputs[1].shape());
        try {
            Kernels.planeGather(x[0].strided(), indices[0].strided(), y.strided(), Planes.count(y));
        } finally {
            Reference.reachabilityFence(x);
            Reference.reachabilityFence(indices);
        }
        return Op.only(y);
    }

    @Override
    public @Nullable Tensor gradient(int input, Call call, Tensor g) {
        Shape shape = call.inputShape(0);
        return new PoolScatter(shape.dim(-2), shape.dim(-1)).one(g, call.input(1));
    }
}
