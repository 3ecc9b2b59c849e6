package org.culebra.recipes;

import org.culebra.data.Digits;
import org.culebra.data.Transform;

/** {@code digits-cnn}: a tiny convolutional network on the 8×8 digits that ship with Culebra. */
final class DigitsCnn {
    private DigitsCnn() {}

    static Recipe recipe() {
        return new Classification(
                        "digits-cnn",
                        "A tiny CNN on the 8×8 digits inside the jar; seconds.",
                        places -> Digits.load(),
                        Transform.normalize(Digits.BRIGHTEST, .3, .37),
                        org.culebra.models.DigitsCnn::create)
                .epochs(20)
                .batchSize(32)
                .learningRate(2e-3);
    }
}
