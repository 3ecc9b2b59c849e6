package org.culebra.models;

import org.culebra.nn.Activation;
import org.culebra.nn.Layer;

/** What networks that halve images and double them again need of their sizes. */
final class Sides {
    private Sides() {}

    /** The images as they are, if their sides can be divided: what a model begins with. */
    static Layer multiplesOf(int divisor, String model) {
        return Activation.named("Sides(multiples of " + divisor + ")", x -> {
            if (x.rank() != 4 || x.dim(2) % divisor != 0 || x.dim(3) % divisor != 0) {
                throw new IllegalArgumentException(model + ": needs images [B, C, H, W] whose sides are multiples of "
                        + divisor + "\n  given   " + x.describe() + "\n  hint: resize or pad them");
            }
            return x;
        });
    }
}
