package org.culebra.models;

import org.culebra.nn.Activation;
import org.culebra.nn.AvgPool2d;
import org.culebra.nn.Conv2d;
import org.culebra.nn.Flatten;
import org.culebra.nn.Linear;
import org.culebra.nn.Sequential;

/**
 * LeNet-5 (LeCun, Bottou, Bengio and Haffner 1998, section II.B and figure 2, whose names the layers have), 61,706 parameters: f32[B, 1, 28, 28] → logits f32[B, 10].
 *
 * <p>As everybody builds it today: C3 sees all maps of S2 (of table I some), subsampling is a plain mean, the activation a plain tanh
 * (that of equation 6 is scaled), and the output is logits instead of distances to drawn digits (equation 7). The paper pads its images to 32×32, which here C1 does.
 */
public final class LeNet5 {
    private LeNet5() {}

    /** The network, not yet initialized. */
    public static Sequential create() {
        return new Sequential(
                Conv2d.of(1, 6, 5).padding(2), // C1: (B, 1, 28, 28) -> (B, 6, 28, 28)
                Activation.TANH, // equation 6, unscaled, as all below
                AvgPool2d.of(2), // S2: -> (B, 6, 14, 14)
                Conv2d.of(6, 16, 5), // C3: -> (B, 16, 10, 10)
                Activation.TANH,
                AvgPool2d.of(2), // S4: -> (B, 16, 5, 5)
                Conv2d.of(16, 120, 5), // C5: -> (B, 120, 1, 1)
                Activation.TANH,
                new Flatten(), // -> (B, 120)
                Linear.of(120, 84), // F6: -> (B, 84)
                Activation.TANH,
                Linear.of(84, 10)); // OUTPUT, in place of equation 7: -> (B, 10)
    }
}
