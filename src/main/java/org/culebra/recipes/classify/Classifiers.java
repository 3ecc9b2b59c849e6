package org.culebra.recipes.classify;

import java.util.List;
import org.culebra.data.Digits;
import org.culebra.data.FashionMnist;
import org.culebra.data.Mnist;
import org.culebra.data.Transform;
import org.culebra.models.DigitsCnn;
import org.culebra.models.DropoutCnn;
import org.culebra.models.LeNet5;
import org.culebra.models.Mlp;
import org.culebra.models.SmallCnn;
import org.culebra.nn.Activation;
import org.culebra.optim.Adadelta;
import org.culebra.recipes.Recipe;

/** The networks that name what an image of ten classes shows. */
public final class Classifiers {
    /** Of bytes: mean 0 and deviation 1 of MNIST's pixels. */
    private static final Transform NORMALIZED = Transform.normalize(255, .1307, .3081);

    private Classifiers() {}

    /** All of them, in the order of the help. */
    public static List<Recipe> recipes() {
        return List.of(digitsCnn(), fashionCnn(), fashionMlp(), mnistCnn(), mnistMlp(), mnistDropoutCnn(), leNet5());
    }

    /** A tiny convolutional network on the 8×8 digits that ship with Culebra. */
    private static Recipe digitsCnn() {
        return new Classification(
                        "digits-cnn",
                        "A tiny CNN on the 8×8 digits inside the jar; seconds.",
                        places -> Digits.load(),
                        Transform.normalize(Digits.BRIGHTEST, .3, .37),
                        DigitsCnn::create)
                .epochs(20)
                .batchSize(32)
                .learningRate(2e-3);
    }

    /** The small convolutional network on Fashion-MNIST, to a test accuracy of about .92. */
    private static Recipe fashionCnn() {
        return new Classification(
                        "fashion-cnn",
                        "A small CNN on Fashion-MNIST, 60,000 pictures of clothing.",
                        FashionMnist::load,
                        NORMALIZED,
                        SmallCnn::create)
                .batchSize(1000)
                .schedule("cosine");
    }

    /** A multilayer perceptron 784-256-128-100-10 on Fashion-MNIST, to a test accuracy of about .885. */
    private static Recipe fashionMlp() {
        return new Classification(
                        "fashion-mlp",
                        "An MLP with 256, 128 and 100 hidden units on Fashion-MNIST.",
                        FashionMnist::load,
                        Transform.unit(),
                        () -> Mlp.create(Activation.RELU, 784, 256, 128, 100, 10))
                .epochs(20);
    }

    /** The small convolutional network on MNIST, to a test accuracy of about .992. */
    private static Recipe mnistCnn() {
        return new Classification(
                        "mnist-cnn",
                        "The same CNN on MNIST, 60,000 handwritten digits.",
                        Mnist::load,
                        NORMALIZED,
                        SmallCnn::create)
                .batchSize(1000)
                .schedule("cosine");
    }

    /** A multilayer perceptron 784-512-10 on MNIST, to a test accuracy of about .980. */
    private static Recipe mnistMlp() {
        return new Classification(
                        "mnist-mlp",
                        "An MLP with 512 hidden units on MNIST.",
                        Mnist::load,
                        Transform.unit(),
                        () -> Mlp.create(Activation.RELU, 784, 512, 10))
                .epochs(10);
    }

    /** PyTorch's example for MNIST: 1.2 million parameters, Adadelta whose rate falls by .7 per epoch. */
    private static Recipe mnistDropoutCnn() {
        return new Classification(
                        "mnist-dropout-cnn",
                        "A CNN of 1.2 M parameters with dropout on MNIST, by Adadelta.",
                        Mnist::load,
                        NORMALIZED,
                        DropoutCnn::create)
                .epochs(14)
                .batchSize(64)
                .optimizer(1, (parameters, rate) -> Adadelta.of(parameters).learningRate(rate))
                .schedule("exponential");
    }

    /** LeNet-5 on MNIST, to a test accuracy of about .989. */
    private static Recipe leNet5() {
        return new Classification(
                        "lenet5",
                        "LeNet-5 on MNIST, as of 1998 but for its output.",
                        Mnist::load,
                        NORMALIZED,
                        LeNet5::create)
                .epochs(20);
    }
}
