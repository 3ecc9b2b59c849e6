package org.culebra.tensor;

import java.lang.ref.Reference;
import org.culebra.kernel.Kernels;
import org.culebra.kernel.Taps;

/**
 * Y = R·X·Cᵀ for each plane X, with sparse matrices R and C: sums over windows, interpolation, reflection. Its gradient is
 * itself with both matrices transposed.
 *
 * <p>x: [..., H, W], R: [H′, H], C: [W′, W] → [..., H′, W′].
 *
 * @param rows R
 * @param columns C
 */
record Resample(Taps rows, Taps columns) implements Op {

    /**
     * A matrix along each of the last axes.
     *
     * <p>x: [..., D₁, …, Dₖ], k matrices [D′ᵢ, Dᵢ] → [..., D′₁, …, D′ₖ].
     */
    static Tensor apply(Tensor x, Taps... axes) {
        int last = x.rank() - 1;
        int count = axes.length;
        if (count == 1) {
            return alongAxis(x, last, axes[0]);
        }
        Taps rows = axes[count - 2];
        Taps columns = axes[count - 1];
        Tensor y = rows.isIdentity() && columns.isIdentity() ? x : new Resample(rows, columns).one(x);
        for (int k = count - 3; k >= 0; k--) {
            y = alongAxis(y, last - count + 1 + k, axes[k]);
        }
        return y;
    }

    /** What follows the axis is one row; if nothing does, the axis itself is. */
    private static Tensor alongAxis(Tensor x, int axis, Taps taps) {
        if (taps.isIdentity()) {
            return x;
        }
        Shape before = x.shape().range(0, axis);
        Shape after = x.shape().range(axis + 1, x.rank());
        int width = Math.toIntExact(after.size());
        Resample op = width == 1 ? new Resample(Taps.identity(1), taps) : new Resample(taps, Taps.identity(width));
        Shape planes = width == 1 ? before.append(1, taps.inputs()) : before.append(taps.inputs(), width);
        return op.one(x.reshape(planes)).reshape(x.shape().with(axis, taps.outputs()));
    }

    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor[] x = Planes.dense(inputs[0].dtype(), inputs);
        Tensor y = Tensor.uninitialized(x[0].dtype(), Planes.shape(x[0], rows.outputs(), columns.outputs()));
        try {
            Kernels.resample(x[0].strided(), rows, columns, y.strided());
        } finally {
            Reference.reachabilityFence(x);
        }
        return Op.only(y);
    }

    @Override
    public Tensor gradient(int input, Call call, Tensor g) {
        return new Resample(rows.transpose(), columns.transpose()).one(g);
    }
}
