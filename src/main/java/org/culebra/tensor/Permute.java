package org.culebra.tensor;

import java.util.List;

/**
 * The axes in another order: a view.
 *
 * @param order axis k of the result is axis {@code order[k]} of the input
 */
record Permute(List<Integer> order) implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor x = inputs[0];
        long[] dims = new long[order.size()];
        long[] strides = new long[dims.length];
        for (int k = 0; k < dims.length; k++) {
            dims[k] = x.shape().raw()[order.get(k)];
            strides[k] = x.strided().strides()[order.get(k)];
        }
        return Op.only(x.view(Shape.adopt(dims), x.strided().offset(), strides));
    }

    @Override
    public Tensor gradient(int input, Call call, Tensor g) {
        int[] inverse = new int[order.size()];
        for (int k = 0; k < inverse.length; k++) {
            inverse[order.get(k)] = k;
        }
        return g.permute(inverse);
    }
}
