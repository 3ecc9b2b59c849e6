package org.culebra.recipes.classify;

import org.culebra.data.Mnist;
import org.culebra.data.Transform;
import org.culebra.models.Mlp;
import org.culebra.nn.Activation;
import org.culebra.recipes.Recipe;

/** A multilayer perceptron 784-512-10 on MNIST, to a test accuracy of about .980. */
final class MnistMlpRecipe {
    private MnistMlpRecipe() {}

    static Recipe recipe() {
        return new Classification(
                        "mnist-mlp",
                        "An MLP with 512 hidden units on MNIST.",
                        Mnist::load,
                        Transform.unit(),
                        () -> Mlp.create(Activation.RELU, 784, 512, 10))
                .epochs(10);
    }
}
