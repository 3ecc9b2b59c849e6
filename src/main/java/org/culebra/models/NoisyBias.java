package org.culebra.models;

import java.util.LinkedHashMap;
import java.util.Map;
import org.culebra.nn.Initializer;
import org.culebra.nn.Parameter;
import org.culebra.tensor.Tensor;

/**
 * What a layer of a StyleGAN adds to its features: β·noise + b (Karras et al. 2019, figure 1b).
 *
 * @param strength β, 0 at first
 * @param bias b: [C, 1, 1]
 * @param noise the numbers that the layer keeps: [1, 1, H, W]
 */
record NoisyBias(Parameter strength, Parameter bias, Parameter noise) {
    /** For so many channels, with β of these dimensions. */
    static NoisyBias of(int channels, int side, long... strength) {
        return new NoisyBias(
                Parameter.of(Initializer.constant(0), strength),
                Parameter.of(Initializer.constant(0), channels, 1, 1),
                Parameter.buffer(Initializer.normal(1), 1, 1, side, side));
    }

    /** Noise for so many images. */
    Tensor drawn(StyleGenerator.Noise source, long batch) {
        return source.of(noise.value(), batch);
    }

    Map<String, Parameter> parameters() {
        var parameters = new LinkedHashMap<String, Parameter>();
        parameters.put("noise_strength", strength);
        parameters.put("bias", bias);
        return parameters;
    }

    Map<String, Parameter> buffers() {
        return Map.of("noise", noise);
    }
}
