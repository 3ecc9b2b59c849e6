package org.culebra.tensor;

import org.culebra.memory.DType;

/**
 * The same numbers in another type, or in row-major order.
 *
 * @param dtype of the result; floating to integer truncates toward zero, to bool asks whether the number is not 0
 */
record Cast(DType dtype) implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        return Op.only(inputs[0].copyAs(dtype));
    }

    @Override
    public Tensor gradient(int input, Call call, Tensor g) {
        return g;
    }
}
