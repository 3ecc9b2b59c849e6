package org.culebra.models;

import org.culebra.nn.Activation;
import org.culebra.nn.Conv2d;
import org.culebra.nn.Flatten;
import org.culebra.nn.Linear;
import org.culebra.nn.MaxPool2d;
import org.culebra.nn.Sequential;

/** A small convolutional classifier of grey 28×28 images, 83,466 parameters: f32[B, 1, 28, 28] → logits f32[B, 10]. */
public final class SmallCnn {
    private SmallCnn() {}

    /** The network, not yet initialized. */
    public static Sequential create() {
        return new Sequential(
                Conv2d.of(1, 32, 5).padding(2), // (B, 1, 28, 28) -> (B, 32, 28, 28)
                Activation.RELU,
                MaxPool2d.of(2), // -> (B, 32, 14, 14)
                Conv2d.of(32, 64, 5).padding(2), // -> (B, 64, 14, 14)
                Activation.RELU,
                MaxPool2d.of(2), // -> (B, 64, 7, 7)
                new Flatten(), // -> (B, 3136)
                Linear.of(64 * 7 * 7, 10)); // -> (B, 10)
    }
}
