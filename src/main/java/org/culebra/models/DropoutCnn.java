package org.culebra.models;

import org.culebra.nn.Activation;
import org.culebra.nn.Conv2d;
import org.culebra.nn.Dropout;
import org.culebra.nn.Flatten;
import org.culebra.nn.Linear;
import org.culebra.nn.MaxPool2d;
import org.culebra.nn.Sequential;

/**
 * The convolutional classifier with dropout that PyTorch's examples train on MNIST, 1,199,882 parameters: f32[B, 1, 28, 28] →
 * logits f32[B, 10].
 */
public final class DropoutCnn {
    private DropoutCnn() {}

    /** The network, not yet initialized. */
    public static Sequential create() {
        return new Sequential(
                Conv2d.of(1, 32, 3), // (B, 1, 28, 28) -> (B, 32, 26, 26)
                Activation.RELU,
                Conv2d.of(32, 64, 3), // -> (B, 64, 24, 24)
                Activation.RELU,
                MaxPool2d.of(2), // -> (B, 64, 12, 12)
                new Dropout(.25),
                new Flatten(), // -> (B, 9216)
                Linear.of(9216, 128), // -> (B, 128)
                Activation.RELU,
                new Dropout(.5),
                Linear.of(128, 10)); // -> (B, 10)
    }
}
