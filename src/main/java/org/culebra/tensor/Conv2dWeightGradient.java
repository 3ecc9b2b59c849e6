package org.culebra.tensor;

import java.lang.ref.Reference;
import org.culebra.kernel.Kernels;
import org.culebra.kernel.Window;
import org.culebra.memory.DType;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of {@link Conv2d} with respect to w, given that with respect to y.
 *
 * <p>x: [N,C,H,W], y: [N,O,H′,W′] → [O,C/groups,Kh,Kw].
 *
 * @param rows how the kernel slides down x
 * @param columns how the kernel slides to the right
 * @param groups of channels
 */
record Conv2dWeightGradient(Window rows, Window columns, int groups) implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        DType type = Convolutions.type(inputs);
        Tensor[] dense = Planes.dense(type, inputs);
        Tensor w = Tensor.uninitialized(
                type, Shape.of(dense[1].dim(1), dense[0].dim(1) / groups, rows.size(), columns.size()));
        try {
            Kernels.conv2dWeightGradient(dense[0].strided(), dense[1].strided(), rows, columns, groups, w.strided());
        } finally {
            Reference.reachabilityFence(dense);
        }
        return Op.only(w);
    }

    @Override
    public @Nullable Tensor gradient(int input, Call call, Tensor g) {
        return input == 0
                ? new Conv2dInputGradient(rows, columns, groups).one(call.input(1), g)
                : new Conv2d(rows, columns, groups).one(call.input(0), g);
    }
}
