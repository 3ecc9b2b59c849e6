package org.culebra.tensor;

import org.culebra.memory.DType;

/** The last two axes of tensors. */
final class Planes {
    private Planes() {}

    /**
     * The tensors row-major and in one type; itself where one is so already. Keep the result reachable while a kernel reads it.
     */
    static Tensor[] dense(DType type, Tensor... tensors) {
        Tensor[] dense = new Tensor[tensors.length];
        for (int i = 0; i < dense.length; i++) {
            Tensor x = tensors[i];
            dense[i] = x.dtype() == type && x.isContiguous() ? x : x.copyAs(type);
        }
        return dense;
    }

    /** With other sizes of the last two axes. */
    static Shape shape(Tensor x, long rows, long columns) {
        return x.shape().range(0, x.rank() - 2).append(rows, columns);
    }

    /** Number of planes. */
    static long count(Tensor x) {
        return x.shape().range(0, x.rank() - 2).size();
    }
}
