package org.culebra.recipes.classify;

import org.culebra.data.Mnist;
import org.culebra.models.SmallCnn;
import org.culebra.recipes.Recipe;

/** The small convolutional network on MNIST, to a test accuracy of about .992. */
final class MnistCnnRecipe {
    private MnistCnnRecipe() {}

    static Recipe recipe() {
        return new Classification(
                        "mnist-cnn",
                        "The same CNN on MNIST, 60,000 handwritten digits.",
                        Mnist::load,
                        Classifiers.NORMALIZED,
                        SmallCnn::create)
                .batchSize(1000);
    }
}
