package org.culebra.recipes.classify;

import org.culebra.data.Mnist;
import org.culebra.models.DropoutCnn;
import org.culebra.optim.Adadelta;
import org.culebra.recipes.Recipe;

/** PyTorch's example for MNIST: 1.2 million parameters, Adadelta whose rate falls by .7 per epoch. */
final class MnistDropoutCnnRecipe {
    private MnistDropoutCnnRecipe() {}

    static Recipe recipe() {
        return new Classification(
                        "mnist-dropout-cnn",
                        "A CNN of 1.2 M parameters with dropout on MNIST, by Adadelta.",
                        Mnist::load,
                        Classifiers.NORMALIZED,
                        DropoutCnn::create)
                .epochs(14)
                .batchSize(64)
                .optimizer(1, (parameters, rate) -> Adadelta.of(parameters).learningRate(rate))
                .schedule("exponential");
    }
}
