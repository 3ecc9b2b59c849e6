package org.culebra.recipes;

import org.culebra.data.Mnist;
import org.culebra.data.Transform;
import org.culebra.models.LeNet5;

/** {@code lenet5}: LeNet-5 on MNIST, to a test accuracy of about .989. */
final class LeNet {
    private LeNet() {}

    static Recipe recipe() {
        return new Classification(
                        "lenet5",
                        "LeNet-5 on MNIST, as of 1998 but for its output.",
                        Mnist::load,
                        Transform.normalize(255, .1307, .3081),
                        LeNet5::create)
                .epochs(20)
                .batchSize(128);
    }
}
