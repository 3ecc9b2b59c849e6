package org.culebra.nn;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.culebra.tensor.ConvOptions;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * y = W ⋆ x + b along one, two or three axes, or its adjoint; made by {@link Conv1d}, {@link Conv2d}, {@link Conv3d}, {@link
 * ConvTranspose1d}, {@link ConvTranspose2d} and {@link ConvTranspose3d}.
 *
 * <p>x: [B, C, D…] → [B, O, D′…] with weights [O, C/groups, k…] and b [O]; D′ = ⌊(D + 2·padding − dilation·(k − 1) − 1)/stride⌋ + 1.
 * Transposed: weights [C, O/groups, k…], D′ = (D − 1)·stride − 2·padding + dilation·(k − 1) + outputPadding + 1.
 */
public final class Convolution implements Layer {
    private final Kind kind;
    private final int inputs;
    private final int outputs;
    private final List<Integer> kernel;
    private final ConvOptions options;
    private final Initializer initializer;
    private final @Nullable Initializer biasInitializer;
    private final Parameter weight;
    private final @Nullable Parameter bias;

    /** Along how many axes, and which way round. */
    private record Kind(int axes, boolean transposed) {
        @Override
        public String toString() {
            return (transposed ? "ConvTranspose" : "Conv") + axes + "d";
        }

        String operation() {
            return (transposed ? "convTranspose" : "conv") + axes + "d";
        }
    }

    private Convolution(
            Kind kind,
            int inputs,
            int outputs,
            List<Integer> kernel,
            ConvOptions options,
            Initializer initializer,
            @Nullable Initializer biasInitializer,
            boolean biased) {
        if (inputs % options.groups() != 0 || outputs % options.groups() != 0) {
            throw new IllegalArgumentException(kind.operation() + ": " + options.groups() + " groups must divide "
                    + inputs + " input and " + outputs + " output channels");
        }
        this.kind = kind;
        this.inputs = inputs;
        this.outputs = outputs;
        this.kernel = kernel;
        this.options = options;
        this.initializer = initializer;
        this.biasInitializer = biasInitializer;
        long[] dims = new long[kind.axes + 2];
        dims[0] = kind.transposed ? inputs : outputs;
        dims[1] = (kind.transposed ? outputs : inputs) / options.groups();
        long seen = dims[1];
        for (int k = 0; k < kind.axes; k++) {
            dims[2 + k] = kernel.get(k);
            seen *= kernel.get(k);
        }
        weight = Parameter.of(initializer, dims);
        Initializer usual = Initializer.uniform(1 / Math.sqrt((double) seen));
        bias = biased ? Parameter.of(biasInitializer == null ? usual : biasInitializer, outputs) : null;
    }

    static Convolution of(int axes, boolean transposed, int inputs, int outputs, int... kernel) {
        var kind = new Kind(axes, transposed);
        Checks.positive(kind.operation(), "input channels", inputs);
        Checks.positive(kind.operation(), "output channels", outputs);
        if (kernel.length != 1 && kernel.length != axes) {
            throw new IllegalArgumentException(
                    kind.operation() + ": the kernel must be one number, or " + axes + ", not " + kernel.length);
        }
        int[] sizes = new int[axes];
        for (int k = 0; k < axes; k++) {
            sizes[k] = kernel[kernel.length == 1 ? 0 : k];
            Checks.positive(kind.operation(), "kernel", sizes[k]);
        }
        List<Integer> list = Arrays.stream(sizes).boxed().toList();
        return new Convolution(kind, inputs, outputs, list, ConvOptions.DEFAULT, Initializer.fanIn(), null, true);
    }

    private Convolution with(ConvOptions other) {
        return new Convolution(kind, inputs, outputs, kernel, other, initializer, biasInitializer, bias != null);
    }

    /** The same with this step between the places of the kernel, for all axes or for each. */
    public Convolution stride(int... steps) {
        return with(options.stride(steps));
    }

    /** The same with this many zeros around the input; transposed: with so much less of the output. */
    public Convolution padding(int... amounts) {
        return with(options.padding(amounts));
    }

    /** The same with this distance between the elements that the kernel sees. */
    public Convolution dilation(int... distances) {
        return with(options.dilation(distances));
    }

    /** The same with channels in groups that know nothing of each other. */
    public Convolution groups(int count) {
        return with(options.groups(count));
    }

    /**
     * The same, transposed, with so many more elements at the end of each axis.
     *
     * @throws IllegalArgumentException if it is not transposed
     */
    public Convolution outputPadding(int... amounts) {
        if (!kind.transposed) {
            throw new IllegalArgumentException(kind.operation() + ": only transposed convolutions have output padding");
        }
        return with(options.outputPadding(amounts));
    }

    /** The same without b. */
    public Convolution withoutBias() {
        return new Convolution(kind, inputs, outputs, kernel, options, initializer, biasInitializer, false);
    }

    /** The same with other first weights. */
    public Convolution initializer(Initializer other) {
        return new Convolution(kind, inputs, outputs, kernel, options, other, biasInitializer, bias != null);
    }

    /** The same with other first biases. */
    public Convolution biasInitializer(Initializer other) {
        return new Convolution(kind, inputs, outputs, kernel, options, initializer, other, true);
    }

    boolean isTransposed() {
        return kind.transposed;
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (x.rank() != kind.axes + 2 || x.dim(1) != inputs) {
            String axes = List.of("L", "H, W", "D, H, W").get(kind.axes - 1);
            throw Checks.wrongInput(this, "[B, " + inputs + ", " + axes + "]", x);
        }
        Tensor w = weight.value();
        return bias == null ? plain(x, w) : biased(x, w, bias.value());
    }

    private Tensor plain(Tensor x, Tensor w) {
        return switch (kind.axes) {
            case 1 -> kind.transposed ? x.convTranspose1d(w, options) : x.conv1d(w, options);
            case 2 -> kind.transposed ? x.convTranspose2d(w, options) : x.conv2d(w, options);
            default -> kind.transposed ? x.convTranspose3d(w, options) : x.conv3d(w, options);
        };
    }

    private Tensor biased(Tensor x, Tensor w, Tensor b) {
        return switch (kind.axes) {
            case 1 -> kind.transposed ? x.convTranspose1d(w, b, options) : x.conv1d(w, b, options);
            case 2 -> kind.transposed ? x.convTranspose2d(w, b, options) : x.conv2d(w, b, options);
            default -> kind.transposed ? x.convTranspose3d(w, b, options) : x.conv3d(w, b, options);
        };
    }

    @Override
    public Map<String, Parameter> ownParameters() {
        return Checks.named("weight", weight, "bias", bias);
    }

    /** Every weight of a kernel once for each of its places. */
    @Override
    public long multiplyAdds(Shape input, Shape output) {
        Shape places = kind.transposed ? input : output;
        return places.size() / places.dim(1) * weight.shape().size();
    }

    @Override
    public String toString() {
        return kind + "(" + inputs + " → " + outputs + ", "
                + kernel.stream().map(String::valueOf).collect(Collectors.joining("×"))
                + Checks.option("stride", options.stride(), 1)
                + Checks.option("padding", options.padding(), 0)
                + Checks.option("output padding", options.outputPadding(), 0)
                + Checks.option("dilation", options.dilation(), 1)
                + Checks.option("groups", List.of(options.groups()), 1)
                + (bias == null ? ", no bias)" : ")");
    }
}
