package org.culebra.tensor;

import java.lang.ref.Reference;
import org.culebra.kernel.Kernels;
import org.culebra.kernel.Strided;
import org.culebra.kernel.Window;
import org.culebra.memory.DType;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of {@link Conv2d} with respect to x, given that with respect to y; on its own, transposed convolution.
 *
 * <p>y: [N,O,H′,W′], w: [O,C/groups,Kh,Kw], perhaps a bias [C] → [N,C,H,W].
 *
 * @param rows how the kernel slides down x
 * @param columns how the kernel slides to the right
 * @param groups of channels
 */
record Conv2dInputGradient(Window rows, Window columns, int groups) implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        DType type = Convolutions.type(inputs);
        Tensor[] dense = Planes.dense(type, inputs);
        Tensor x = Tensor.uninitialized(
                type, Shape.of(dense[0].dim(0), dense[1].dim(1) * groups, rows.inputs(), columns.inputs()));
        Strided bias = dense.length > 2 ? dense[2].strided() : null;
        try {
            Kernels.conv2dInputGradient(
                    dense[0].strided(), dense[1].strided(), bias, rows, columns, groups, x.strided());
        } finally {
            Reference.reachabilityFence(dense);
        }
        return Op.only(x);
    }

    @Override
    public @Nullable Tensor gradient(int input, Call call, Tensor g) {
        return switch (input) {
            case 0 -> new Conv2d(rows, columns, groups).one(g, call.input(1));
            case 1 -> new Conv2dWeightGradient(rows, columns, groups).one(g, call.input(0));
            default -> g.sum(0, 2, 3);
        };
    }
}
