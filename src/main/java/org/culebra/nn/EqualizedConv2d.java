package org.culebra.nn;

import java.util.Map;
import org.culebra.tensor.ConvOptions;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * y = (c·W) ⋆ x + b with c = g/√(C·k²) and W ~ N(0, 1): the convolution with equalized learning rate (Karras et al. 2018, section
 * 4.1).
 *
 * <p>[B, C, H, W] → [B, O, H′, W′] with weights [O, C, k, k] and b [O]; padded so that H′ = ⌈H/stride⌉ for an odd k, unless told
 * otherwise.
 */
public final class EqualizedConv2d implements Layer {
    /** The mean of two neighbours along each axis: [k] → [k + 1]. */
    private static final UpFirDn2d BOX = UpFirDn2d.of(1, 1).padding(1, 1);

    private final int inputs;
    private final int outputs;
    private final int kernel;
    private final ConvOptions options;
    private final double gain;
    private final boolean halving;
    private final @Nullable LeakyBias activation;
    private final Parameter weight;
    private final @Nullable Parameter bias;

    private EqualizedConv2d(
            int inputs,
            int outputs,
            int kernel,
            ConvOptions options,
            double gain,
            boolean halving,
            @Nullable LeakyBias activation,
            boolean biased) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.kernel = kernel;
        this.options = options;
        this.gain = gain;
        this.halving = halving;
        this.activation = activation;
        weight = Parameter.of(Initializer.normal(1), outputs, inputs, kernel, kernel);
        bias = biased ? Parameter.of(Initializer.constant(0), outputs) : null;
    }

    /**
     * C input channels to O output channels with g = 1.
     *
     * @param kernel k
     * @throws IllegalArgumentException if a number is not positive
     */
    public static EqualizedConv2d of(int inputs, int outputs, int kernel) {
        Checks.positive("equalizedConv2d", "input channels", inputs);
        Checks.positive("equalizedConv2d", "output channels", outputs);
        Checks.positive("equalizedConv2d", "kernel", kernel);
        var same = ConvOptions.DEFAULT.padding((kernel - 1) / 2);
        return new EqualizedConv2d(inputs, outputs, kernel, same, 1, false, null, true);
    }

    /** The same with another g: √2 in front of a ReLU. */
    public EqualizedConv2d gain(double value) {
        Checks.positive("equalizedConv2d", "gain", value);
        return new EqualizedConv2d(inputs, outputs, kernel, options, value, halving, activation, bias != null);
    }

    /** The same with this step between the places of the kernel. */
    public EqualizedConv2d stride(int step) {
        return new EqualizedConv2d(
                inputs, outputs, kernel, options.stride(step), gain, halving, activation, bias != null);
    }

    /** The same with this many zeros around the input. */
    public EqualizedConv2d padding(int amount) {
        return new EqualizedConv2d(
                inputs, outputs, kernel, options.padding(amount), gain, halving, activation, bias != null);
    }

    /**
     * The same, then the mean of each 2×2 block, before b: as one convolution with stride 2 and a kernel of k + 1, which is W with each
     * weight spread over 2×2 places.
     */
    public EqualizedConv2d halving() {
        return new EqualizedConv2d(inputs, outputs, kernel, options.stride(2), gain, true, activation, bias != null);
    }

    /** The same without b. */
    public EqualizedConv2d withoutBias() {
        return new EqualizedConv2d(inputs, outputs, kernel, options, gain, halving, null, false);
    }

    /** The same, with b, then y above 0 and slope·y below, times a gain: in one pass with the bias. */
    public EqualizedConv2d leakyRelu(double slope, double outputGain) {
        return new EqualizedConv2d(
                inputs, outputs, kernel, options, gain, halving, new LeakyBias(slope, outputGain), true);
    }

    /** c·W: [O, C, k, k]; what x is convolved with. */
    public Tensor weight() {
        Tensor scaled = weight.value().mul(gain / Math.sqrt((double) inputs * kernel * kernel));
        return halving ? BOX.forward(scaled) : scaled;
    }

    /** Stride and padding. */
    public ConvOptions options() {
        return options;
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (x.rank() != 4 || x.dim(1) != inputs) {
            throw Checks.wrongInput(this, "[B, " + inputs + ", H, W]", x);
        }
        if (bias == null) {
            return x.conv2d(weight(), options);
        }
        return activation == null
                ? x.conv2d(weight(), bias.value(), options)
                : activation.apply(x.conv2d(weight(), options), bias.value().reshape(outputs, 1, 1));
    }

    @Override
    public Map<String, Parameter> ownParameters() {
        return Checks.named("weight", weight, "bias", bias);
    }

    @Override
    public long multiplyAdds(Shape input, Shape output) {
        return output.size() * inputs * kernel * kernel;
    }

    @Override
    public String toString() {
        return "EqualizedConv2d(" + inputs + " → " + outputs + ", " + kernel + "×" + kernel
                + Checks.option("stride", options.stride(), 1) + (bias == null ? ", no bias" : "")
                + LeakyBias.label(activation) + ")";
    }
}
