package org.culebra.models;

import java.util.ArrayList;
import org.culebra.nn.Activation;
import org.culebra.nn.BatchNorm;
import org.culebra.nn.Conv2d;
import org.culebra.nn.ConvTranspose2d;
import org.culebra.nn.Convolution;
import org.culebra.nn.Flatten;
import org.culebra.nn.Initializer;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Sequential;
import org.culebra.nn.SpectralNorm;
import org.culebra.nn.Unflatten;

/**
 * A convolutional GAN of square images: "Unsupervised representation learning with deep convolutional generative adversarial
 * networks" (Radford, Metz and Chintala 2016), which has no equations, but rules (section 3) and a picture (figure 1). The sides double from layer to layer, beginning with the least of at least 4; the
 * channels halve. Weights begin as N(0, .02²), scales of batch normalization as N(1, .02²) (section 4).
 *
 * <p>28×28: 7, 14, 28; 32×32: 4, 8, 16, 32; 64×64, the paper's: 4, 8, 16, 32, 64.
 *
 * @param side H = W, a number of at least 4 doubled at least once
 * @param channels C: 1 for grey, 3 for colour
 * @param width channels of the layer next to the image; the paper has 128
 * @param latents n
 */
public record Dcgan(int side, int channels, int width, int latents) {
    private static final int LEAST_SIDE = 4;
    private static final int KERNEL = 4;
    private static final double SLOPE = .2; // section 4

    /** How a discriminator keeps its activations in bounds. */
    public enum Normalization {
        /** Batch normalization, as in the paper; scores of one image then depend on the others of its batch. */
        BATCH,
        /** Nothing: for gradient penalties (Gulrajani et al. 2017, section 4). */
        NONE,
        /** Weights divided by their largest singular values (Miyato et al. 2018, equation 8). */
        SPECTRAL
    }

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the side is not a number of at least 4 that was doubled, or another is not positive
     */
    public Dcgan {
        if (side < 2 * LEAST_SIDE || side % 2 != 0) {
            throw new IllegalArgumentException(
                    "dcgan: the side must be a number of at least 4, doubled at least once, not " + side);
        }
        if (channels < 1 || width < 1 || latents < 1) {
            throw new IllegalArgumentException("dcgan: channels, width and latents must be positive, not " + channels
                    + ", " + width + " and " + latents);
        }
    }

    /** 100 latents and 64 channels next to the image. */
    public static Dcgan of(int side, int channels) {
        return new Dcgan(side, channels, 64, 100);
    }

    /** The side with which the generator begins. */
    private int base() {
        int base = side;
        while (base % 2 == 0 && base / 2 >= LEAST_SIDE) {
            base /= 2;
        }
        return base;
    }

    /** How often the side doubles. */
    private int doublings() {
        return Integer.numberOfTrailingZeros(side / base());
    }

    /** Channels where the side is that of the base. */
    private int deepest() {
        return width << (doublings() - 1);
    }

    /** x = g(z), not yet initialized: z ~ N(0, I), f32[B, n] → f32[B, C, H, W] in [−1, 1] (figure 1). */
    public Sequential generator() {
        return generator(latents);
    }

    /** The same of another number of latents. */
    Sequential generator(int inputs) {
        var layers = new ArrayList<Layer>();
        int depth = deepest();
        int side0 = base();
        layers.add(Linear.of(inputs, (long) depth * side0 * side0)
                .initializer(Initializer.dcgan())
                .withoutBias()); // figure 1, "project": (B, n) -> (B, D·S·S)
        layers.add(Unflatten.to(depth, side0, side0)); // figure 1, "and reshape": -> (B, D, S, S)
        layers.add(batchNorm(depth)); // section 3: batch normalization in both networks
        layers.add(Activation.RELU); // section 3: ReLU in the generator
        for (int i = 1; i < doublings(); i++) {
            layers.add(up(depth, depth / 2).withoutBias()); // figure 1: (B, D, S, S) -> (B, D/2, 2S, 2S)
            depth /= 2;
            layers.add(batchNorm(depth));
            layers.add(Activation.RELU);
        }
        layers.add(up(depth, channels)); // not normalized (section 3): (B, width, H/2, W/2) -> (B, C, H, W)
        layers.add(Activation.TANH); // section 3: Tanh for the output
        return new Sequential(layers.toArray(Layer[]::new));
    }

    /**
     * s = d(x₁, …, x_m), not yet initialized: f32[B, m·C, H, W] → f32[B, 1].
     *
     * @param packing m images, one behind the other, that are judged together (PacGAN; Lin et al. 2018); 1 in the paper
     * @throws IllegalArgumentException if that is not positive
     */
    public Sequential discriminator(Normalization normalization, int packing) {
        var layers = new ArrayList<>(features(normalization, packing).layers());
        layers.add(
                normalized(score(), normalization)); // one score (section 3), its sigmoid in the loss: (B, F) -> (B, 1)
        return new Sequential(layers.toArray(Layer[]::new));
    }

    /** How many numbers {@link #features} has. */
    public int featureCount() {
        return deepest() * base() * base();
    }

    /** φ(x), all of a discriminator but its last layer: f32[B, m·C, H, W] → f32[B, F]. */
    public Sequential features(Normalization normalization, int packing) {
        if (packing < 1) {
            throw new IllegalArgumentException("packing: at least 1 example at a time is needed, not " + packing);
        }
        boolean batch = normalization == Normalization.BATCH;
        var layers = new ArrayList<Layer>();
        layers.add(
                normalized(down(channels * packing, width), normalization)); // (B, m·C, H, W) -> (B, width, H/2, W/2)
        layers.add(
                Activation.leakyRelu(SLOPE)); // section 3: leaky in the discriminator; not normalized next to the image
        int depth = width;
        for (int i = 1; i < doublings(); i++) {
            Convolution convolution = down(depth, 2 * depth); // (B, D, 2S, 2S) -> (B, 2D, S, S)
            layers.add(normalized(batch ? convolution.withoutBias() : convolution, normalization));
            depth *= 2;
            if (batch) {
                layers.add(batchNorm(depth));
            }
            layers.add(Activation.leakyRelu(SLOPE));
        }
        layers.add(new Flatten()); // section 3: no hidden linear layers; (B, D, S, S) -> (B, F)
        return new Sequential(layers.toArray(Layer[]::new));
    }

    Linear score() {
        return Linear.of(featureCount(), 1).initializer(Initializer.dcgan()).biasInitializer(Initializer.constant(0));
    }

    static Layer normalized(Layer layer, Normalization normalization) {
        return normalization == Normalization.SPECTRAL ? SpectralNorm.of(layer) : layer;
    }

    private static BatchNorm batchNorm(int channels) {
        return BatchNorm.of(channels).initializer(Initializer.dcganScale());
    }

    private static Convolution up(int inputs, int outputs) {
        return dcgan(ConvTranspose2d.of(inputs, outputs, KERNEL));
    }

    private static Convolution down(int inputs, int outputs) {
        return dcgan(Conv2d.of(inputs, outputs, KERNEL));
    }

    /** Twice or half the side: strides in place of pooling (section 3); first weights as in section 4. */
    private static Convolution dcgan(Convolution convolution) {
        return convolution
                .stride(2)
                .padding(1)
                .initializer(Initializer.dcgan())
                .biasInitializer(Initializer.constant(0));
    }
}
