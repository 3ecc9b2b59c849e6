package org.culebra.data;

import java.util.List;
import java.util.stream.Collectors;
import org.culebra.tensor.Tensor;

/** Transforms one after the other. */
record Composition(List<Transform> steps) implements Transform {
    @Override
    public Tensor apply(Tensor inputs, Draws draws) {
        Tensor current = inputs;
        for (int k = 0; k < steps.size(); k++) {
            current = steps.get(k).apply(current, draws.step(k));
        }
        return current;
    }

    @Override
    public String toString() {
        return steps.stream().map(Transform::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
