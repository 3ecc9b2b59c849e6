package org.culebra.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.tensor.ConvOptions;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * y = W ⋆ x + b: [B, C, H, W] → [B, O, H′, W′], with weights [O, C/groups, k, k] and b [O]; H′ = ⌊(H + 2·padding −
 * dilation·(k − 1) − 1)/stride⌋ + 1.
 */
public final class Conv2d implements Layer {
    private final int inputs;
    private final int outputs;
    private final int kernel;
    private final ConvOptions options;
    private final Initializer initializer;
    private final Parameter weight;
    private final @Nullable Parameter bias;

    private Conv2d(int inputs, int outputs, int kernel, ConvOptions options, Initializer initializer, boolean biased) {
        if (inputs % options.groups() != 0 || outputs % options.groups() != 0) {
            throw new IllegalArgumentException("conv2d: " + options.groups() + " groups must divide " + inputs
                    + " input and " + outputs + " output channels");
        }
        this.inputs = inputs;
        this.outputs = outputs;
        this.kernel = kernel;
        this.options = options;
        this.initializer = initializer;
        int seen = inputs / options.groups();
        weight = Parameter.of(initializer, outputs, seen, kernel, kernel);
        double bound = 1 / Math.sqrt((double) seen * kernel * kernel);
        bias = biased ? Parameter.of(Initializer.uniform(bound), outputs) : null;
    }

    /**
     * C input channels to O output channels by k×k kernels, stride 1, no padding; initialized as PyTorch does: U(±1/√fan in).
     *
     * @throws IllegalArgumentException if a number is not positive
     */
    public static Conv2d of(int inputs, int outputs, int kernel) {
        Checks.positive("conv2d", "input channels", inputs);
        Checks.positive("conv2d", "output channels", outputs);
        Checks.positive("conv2d", "kernel", kernel);
        return new Conv2d(inputs, outputs, kernel, ConvOptions.DEFAULT, Initializer.fanIn(), true);
    }

    private Conv2d with(ConvOptions other) {
        return new Conv2d(inputs, outputs, kernel, other, initializer, bias != null);
    }

    /** The same with this step between the places of the kernel, for both axes or for each. */
    public Conv2d stride(int... steps) {
        return with(options.stride(steps));
    }

    /** The same with this many zeros around the image. */
    public Conv2d padding(int... amounts) {
        return with(options.padding(amounts));
    }

    /** The same with this distance between the pixels that the kernel sees. */
    public Conv2d dilation(int... distances) {
        return with(options.dilation(distances));
    }

    /** The same with channels in groups that know nothing of each other. */
    public Conv2d groups(int count) {
        return with(options.groups(count));
    }

    /** The same without b. */
    public Conv2d withoutBias() {
        return new Conv2d(inputs, outputs, kernel, options, initializer, false);
    }

    /** The same with other first weights. */
    public Conv2d initializer(Initializer other) {
        return new Conv2d(inputs, outputs, kernel, options, other, bias != null);
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (x.rank() != 4 || x.dim(1) != inputs) {
            throw Checks.wrongInput(this, "[B, " + inputs + ", H, W]", x);
        }
        return bias == null ? x.conv2d(weight.value(), options) : x.conv2d(weight.value(), bias.value(), options);
    }

    @Override
    public Map<String, Parameter> ownParameters() {
        var parameters = new LinkedHashMap<String, Parameter>();
        parameters.put("weight", weight);
        if (bias != null) {
            parameters.put("bias", bias);
        }
        return parameters;
    }

    @Override
    public String toString() {
        return "Conv2d(" + inputs + " → " + outputs + ", " + kernel + "×" + kernel
                + Checks.option("stride", options.stride(), 1)
                + Checks.option("padding", options.padding(), 0)
                + Checks.option("dilation", options.dilation(), 1)
                + Checks.option("groups", List.of(options.groups()), 1)
                + (bias == null ? ", no bias)" : ")");
    }
}
