package org.culebra.nn;

import org.culebra.tensor.Tensor;

/** All axes but the first become one: [B, C, H, W] → [B, C·H·W]. */
public record Flatten() implements Layer {
    @Override
    public Tensor forward(Tensor x, Mode mode) {
        return x.flatten(1);
    }

    @Override
    public String toString() {
        return "Flatten";
    }
}
