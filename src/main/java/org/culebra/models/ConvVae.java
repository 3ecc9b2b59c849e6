package org.culebra.models;

import org.culebra.nn.Activation;
import org.culebra.nn.Conv2d;
import org.culebra.nn.ConvTranspose2d;
import org.culebra.nn.Convolution;
import org.culebra.nn.Flatten;
import org.culebra.nn.Initializer;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Sequential;
import org.culebra.nn.Unflatten;
import org.culebra.tensor.Shape;

/**
 * The convolutional variational autoencoder of Keras' examples: images [B, C, H, W], sides multiples of 4; with 2 latents of 28×28
 * grey pixels 134,165 parameters.
 *
 * <p>The equations are those of {@link Vae}. First weights are Xavier's and biases 0, as in Keras.
 */
public final class ConvVae {
    private ConvVae() {}

    /**
     * The networks, not yet initialized.
     *
     * @param image C, H, W
     * @throws IllegalArgumentException if H or W is no multiple of 4
     */
    public static Vae create(Shape image, Likelihood likelihood, long latents) {
        int channels = Math.toIntExact(image.dim(0));
        if (image.rank() != 3 || image.dim(1) % 4 != 0 || image.dim(2) % 4 != 0) {
            throw new IllegalArgumentException("conv vae: images need sides that are multiples of 4, not " + image);
        }
        long h = image.dim(1) / 4;
        long w = image.dim(2) / 4;
        return Vae.of(
                new Sequential(
                        xavier(Conv2d.of(channels, 32, 3).stride(2).padding(1)), // (B, 1, 28, 28) -> (B, 32, 14, 14)
                        Activation.RELU,
                        xavier(Conv2d.of(32, 64, 3).stride(2).padding(1)), // -> (B, 64, 7, 7)
                        Activation.RELU,
                        new Flatten(), // -> (B, 3136)
                        xavier(Linear.of(64 * h * w, 16)), // -> (B, 16)
                        Activation.RELU,
                        xavier(Linear.of(16, 2 * latents))), // -> (B, 2n)
                new Sequential(
                        xavier(Linear.of(latents, 64 * h * w)), // (B, n) -> (B, 3136)
                        Activation.RELU,
                        Unflatten.to(64, h, w), // -> (B, 64, 7, 7)
                        xavier(ConvTranspose2d.of(64, 64, 3)
                                .stride(2)
                                .padding(1)
                                .outputPadding(1)), // -> (B, 64, 14, 14)
                        Activation.RELU,
                        xavier(ConvTranspose2d.of(64, 32, 3)
                                .stride(2)
                                .padding(1)
                                .outputPadding(1)), // -> (B, 32, 28, 28)
                        Activation.RELU,
                        xavier(ConvTranspose2d.of(32, channels, 3).padding(1))), // -> (B, 1, 28, 28)
                likelihood,
                latents);
    }

    private static Layer xavier(Convolution layer) {
        return layer.initializer(Initializer.xavierUniform(1)).biasInitializer(Initializer.constant(0));
    }

    private static Layer xavier(Linear layer) {
        return layer.initializer(Initializer.xavierUniform(1)).biasInitializer(Initializer.constant(0));
    }
}
