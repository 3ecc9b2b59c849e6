package org.culebra.models;

import java.util.LinkedHashMap;
import java.util.Map;
import org.culebra.memory.DType;
import org.culebra.nn.Activation;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Model;
import org.culebra.nn.Sequential;
import org.culebra.nn.Unflatten;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/**
 * ln p(x|y) ≥ E_q[ln p(x|z, y)] − KL(q(z|x, y) ‖ p(z)): a variational autoencoder that is told the class y of each image (Sohn, Lee and
 * Yan 2015, equation 4 with p(z|y) = p(z)).
 *
 * <p>Encoder and decoder are given y as K more numbers, 1 for the class and 0 for the others: [B, D + K] → [B, 2n], [B, n + K] → [B, …].
 * Once the classes are said, {@link #given} is a {@link Vae} like any other.
 */
public final class ConditionalVae implements Model {
    private final Layer encoder;
    private final Layer decoder;
    private final Likelihood likelihood;
    private final long latents;
    private final long classes;

    private ConditionalVae(Layer encoder, Layer decoder, Likelihood likelihood, long latents, long classes) {
        this.encoder = encoder;
        this.decoder = decoder;
        this.likelihood = likelihood;
        this.latents = latents;
        this.classes = classes;
    }

    /**
     * One hidden layer on each side, with ReLU.
     *
     * @param image the dimensions of x without B
     * @param hidden units
     * @param latents n
     * @param classes K
     */
    public static ConditionalVae create(Shape image, Likelihood likelihood, long hidden, long latents, long classes) {
        long d = image.size();
        return new ConditionalVae(
                new Sequential(
                        Linear.of(d + classes, hidden), // (B, D + K) -> (B, 400)
                        Activation.RELU,
                        Linear.of(hidden, 2 * latents)), // -> (B, 2n)
                new Sequential(
                        Linear.of(latents + classes, hidden), // (B, n + K) -> (B, 400)
                        Activation.RELU,
                        Linear.of(hidden, d), // -> (B, D)
                        Unflatten.to(image.dims())), // -> (B, C, H, W)
                likelihood,
                latents,
                classes);
    }

    /**
     * The model of images of known classes.
     *
     * @param labels y: i64[B], one for each image, or i64[1] for all of them
     */
    public Vae given(Tensor labels) {
        Tensor y = labels.oneHot(classes, DType.F32); // (B, K)
        return Vae.of(
                (x, mode) -> encoder.forward(with(x.flatten(1), y), mode), // q(z|x, y) of equation 4
                (z, mode) -> decoder.forward(with(z, y), mode), // p(x|z, y) of equation 4
                likelihood,
                latents);
    }

    /** Of several samples for each image the classes come as often. */
    private static Tensor with(Tensor x, Tensor y) {
        long rows = x.dim(0);
        Tensor each = y.unsqueeze(0).expand(rows / y.dim(0), y.dim(0), y.dim(1)).reshape(rows, y.dim(1));
        return Tensor.concat(1, x, each);
    }

    @Override
    public Map<String, Model> children() {
        var children = new LinkedHashMap<String, Model>();
        children.put("encoder", encoder);
        children.put("decoder", decoder);
        children.put("likelihood", likelihood);
        return children;
    }
}
