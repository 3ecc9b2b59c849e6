package org.culebra.tensor;

import org.jspecify.annotations.Nullable;

/**
 * The same elements in row-major order under other dimensions: a view where the strides allow it, else a copy.
 *
 * @param shape of the result
 */
record Reshape(Shape shape) implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor x = inputs[0];
        long[] strides = strides(x, shape);
        return Op.only(
                strides != null
                        ? x.view(shape, x.strided().offset(), strides)
                        : x.copyAs(x.dtype()).view(shape, 0, shape.contiguousStrides()));
    }

    @Override
    public Tensor gradient(int input, Call call, Tensor g) {
        return g.reshape(call.inputShape(0));
    }

    /** Strides under the new dimensions, or null where no arrangement of the same memory has them. */
    private static long @Nullable [] strides(Tensor x, Shape shape) {
        if (x.isContiguous() || shape.size() == 0) {
            return shape.contiguousStrides();
        }
        long[] dims = shape.raw();
        long[] strides = new long[dims.length];
        int next = dims.length - 1;
        int axis = skipOnes(x, x.rank() - 1);
        // From the back: a run of axes that lie dense in memory must be carved up by new axes exactly.
        while (axis >= 0) {
            long stride = x.strided().strides()[axis];
            long run = 1;
            boolean dense = true;
            while (axis >= 0 && dense) {
                run *= x.shape().raw()[axis];
                axis = skipOnes(x, axis - 1);
                dense = axis >= 0 && x.strided().strides()[axis] == stride * run;
            }
            long carved = 1;
            while (next >= 0 && (carved < run || dims[next] == 1)) {
                strides[next] = stride * carved;
                carved *= dims[next--];
            }
            if (carved != run) {
                return null;
            }
        }
        return strides;
    }

    /** The first axis from here towards the front whose size is not 1: the strides of the others do not matter. */
    private static int skipOnes(Tensor x, int axis) {
        int at = axis;
        while (at >= 0 && x.shape().raw()[at] == 1) {
            at--;
        }
        return at;
    }
}
