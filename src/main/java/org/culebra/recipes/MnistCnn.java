package org.culebra.recipes;

import org.culebra.data.Mnist;
import org.culebra.data.Transform;
import org.culebra.models.SmallCnn;

/** {@code mnist-cnn}: the small convolutional network on MNIST, to a test accuracy of about .992. */
final class MnistCnn {
    private MnistCnn() {}

    static Recipe recipe() {
        return new Classification(
                        "mnist-cnn",
                        "The same CNN on MNIST, 60,000 handwritten digits.",
                        Mnist::load,
                        Transform.normalize(255, .1307, .3081),
                        SmallCnn::create)
                .epochs(30)
                .batchSize(1000);
    }
}
