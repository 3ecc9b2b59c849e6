package org.culebra.nn;

import java.util.ArrayList;
import java.util.List;
import org.culebra.tensor.Call;
import org.culebra.tensor.CustomOp;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The elements of an axis, one tensor each: [..., N, ...] → N of [...]; views. The cotangents are stacked once, where those of N
 * selections would be N tensors of the input's size.
 *
 * @param axis which, from 0 on
 */
record Unstack(int axis) implements CustomOp {
    static List<Tensor> of(Tensor x, int axis) {
        return List.of(new Unstack(axis).apply(x));
    }

    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor[] elements = new Tensor[Math.toIntExact(inputs[0].dim(axis))];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = inputs[0].select(axis, i);
        }
        return elements;
    }

    @Override
    public @Nullable Tensor[] gradients(Call call, @Nullable Tensor[] cotangents, boolean[] needed) {
        Shape shape = call.inputShape(0).without(axis);
        var each = new ArrayList<Tensor>();
        for (Tensor cotangent : cotangents) {
            each.add(cotangent != null ? cotangent : Tensor.zeros(call.input(0).dtype(), shape.dims()));
        }
        return new Tensor[] {Tensor.stack(axis, each)};
    }
}
