package org.culebra.models;

import org.culebra.nn.Activation;
import org.culebra.nn.AdaptivePool;
import org.culebra.nn.BatchNorm;
import org.culebra.nn.Conv2d;
import org.culebra.nn.Flatten;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.MaxPool2d;
import org.culebra.nn.Residual;
import org.culebra.nn.Sequential;

/**
 * A residual network of eight convolutions and a linear layer (after He et al. 2016; this form is Page's, "How to train your ResNet",
 * 2018): f32[B, 3, 32, 32] → logits f32[B, 10].
 */
public final class ResNet9 {
    private ResNet9() {}

    /**
     * The network, not yet initialized.
     *
     * @param width w, the channels of the first convolution
     */
    public static Sequential create(int width) {
        return new Sequential(
                convolution(3, width), // (B, 3, 32, 32) -> (B, w, 32, 32)
                convolution(width, 2 * width),
                MaxPool2d.of(2), // -> (B, 2w, 16, 16)
                Residual.of(convolution(2 * width, 2 * width), convolution(2 * width, 2 * width)),
                convolution(2 * width, 4 * width),
                MaxPool2d.of(2), // -> (B, 4w, 8, 8)
                convolution(4 * width, 8 * width),
                MaxPool2d.of(2), // -> (B, 8w, 4, 4)
                Residual.of(convolution(8 * width, 8 * width), convolution(8 * width, 8 * width)),
                AdaptivePool.max(1, 1),
                new Flatten(), // -> (B, 8w)
                Linear.of(8L * width, 10)); // -> (B, 10)
    }

    /** 3×3, batch norm, ReLU: the size stays. */
    private static Layer convolution(int inputs, int outputs) {
        return new Sequential(
                Conv2d.of(inputs, outputs, 3).padding(1).withoutBias(), BatchNorm.of(outputs), Activation.RELU);
    }
}
