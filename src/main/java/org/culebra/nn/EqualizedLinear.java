package org.culebra.nn;

import java.util.Map;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * y = x·(c·W)ᵀ + λ·b with c = λ·g/√I and W ~ N(0, 1/λ²): weights of the size that a network needs, whose steps under Adam are as long
 * as those of every other layer, times λ (equalized learning rate: Karras et al. 2018, section 4.1).
 *
 * <p>[..., I] → [..., O], with W [O, I] and b [O].
 */
public final class EqualizedLinear implements Layer {
    private final long inputs;
    private final long outputs;
    private final double gain;
    private final double rate;
    private final double firstBias;
    private final @Nullable LeakyBias activation;
    private final Parameter weight;
    private final Parameter bias;

    private EqualizedLinear(
            long inputs, long outputs, double gain, double rate, double firstBias, @Nullable LeakyBias activation) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.gain = gain;
        this.rate = rate;
        this.firstBias = firstBias;
        this.activation = activation;
        weight = Parameter.of(Initializer.normal(1 / rate), outputs, inputs);
        bias = Parameter.of(Initializer.constant(firstBias / rate), outputs);
    }

    /**
     * I inputs to O outputs with g = λ = 1 and b = 0.
     *
     * @throws IllegalArgumentException if a number is not positive
     */
    public static EqualizedLinear of(long inputs, long outputs) {
        Checks.positive("equalizedLinear", "inputs", inputs);
        Checks.positive("equalizedLinear", "outputs", outputs);
        return new EqualizedLinear(inputs, outputs, 1, 1, 0, null);
    }

    /** The same with another g: √2 in front of a ReLU. */
    public EqualizedLinear gain(double value) {
        Checks.positive("equalizedLinear", "gain", value);
        return new EqualizedLinear(inputs, outputs, value, rate, firstBias, activation);
    }

    /** The same with another λ: the share of the optimizer's learning rate that this layer learns with. */
    public EqualizedLinear rate(double value) {
        Checks.positive("equalizedLinear", "rate", value);
        return new EqualizedLinear(inputs, outputs, gain, value, firstBias, activation);
    }

    /** The same with another λ·b at first. */
    public EqualizedLinear firstBias(double value) {
        return new EqualizedLinear(inputs, outputs, gain, rate, value, activation);
    }

    /** The same, then y above 0 and slope·y below, times a gain: in one pass with the bias. */
    public EqualizedLinear leakyRelu(double slope, double outputGain) {
        return new EqualizedLinear(inputs, outputs, gain, rate, firstBias, new LeakyBias(slope, outputGain));
    }

    /** c·W: what x is multiplied by, [O, I]. */
    public Tensor weight() {
        return weight.value().mul(gain / Math.sqrt((double) inputs) * rate);
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (x.rank() == 0 || x.dim(-1) != inputs) {
            throw Checks.wrongInput(this, "[..., " + inputs + "]", x);
        }
        Tensor product = x.matmul(weight().transpose()); // [..., I] × [I, O] → [..., O]
        Tensor b = rate == 1 ? bias.value() : bias.value().mul(rate);
        return activation == null ? product.add(b) : activation.apply(product, b);
    }

    @Override
    public Map<String, Parameter> ownParameters() {
        return Checks.named("weight", weight, "bias", bias);
    }

    @Override
    public long multiplyAdds(Shape input, Shape output) {
        return output.size() * inputs;
    }

    @Override
    public String toString() {
        return "EqualizedLinear(" + inputs + " → " + outputs + (rate == 1 ? "" : ", rate " + rate)
                + LeakyBias.label(activation) + ")";
    }
}
