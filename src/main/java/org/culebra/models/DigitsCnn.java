package org.culebra.models;

import org.culebra.nn.Activation;
import org.culebra.nn.Conv2d;
import org.culebra.nn.Flatten;
import org.culebra.nn.Linear;
import org.culebra.nn.MaxPool2d;
import org.culebra.nn.Sequential;

/** A tiny convolutional classifier of grey 8×8 images, 6,090 parameters: f32[B, 1, 8, 8] → logits f32[B, 10]. */
public final class DigitsCnn {
    private DigitsCnn() {}

    /** The network, not yet initialized. */
    public static Sequential create() {
        return new Sequential(
                Conv2d.of(1, 16, 3).padding(1), // (B, 1, 8, 8) -> (B, 16, 8, 8)
                Activation.RELU,
                MaxPool2d.of(2), // -> (B, 16, 4, 4)
                Conv2d.of(16, 32, 3).padding(1), // -> (B, 32, 4, 4)
                Activation.RELU,
                MaxPool2d.of(2), // -> (B, 32, 2, 2)
                new Flatten(), // -> (B, 128)
                Linear.of(32 * 2 * 2, 10)); // -> (B, 10)
    }
}
