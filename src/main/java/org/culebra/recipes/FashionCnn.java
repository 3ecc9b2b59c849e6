package org.culebra.recipes;

import org.culebra.data.FashionMnist;
import org.culebra.data.Transform;
import org.culebra.models.SmallCnn;

/** {@code fashion-cnn}: the small convolutional network on Fashion-MNIST, to a test accuracy of about .92. */
final class FashionCnn {
    private FashionCnn() {}

    static Recipe recipe() {
        return new Classification(
                        "fashion-cnn",
                        "A small CNN on Fashion-MNIST, 60,000 pictures of clothing.",
                        FashionMnist::load,
                        Transform.normalize(255, .1307, .3081),
                        SmallCnn::create)
                .epochs(30)
                .batchSize(1000);
    }
}
