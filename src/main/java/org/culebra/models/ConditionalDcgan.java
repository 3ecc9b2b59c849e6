package org.culebra.models;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.nn.Embedding;
import org.culebra.nn.Initializer;
import org.culebra.nn.Layer;
import org.culebra.nn.Mode;
import org.culebra.nn.Model;
import org.culebra.nn.Sequential;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;

/**
 * A {@link Dcgan} that is told what to draw: the generator's latent has an embedding of the label behind it (Mirza and Osindero
 * 2014, section 3.2), the discriminator's score has a part that is the label's own direction in the space of its features (Miyato
 * and Koyama 2018).
 *
 * <p>y: i64[B] labels, from 0 to K − 1; x: f32[B, C, H, W] in [−1, 1].
 *
 * @param dcgan its images and sizes
 * @param classes K
 */
public record ConditionalDcgan(Dcgan dcgan, int classes) {
    /** Numbers that stand for a label in the generator. */
    private static final int EMBEDDING = 32;

    private static final Elementwise PRODUCT = Elementwise.withScalars(
            "projection", 2, 0, (x, none) -> List.of(x.get(0).mul(x.get(1))));

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ConditionalDcgan {
        if (classes < 1) {
            throw new IllegalArgumentException("conditional dcgan: at least 1 class is needed, not " + classes);
        }
    }

    /** x = g(z, y), not yet initialized. */
    public Generator generator() {
        return new Generator(Embedding.of(classes, EMBEDDING), dcgan.generator(dcgan.latents() + EMBEDDING));
    }

    /** s = d(x, y), not yet initialized. */
    public Discriminator discriminator(Dcgan.Normalization normalization) {
        Embedding directions = Embedding.of(classes, dcgan.featureCount()).initializer(Initializer.dcgan());
        return new Discriminator(
                dcgan.features(normalization, 1), Dcgan.normalized(dcgan.score(), normalization), directions);
    }

    /** x = g(z ‖ e(y)). */
    public record Generator(Embedding embedding, Sequential images) implements Model {
        /** z: f32[B, n], y: i64[B] → f32[B, C, H, W]. */
        public Tensor forward(Tensor z, Tensor labels, Mode mode) {
            // Mirza and Osindero 2014, equation 2: G(z|y)
            Tensor told = Tensor.concat(1, z, embedding.forward(labels, mode)); // (B, n), (B, 32) -> (B, n + 32)
            return images.forward(told, mode);
        }

        @Override
        public Map<String, Layer> children() {
            return named("embedding", embedding, "images", images);
        }
    }

    /** s = φ(x)·v(y) + ψ(φ(x)) (Miyato and Koyama 2018, equation 4). */
    public record Discriminator(Sequential features, Layer score, Embedding directions) implements Model {
        /** x: f32[B, C, H, W], y: i64[B] → f32[B, 1]. */
        public Tensor forward(Tensor x, Tensor labels, Mode mode) {
            Tensor phi = features.forward(x, mode); // (B, C, H, W) -> (B, F)
            // yᵀVφ(x), and then ψ(φ(x)): Miyato and Koyama 2018, equation 4
            Tensor along = PRODUCT.sum(true, List.of(phi, directions.forward(labels, mode)), 1); // -> (B, 1)
            return score.forward(phi, mode).add(along);
        }

        @Override
        public Map<String, Layer> children() {
            Map<String, Layer> all = named("features", features, "score", score);
            all.put("directions", directions);
            return all;
        }
    }

    private static Map<String, Layer> named(String first, Layer one, String second, Layer two) {
        var all = new LinkedHashMap<String, Layer>();
        all.put(first, one);
        all.put(second, two);
        return all;
    }
}
