package org.culebra.recipes;

import org.culebra.data.Mnist;
import org.culebra.data.Transform;
import org.culebra.models.DropoutCnn;
import org.culebra.optim.Adadelta;
import org.culebra.optim.Schedule;

/** {@code mnist-dropout-cnn}: PyTorch's example for MNIST: 1.2 million parameters, Adadelta whose rate falls by .7 per epoch. */
final class MnistDropoutCnn {
    private MnistDropoutCnn() {}

    static Recipe recipe() {
        return new Classification(
                        "mnist-dropout-cnn",
                        "A CNN of 1.2 M parameters with dropout on MNIST, by Adadelta.",
                        Mnist::load,
                        Transform.normalize(255, .1307, .3081),
                        DropoutCnn::create)
                .epochs(14)
                .batchSize(64)
                .optimizer(1, (parameters, rate) -> Adadelta.of(parameters).learningRate(rate))
                .tuned(task -> task.schedulePerEpoch(Schedule.exponential(.7)));
    }
}
