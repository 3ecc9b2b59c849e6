package org.culebra.recipes.classify;

import org.culebra.data.Digits;
import org.culebra.data.Transform;
import org.culebra.models.DigitsCnn;
import org.culebra.recipes.Recipe;

/** A tiny convolutional network on the 8×8 digits that ship with Culebra. */
final class DigitsCnnRecipe {
    private DigitsCnnRecipe() {}

    static Recipe recipe() {
        return new Classification(
                        "digits-cnn",
                        "A tiny CNN on the 8×8 digits inside the jar; seconds.",
                        places -> Digits.load(),
                        Transform.normalize(Digits.BRIGHTEST, .3, .37),
                        DigitsCnn::create)
                .epochs(20)
                .batchSize(32)
                .learningRate(2e-3);
    }
}
