package org.culebra.models;

import java.util.ArrayList;
import org.culebra.nn.Dropout;
import org.culebra.nn.Flatten;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Sequential;

/** x → W_n·a(… a(W₁x + b₁) …) + b_n: a multilayer perceptron, [B, …] of n₀ numbers each → [B, n_k]. */
public final class Mlp {
    private Mlp() {}

    /**
     * The network, not yet initialized.
     *
     * @param activation after each layer but the last
     * @param sizes n₀ … n_k
     * @throws IllegalArgumentException if there are fewer than two
     */
    public static Sequential create(Layer activation, int... sizes) {
        return create(activation, 0, sizes);
    }

    /**
     * The network, not yet initialized, with dropout after each activation.
     *
     * @param dropout share of the units that are left out; 0 for no such layers
     */
    public static Sequential create(Layer activation, double dropout, int... sizes) {
        if (sizes.length < 2) {
            throw new IllegalArgumentException("mlp: the sizes of at least input and output are needed");
        }
        var layers = new ArrayList<Layer>();
        layers.add(new Flatten());
        for (int i = 1; i < sizes.length; i++) {
            layers.add(Linear.of(sizes[i - 1], sizes[i]));
            if (i < sizes.length - 1) {
                layers.add(activation);
                if (dropout > 0) {
                    layers.add(new Dropout(dropout));
                }
            }
        }
        return new Sequential(layers.toArray(Layer[]::new));
    }
}
