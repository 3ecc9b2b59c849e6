package org.culebra.tensor;

import java.lang.ref.Reference;
import org.culebra.kernel.Kernels;
import org.culebra.kernel.Strided;
import org.culebra.kernel.Window;
import org.culebra.memory.DType;
import org.jspecify.annotations.Nullable;

/**
 * y[n,o,i,j] = bias[o] + Σ w[o,c,a,b]·x[n,c, i·s − p + a·d, j·s − p + b·d] with stride s, padding p and dilation d of the rows
 * and columns, where x is 0 outside and o sees the channels c of its group.
 *
 * <p>x: [N,C,H,W], w: [O,C/groups,Kh,Kw], perhaps bias: [O] → [N,O,H′,W′].
 *
 * <p>A trilinear form of x, w and the cotangent of y: with {@link Conv2dInputGradient} and {@link Conv2dWeightGradient} it is
 * closed under differentiation, as each one's gradients are the other two.
 *
 * @param rows how the kernel slides down
 * @param columns how the kernel slides to the right
 * @param groups of channels
 */
record Conv2d(Window rows, Window columns, int groups) implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        DType type = Convolutions.type(inputs);
        Tensor[] dense = Planes.dense(type, inputs);
        Tensor y = Tensor.uninitialized(
                type, Shape.of(dense[0].dim(0), dense[1].dim(0), rows.outputs(), columns.outputs()));
        Strided bias = dense.length > 2 ? dense[2].strided() : null;
        try {
            Kernels.conv2d(dense[0].strided(), dense[1].strided(), bias, rows, columns, groups, y.strided());
        } finally {
            Reference.reachabilityFence(dense);
        }
        return Op.only(y);
    }

    @Override
    public @Nullable Tensor gradient(int input, Call call, Tensor g) {
        return switch (input) {
            case 0 -> new Conv2dInputGradient(rows, columns, groups).one(g, call.input(1));
            case 1 -> new Conv2dWeightGradient(rows, columns, groups).one(call.input(0), g);
            default -> g.sum(0, 2, 3);
        };
    }
}
