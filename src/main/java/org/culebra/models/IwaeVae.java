package org.culebra.models;

import org.culebra.nn.Activation;
import org.culebra.nn.Flatten;
import org.culebra.nn.Initializer;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Sequential;
import org.culebra.nn.Unflatten;
import org.culebra.tensor.Shape;

/**
 * The network with one stochastic layer of Burda, Grosse and Salakhutdinov 2016 (IWAE, appendix C): 784-200-200-50-200-200-784, tanh,
 * 425,284 parameters.
 *
 * <p>The equations are those of {@link Vae}. First weights are Xavier's and biases 0.
 */
public final class IwaeVae {
    private static final long HIDDEN = 200;

    private IwaeVae() {}

    /** The networks, not yet initialized. */
    public static Vae create(Shape image, Likelihood likelihood, long latents) {
        long d = image.size();
        return Vae.of(
                new Sequential(
                        new Flatten(), // (B, C, H, W) -> (B, D)
                        linear(d, HIDDEN), // -> (B, 200)
                        Activation.TANH,
                        linear(HIDDEN, HIDDEN), // -> (B, 200)
                        Activation.TANH,
                        linear(HIDDEN, 2 * latents)), // -> (B, 2n)
                new Sequential(
                        linear(latents, HIDDEN), // (B, n) -> (B, 200)
                        Activation.TANH,
                        linear(HIDDEN, HIDDEN), // -> (B, 200)
                        Activation.TANH,
                        linear(HIDDEN, d), // -> (B, D)
                        Unflatten.to(image.dims())), // -> (B, C, H, W)
                likelihood,
                latents);
    }

    private static Layer linear(long inputs, long outputs) {
        return Linear.of(inputs, outputs)
                .initializer(Initializer.xavierUniform(1))
                .biasInitializer(Initializer.constant(0));
    }
}
