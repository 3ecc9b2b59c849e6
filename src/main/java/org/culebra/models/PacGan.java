package org.culebra.models;

import org.culebra.nn.Activation;
import org.culebra.nn.BatchNorm;
import org.culebra.nn.Initializer;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Maxout;
import org.culebra.nn.Sequential;
import org.culebra.nn.SpectralNorm;
import org.culebra.tensor.Tensor;

/**
 * A GAN of points in the plane: "PacGAN: The power of two samples in generative adversarial networks" (Lin et al., NeurIPS 2018),
 * section 4.1: four hidden layers of 400 against three of 200 with maxout of 5. All weights begin as N(0, .02²), all biases as 0.
 */
public final class PacGan {
    /** Numbers of a latent, z ~ N(0, I). */
    public static final int LATENTS = 2;

    /** Numbers of a point. */
    public static final int NUMBERS = 2;

    private static final int GENERATOR = 400;
    private static final int DISCRIMINATOR = 200;
    private static final int PIECES = 5;
    private static final double MOMENTUM = .05;

    private PacGan() {}

    /** (x₁, …, x_m): what the discriminator sees in place of one example (section 2), m of them side by side: [m·B, D, …] → [B, m·D, …]. */
    public static Tensor pack(Tensor x, int packing) {
        if (packing == 1) {
            return x;
        }
        long[] dims = x.shape().dims();
        dims[0] /= packing;
        dims[1] *= packing;
        return x.reshape(dims);
    }

    /** x = g(z), not yet initialized: f32[B, 2] → f32[B, 2]. */
    public static Sequential generator() {
        return new Sequential(
                hidden(LATENTS), // (B, 2) -> (B, 400)
                hidden(GENERATOR), // -> (B, 400)
                hidden(GENERATOR), // -> (B, 400)
                hidden(GENERATOR), // -> (B, 400)
                linear(GENERATOR, NUMBERS)); // -> (B, 2)
    }

    private static Layer hidden(int inputs) {
        return new Sequential(
                linear(inputs, GENERATOR).withoutBias(), // the normalization would take it out again
                BatchNorm.of(GENERATOR).momentum(MOMENTUM),
                Activation.RELU);
    }

    /**
     * s = d(x₁, …, x_m), not yet initialized: one score for m points side by side, f32[B, 2m] → f32[B, 1]. A generator of few modes
     * gives itself away by points that are alike (section 2).
     *
     * @param packing m
     * @param spectral whether the weights are divided by their largest singular values
     * @throws IllegalArgumentException if m is not positive
     */
    public static Sequential discriminator(int packing, boolean spectral) {
        if (packing < 1) {
            throw new IllegalArgumentException("packing: at least 1 example at a time is needed, not " + packing);
        }
        return new Sequential(
                normalized(linear(NUMBERS * packing, DISCRIMINATOR * PIECES), spectral),
                new Maxout(PIECES), // (B, 2m) -> (B, 200)
                normalized(linear(DISCRIMINATOR, DISCRIMINATOR * PIECES), spectral),
                new Maxout(PIECES), // -> (B, 200)
                normalized(linear(DISCRIMINATOR, DISCRIMINATOR * PIECES), spectral),
                new Maxout(PIECES), // -> (B, 200)
                normalized(linear(DISCRIMINATOR, 1), spectral)); // -> (B, 1)
    }

    private static Linear linear(int inputs, int outputs) {
        return Linear.of(inputs, outputs).initializer(Initializer.normal(.02)).biasInitializer(Initializer.constant(0));
    }

    private static Layer normalized(Layer layer, boolean spectral) {
        return spectral ? SpectralNorm.of(layer) : layer;
    }
}
