package org.culebra.recipes.classify;

import org.culebra.data.FashionMnist;
import org.culebra.data.Transform;
import org.culebra.models.Mlp;
import org.culebra.nn.Activation;
import org.culebra.recipes.Recipe;

/** A multilayer perceptron 784-256-128-100-10 on Fashion-MNIST, to a test accuracy of about .885. */
final class FashionMlpRecipe {
    private FashionMlpRecipe() {}

    static Recipe recipe() {
        return new Classification(
                        "fashion-mlp",
                        "An MLP with 256, 128 and 100 hidden units on Fashion-MNIST.",
                        FashionMnist::load,
                        Transform.unit(),
                        () -> Mlp.create(Activation.RELU, 784, 256, 128, 100, 10))
                .epochs(20);
    }
}
