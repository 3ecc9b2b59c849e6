package org.culebra.tensor;

import java.lang.ref.Reference;
import org.culebra.kernel.Kernels;
import org.culebra.kernel.Window;
import org.culebra.memory.DType;

/**
 * y[…, i, j] = max over the window of x, and the row-major i32 index of its winner in the plane.
 *
 * <p>x: [..., H, W] → [..., H′, W′] twice. The first of equal ones wins; NaN counts as the largest.
 *
 * @param rows how the window slides down
 * @param columns how the window slides to the right
 */
record MaxPool2d(Window rows, Window columns) implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor[] x = Planes.dense(inputs[0].dtype(), inputs);
        Shape shape = Planes.shape(x[0], rows.outputs(), columns.outputs());
        Tensor values = Tensor.uninitialized(x[0].dtype(), shape);
        Tensor indices = Tensor.uninitialized(DType.I32, shape);
        try {
            Kernels.maxPool(x[0].strided(), rows, columns, values.strided(), indices.strided());
        } finally {
            Reference.reachabilityFence(x);
        }
        return new Tensor[] {values, indices};
    }

    /** Pooling is a gather: its gradient is a scatter-add. */
    @Override
    public Tensor gradient(int input, Call call, Tensor g) {
        return new PoolScatter(rows.inputs(), columns.inputs()).one(g, call.output(1));
    }
}
