package org.culebra.recipes.classify;

import org.culebra.data.Mnist;
import org.culebra.models.LeNet5;
import org.culebra.recipes.Recipe;

/** LeNet-5 on MNIST, to a test accuracy of about .989. */
final class LeNet5Recipe {
    private LeNet5Recipe() {}

    static Recipe recipe() {
        return new Classification(
                        "lenet5",
                        "LeNet-5 on MNIST, as of 1998 but for its output.",
                        Mnist::load,
                        Classifiers.NORMALIZED,
                        LeNet5::create)
                .epochs(20);
    }
}
