package org.culebra.recipes.classify;

import org.culebra.data.FashionMnist;
import org.culebra.models.SmallCnn;
import org.culebra.recipes.Recipe;

/** The small convolutional network on Fashion-MNIST, to a test accuracy of about .92. */
final class FashionCnnRecipe {
    private FashionCnnRecipe() {}

    static Recipe recipe() {
        return new Classification(
                        "fashion-cnn",
                        "A small CNN on Fashion-MNIST, 60,000 pictures of clothing.",
                        FashionMnist::load,
                        Classifiers.NORMALIZED,
                        SmallCnn::create)
                .batchSize(1000)
                .schedule("cosine");
    }
}
