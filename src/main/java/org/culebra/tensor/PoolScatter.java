package org.culebra.tensor;

import java.lang.ref.Reference;
import org.culebra.kernel.Kernels;
import org.culebra.memory.DType;

/**
 * y = 0, then y[…, indices[…, i, j]] += x[…, i, j], an index being row-major in its plane: the gradient of max-pooling.
 *
 * <p>x: [..., H′, W′], indices: i32[..., H′, W′] → [..., H, W].
 *
 * @param rows of y
 * @param columns of y
 */
record PoolScatter(long rows, long columns) implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        DType type = inputs[0].dtype();
        Tensor[] x = Planes.dense(type, inputs[0]);
        Tensor[] indices = Planes.dense(DType.I32, inputs[1]);
        Tensor y = Tensor.uninitialized(type, Planes.shape(x[0], rows, columns));
        try {
            Kernels.planeScatter(x[0].strided(), indices[0].strided(), y.strided(), Planes.count(y));
        } finally {
            Reference.reachabilityFence(x);
            Reference.reachabilityFence(indices);
        }
        return Op.only(y);
    }

    @Override
    public Tensor gradient(int input, Call call, Tensor g) {
        return new PoolGather().one(g, call.input(1));
    }
}
