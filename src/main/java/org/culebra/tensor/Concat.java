package org.culebra.tensor;

import java.util.List;
import org.culebra.memory.DType;

/**
 * Tensors one after the other along an axis; all other axes agree.
 *
 * @param axis along which
 */
record Concat(int axis) implements Op {

    static Tensor of(int axis, List<Tensor> tensors) {
        if (tensors.isEmpty()) {
            throw Errors.nothingToConcat();
        }
        int along = tensors.get(0).shape().axis("concat", axis);
        return tensors.size() == 1 ? tensors.get(0) : new Concat(along).one(tensors.toArray(new Tensor[0]));
    }

    @Override
    public Tensor[] forward(Tensor[] inputs) {
        DType type = inputs[0].dtype();
        long total = 0;
        for (Tensor input : inputs) {
            if (input.rank() != inputs[0].rank()
                    || !input.shape().without(axis).equals(inputs[0].shape().without(axis))) {
                throw Errors.concatShapes(axis, inputs[0], input);
            }
            type = DType.promote(type, input.dtype());
            total += input.dim(axis);
        }
        Tensor result = Tensor.uninitialized(type, inputs[0].shape().with(axis, total));
        long start = 0;
        for (Tensor input : inputs) {
            result.narrow(axis, start, input.dim(axis)).assign(input);
            start += input.dim(axis);
        }
        return Op.only(result);
    }

    @Override
    public Tensor gradient(int input, Call call, Tensor g) {
        long start = 0;
        for (int i = 0; i < input; i++) {
            start += call.inputShape(i).raw()[axis];
        }
        return g.narrow(axis, start, call.inputShape(input).raw()[axis]);
    }
}
