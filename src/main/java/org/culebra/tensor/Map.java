package org.culebra.tensor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * yⱼ = fⱼ(x₀, x₁, …; s) per element, in one pass.
 *
 * @param function the expressions
 * @param scalars its run-time numbers
 * @param key of its random numbers: the same key draws the same ones again
 */
record Map(Elementwise function, double[] scalars, long key) implements Op {

    @Override
    public String name() {
        return function.name();
    }

    @Override
    public Tensor[] forward(Tensor[] inputs) {
        return MapRunner.run(function, scalars, key, inputs);
    }

    /** The derived expressions, again one pass; an input that was broadcast gets its sum in the same pass. */
    @Override
    public @Nullable Tensor[] gradients(Call call, @Nullable Tensor[] cotangents, boolean[] needed) {
        return GradientPlan.apply(function, scalars, key, call, cotangents, needed, call.outputs()[0].shape(), true);
    }

    @Override
    public String toString() {
        return scalars.length == 0 ? name() : name() + Arrays.toString(scalars);
    }
}
