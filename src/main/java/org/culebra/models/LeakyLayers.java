package org.culebra.models;

import java.util.ArrayList;
import java.util.List;
import org.culebra.nn.EqualizedConv2d;
import org.culebra.nn.EqualizedLinear;
import org.culebra.nn.Flatten;
import org.culebra.nn.Layer;
import org.culebra.nn.MinibatchDeviation;
import org.culebra.nn.PixelNorm;
import org.culebra.nn.Sequential;

/**
 * Layers in front of a leaky ReLU, as StyleGANs have them. The √2 that keeps variances what they are is on the weights in the first
 * generation, and on the output in the second.
 *
 * @param weights what the weights are multiplied by
 * @param output what the output of the leaky ReLU is multiplied by
 */
record LeakyLayers(double weights, double output) {
    /** Below 0. */
    static final double SLOPE = .2;

    static final double GAIN = Math.sqrt(2);

    EqualizedConv2d conv(int inputs, int outputs, int kernel) {
        return EqualizedConv2d.of(inputs, outputs, kernel).gain(weights).leakyRelu(SLOPE, output);
    }

    private EqualizedLinear linear(long inputs, long outputs) {
        return EqualizedLinear.of(inputs, outputs).gain(weights);
    }

    /** The mapping network f: z → w, at a hundredth of the learning rate: [B, n] → [B, n]. */
    Sequential mapping(int latents, int depth) {
        var layers = new ArrayList<Layer>();
        layers.add(new PixelNorm());
        for (int i = 0; i < depth; i++) {
            layers.add(linear(latents, latents).rate(.01).leakyRelu(SLOPE, output));
        }
        return new Sequential(layers.toArray(Layer[]::new));
    }

    /** The end of a discriminator: (B, I, 4, 4) -> (B, 1). */
    List<Layer> last(int inputs) {
        return List.of(
                new MinibatchDeviation(), // -> (B, I + 1, 4, 4)
                conv(inputs + 1, inputs, 3),
                new Flatten(),
                linear(16L * inputs, inputs).leakyRelu(SLOPE, output),
                EqualizedLinear.of(inputs, 1));
    }
}
