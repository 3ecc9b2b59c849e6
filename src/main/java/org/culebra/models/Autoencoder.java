package org.culebra.models;

import java.util.LinkedHashMap;
import java.util.Map;
import org.culebra.nn.Activation;
import org.culebra.nn.Flatten;
import org.culebra.nn.Initializer;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Mode;
import org.culebra.nn.Sequential;
import org.culebra.nn.Unflatten;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/**
 * x̂ = g(f(x)): images through a few numbers and back, [B, C, H, W] → [B, n] → [B, C, H, W].
 *
 * @param encoder f
 * @param decoder g, to numbers from 0 to 1
 */
public record Autoencoder(Layer encoder, Layer decoder) implements Layer {
    private static final long[] HIDDEN = {1000, 500, 250};

    /**
     * 784-1000-500-250-30 and back (Hinton and Salakhutdinov 2006, Reducing the Dimensionality of Data with Neural Networks), 2,837,314
     * parameters. They trained it layer by layer first; with ReLU in place of logistic units that is not needed.
     *
     * @param image the dimensions of x without B
     * @param latents n
     */
    public static Autoencoder create(Shape image, long latents) {
        long d = image.size();
        return new Autoencoder(
                new Sequential(
                        new Flatten(), // (B, C, H, W) -> (B, 784)
                        linear(d, HIDDEN[0]), // -> (B, 1000)
                        Activation.RELU,
                        linear(HIDDEN[0], HIDDEN[1]), // -> (B, 500)
                        Activation.RELU,
                        linear(HIDDEN[1], HIDDEN[2]), // -> (B, 250)
                        Activation.RELU,
                        Linear.of(HIDDEN[2], latents)), // -> (B, 30), linear
                new Sequential(
                        linear(latents, HIDDEN[2]), // (B, 30) -> (B, 250)
                        Activation.RELU,
                        linear(HIDDEN[2], HIDDEN[1]), // -> (B, 500)
                        Activation.RELU,
                        linear(HIDDEN[1], HIDDEN[0]), // -> (B, 1000)
                        Activation.RELU,
                        Linear.of(HIDDEN[0], d), // -> (B, 784)
                        Activation.SIGMOID,
                        Unflatten.to(image.dims()))); // -> (B, C, H, W)
    }

    private static Layer linear(long inputs, long outputs) {
        return Linear.of(inputs, outputs)
                .initializer(Initializer.kaimingUniform(Math.sqrt(2)))
                .biasInitializer(Initializer.constant(0));
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        return mode.call("decoder", decoder, mode.call("encoder", encoder, x));
    }

    @Override
    public Map<String, Layer> children() {
        var children = new LinkedHashMap<String, Layer>();
        children.put("encoder", encoder);
        children.put("decoder", decoder);
        return children;
    }
}
