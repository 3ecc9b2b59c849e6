package org.culebra.models;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.kernel.expression.Expression;
import org.culebra.models.StyleGan1.LeakyLayers;
import org.culebra.models.StyleGan1.NoisyBias;
import org.culebra.nn.EqualizedConv2d;
import org.culebra.nn.EqualizedLinear;
import org.culebra.nn.Initializer;
import org.culebra.nn.Layer;
import org.culebra.nn.Model;
import org.culebra.nn.Parameter;
import org.culebra.nn.Residual;
import org.culebra.nn.Sequential;
import org.culebra.nn.UpFirDn2d;
import org.culebra.tensor.ConvOptions;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Order;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * StyleGAN 2 (Karras, Laine, Aittala, Hellsten, Lehtinen and Aila 2020: "Analyzing and improving the image quality of StyleGAN"), in
 * configuration E/F of table 1: weights modulated and demodulated (section 2), path lengths regularized, and that not at every step
 * (section 3), a generator with skips to the image (figure 7b) and a residual discriminator (figure 7c) in place of growing (section 4).
 *
 * <p>Equations, figures and sections are those of that paper. Styles, their mixing and their truncation are in {@link StyleGenerator}.
 * It learns by the loss that does not saturate ({@link org.culebra.nn.GanLoss#NON_SATURATING}) with R1
 * ({@link org.culebra.nn.GradientPenalty#r1}), as the first.
 */
public final class StyleGan2 {
    /** √2 on the output of each leaky ReLU, so that variances stay what they are (appendix B). */
    private static final LeakyLayers LEAKY = new LeakyLayers(1, LeakyLayers.GAIN);

    /** The filter of all resampling (appendix B). */
    private static final double[] FILTER = {1, 3, 3, 1};

    private static final UpFirDn2d UP = UpFirDn2d.of(FILTER).up(2);

    /** After a transposed convolution with stride 2 and a kernel of 3: [2H + 1] → [2H]; ×2 for the zeros that the stride put in. */
    private static final UpFirDn2d SMOOTH = UpFirDn2d.of(FILTER).gain(2).padding(1, 1);

    /** In front of a convolution with stride 2 and a kernel of 3: [H] → [H + 1]. */
    private static final UpFirDn2d BLUR = UpFirDn2d.of(FILTER).padding(2, 2);

    /** In front of a kernel of 1, which need not compute what is not kept: [H] → [H/2]. */
    private static final UpFirDn2d DOWN = UpFirDn2d.of(FILTER).down(2);

    private StyleGan2() {}

    /**
     * The mapping network f: z → w, at a hundredth of the learning rate. [B, n] → [B, n].
     *
     * @param depth 8 in the paper, 2 is enough for small images
     */
    public static Sequential mapping(int latents, int depth) {
        return LEAKY.mapping(latents, depth);
    }

    // ---------------------------------------------------------------- the generator

    /**
     * s = A(w), then a convolution with the weights w″ that are W modulated by s and demodulated (equations 1 and 3):
     * w′ᵢⱼₖ = sᵢ·wᵢⱼₖ, w″ᵢⱼₖ = w′ᵢⱼₖ/√(Σ w′ᵢⱼₖ² + ε), i an input and j an output channel, k a place of the kernel.
     *
     * <p>Every image has weights of its own; but sᵢ is the same for all that is read from a channel, and the root for all that is
     * written to one, so that the same comes out of one convolution with W for all images: of sᵢ·xᵢ, and divided by the root
     * afterwards.
     */
    static final class ModulatedConv implements Model {
        private static final double EPSILON = 1e-8;

        private final EqualizedLinear affine; // A, figure 2
        private final EqualizedConv2d conv; // w
        private final boolean up;

        ModulatedConv(int latents, int inputs, int outputs, int kernel, boolean up) {
            affine = EqualizedLinear.of(latents, inputs).firstBias(1);
            conv = EqualizedConv2d.of(inputs, outputs, kernel).withoutBias();
            this.up = up;
        }

        /** s: (B, n) -> (B, I). */
        Tensor scales(Tensor w) {
            return affine.forward(w);
        }

        /** w′ ⋆ x, equation 1: (B, I, H, W) -> (B, O, H, W), or (B, O, 2H, 2W). */
        Tensor convolve(Tensor x, Tensor s) {
            Tensor scaled = x.mul(s.unsqueeze(-1).unsqueeze(-1)); // sᵢ, equation 1
            if (!up) {
                return scaled.conv2d(conv.weight(), conv.options());
            }
            Tensor transposed = conv.weight().permute(1, 0, 2, 3); // (O, I, k, k) -> (I, O, k, k)
            return SMOOTH.forward(scaled.convTranspose2d(transposed, ConvOptions.DEFAULT.stride(2)));
        }

        /** 1/√(Σᵢₖ w′² + ε), equation 3: (B, I) -> (B, O, 1, 1). */
        Tensor demodulation(Tensor s) {
            Tensor squares = conv.weight().square().sum(2, 3); // (O, I)
            Tensor sums = s.square().matmul(squares.transpose()); // (B, I) × (I, O) -> (B, O)
            return sums.add(EPSILON).rsqrt().unsqueeze(-1).unsqueeze(-1); // equation 3; without ε equation 2
        }

        @Override
        public Map<String, Layer> children() {
            var children = new LinkedHashMap<String, Layer>();
            children.put("affine", affine);
            children.put("conv", conv);
            return children;
        }
    }

    /** Figure 2d: modulated convolution, demodulation, noise, bias, leaky ReLU. */
    static final class StyledConv implements Model {
        /** √2·lrelu(d·y + β·noise + b), figure 2c and d: noise and bias behind the demodulation. */
        private static final Elementwise FINISH = Elementwise.withScalars("styledConv", 5, 0, (x, none) -> {
            Expression sum = x.get(0).mul(x.get(1)).add(x.get(2).mul(x.get(3))).add(x.get(4));
            return List.of(sum.gt(0).select(sum, sum.mul(LeakyLayers.SLOPE)).mul(LeakyLayers.GAIN));
        });

        private final ModulatedConv conv;
        private final NoisyBias added; // B and b; β one per layer

        StyledConv(int latents, int inputs, int outputs, int side, boolean up) {
            conv = new ModulatedConv(latents, inputs, outputs, 3, up);
            added = NoisyBias.of(outputs, side);
        }

        /** (B, I, H, W) -> (B, O, side, side). */
        Tensor forward(Tensor x, Tensor w, StyleGenerator.Noise source) {
            Tensor s = conv.scales(w);
            Tensor noise = added.drawn(source, x.dim(0));
            return FINISH.apply(
                    conv.convolve(x, s),
                    conv.demodulation(s),
                    noise,
                    added.strength().value(),
                    added.bias().value());
        }

        @Override
        public Map<String, Model> children() {
            return Map.of("modulated", conv);
        }

        @Override
        public Map<String, Parameter> ownParameters() {
            return added.parameters();
        }

        @Override
        public Map<String, Parameter> ownBuffers() {
            return added.buffers();
        }
    }

    /** 1×1, modulated but not demodulated: what a resolution adds to the image (figure 7b). */
    static final class ToImage implements Model {
        private final ModulatedConv conv;
        private final Parameter bias;

        ToImage(int latents, int inputs, int colours) {
            conv = new ModulatedConv(latents, inputs, colours, 1, false);
            bias = Parameter.of(Initializer.constant(0), colours, 1, 1);
        }

        /** (B, I, H, W) -> (B, C, H, W). */
        Tensor forward(Tensor x, Tensor w) {
            return conv.convolve(x, conv.scales(w)).add(bias.value());
        }

        @Override
        public Map<String, Model> children() {
            return Map.of("modulated", conv);
        }

        @Override
        public Map<String, Parameter> ownParameters() {
            return Map.of("bias", bias);
        }
    }

    /** f and g: z (B, n) -> w (B, n) -> image (B, C, side, side). */
    public static final class Generator implements StyleGenerator {
        private final Mapping mapping;
        private final Parameter constant;
        private final List<StyledConv> convs = new ArrayList<>();
        private final List<ToImage> toImage = new ArrayList<>();

        /**
         * For images of this size, not yet initialized.
         *
         * @param channels at most, see {@link StyleGenerator#channels}
         * @throws IllegalArgumentException if the side is not 4, 8, 16, …
         */
        public Generator(int colours, int side, int latents, int depth, int channels) {
            mapping = Mapping.of(latents, StyleGan2.mapping(latents, depth));
            int doublings = StyleGenerator.doublings(side);
            int inputs = StyleGenerator.channels(channels, 4);
            constant = Parameter.of(Initializer.normal(1), 1, inputs, 4, 4); // c₁, figure 2
            for (int i = 0; i <= doublings; i++) {
                int size = 4 << i;
                int outputs = StyleGenerator.channels(channels, size);
                if (i > 0) {
                    convs.add(new StyledConv(latents, inputs, outputs, size, true));
                }
                convs.add(new StyledConv(latents, outputs, outputs, size, false));
                toImage.add(new ToImage(latents, outputs, colours));
                inputs = outputs;
            }
        }

        /** One per convolution, and that of the last image; the other images share that of the next convolution. */
        @Override
        public int layers() {
            return convs.size() + 1;
        }

        @Override
        public Mapping mapping() {
            return mapping;
        }

        @Override
        public Tensor synthesize(Tensor styles, Noise noise) {
            Tensor learned = constant.value();
            Tensor x = learned.expand(styles.dim(0), learned.dim(1), 4, 4); // (1, C₄, 4, 4) -> (B, C₄, 4, 4)
            x = convs.getFirst().forward(x, styles.select(1, 0), noise);
            Tensor image = toImage.getFirst().forward(x, styles.select(1, 1)); // (B, C, 4, 4)
            for (int i = 1; i < toImage.size(); i++) {
                int layer = 2 * i - 1;
                x = convs.get(layer).forward(x, styles.select(1, layer), noise); // -> (B, Cᵢ, 2H, 2W)
                x = convs.get(layer + 1).forward(x, styles.select(1, layer + 1), noise);
                Tensor added = toImage.get(i).forward(x, styles.select(1, layer + 2));
                image = UP.forward(image).add(added); // figure 7b
            }
            return image;
        }

        @Override
        public Map<String, Model> children() {
            var children = new LinkedHashMap<String, Model>();
            children.put("mapping", mapping.network());
            for (int i = 0; i < toImage.size(); i++) {
                String size = Integer.toString(4 << i);
                if (i > 0) {
                    children.put(size + ".up", convs.get(2 * i - 1));
                }
                children.put(size + ".conv", convs.get(2 * i));
                children.put(size + ".image", toImage.get(i));
            }
            return children;
        }

        @Override
        public Map<String, Parameter> ownParameters() {
            return Map.of("constant", constant);
        }

        @Override
        public Map<String, Parameter> ownBuffers() {
            return Map.of("average", mapping.average());
        }
    }

    // ---------------------------------------------------------------- the discriminator

    /**
     * (B, C, side, side) -> (B, 1): how real images look (figure 7c).
     *
     * @param channels at most, see {@link StyleGenerator#channels}
     * @throws IllegalArgumentException if the side is not 4, 8, 16, …
     */
    public static Sequential discriminator(int colours, int side, int channels) {
        var layers = new ArrayList<Layer>();
        int inputs = StyleGenerator.channels(channels, side);
        layers.add(LEAKY.conv(colours, inputs, 1));
        for (int size = 4 << StyleGenerator.doublings(side); size > 4; size /= 2) {
            int outputs = StyleGenerator.channels(channels, size / 2);
            layers.add(block(inputs, outputs)); // (B, I, H, W) -> (B, O, H/2, W/2)
            inputs = outputs;
        }
        layers.addAll(LEAKY.last(inputs));
        return new Sequential(layers.toArray(Layer[]::new));
    }

    /** (f(x) + g(x))·√½, so that the sum has the variance of each (section 4.1); the root is in the gains of both. */
    private static Residual block(int inputs, int outputs) {
        return Residual.of(
                        LEAKY.conv(inputs, inputs, 3),
                        BLUR,
                        EqualizedConv2d.of(inputs, outputs, 3)
                                .padding(0)
                                .stride(2)
                                .leakyRelu(LeakyLayers.SLOPE, LeakyLayers.GAIN * Math.sqrt(.5)))
                .shortcut(new Sequential(
                        DOWN,
                        EqualizedConv2d.of(inputs, outputs, 1)
                                .gain(Math.sqrt(.5))
                                .withoutBias()));
    }

    // ---------------------------------------------------------------- regularizers

    /** Steps from one move of the discriminator against R1 to the next (appendix B). */
    public static final int R1_EVERY = 16;

    /** Steps from one move of the generator against path lengths to the next (appendix B). */
    public static final int PATHS_EVERY = 4;

    /**
     * c = k/(k + 1), by which a regularizer that comes at every k-th step only changes its optimizer (section 3.1; appendix B): it is a
     * step more, so that with the rate c·η and the moments' β₁ᶜ and β₂ᶜ as much happens in k steps as before.
     *
     * @param every k
     */
    public static double lazy(int every) {
        return every / (every + 1.);
    }

    /**
     * How far an image moves with its w, which should be the same everywhere (section 3.2).
     *
     * @param mean a, what the lengths have been in the mean
     */
    public record PathLength(double mean) {
        /** At first. */
        public static final PathLength NONE = new PathLength(0);

        /** 1 − .99 (appendix B: β_pl). */
        private static final double DECAY = .01;

        /**
         * ‖Jᵀy‖ with y ~ N(0, I), by Jᵀy = ∇(g(w)·y) (section 3.2): [B], with a graph of its own, so that it can be made small.
         *
         * <p>As the authors have it, y is divided by √(H·W), and of the layers' squared lengths it is the root of the mean.
         *
         * @param made g(w), [B, C, H, W], recorded on the tape
         * @param styles w of each layer, [B, L, n]
         */
        public static Tensor of(Tape tape, Tensor made, Tensor styles, Random random) {
            double deviation = 1 / Math.sqrt((double) made.dim(2) * made.dim(3));
            Tensor y = Tensor.normal(random, 0, deviation, made.shape().dims());
            Tensor product = made.mul(y).sum(); // g(w)·y
            Tensor gradient = tape.gradient(product, styles, Order.DIFFERENTIABLE); // Jᵀy: (B, L, n)
            return gradient.square().sum(2).mean(1).sqrt(); // (B)
        }

        /** a ← a + .01·(mean ‖Jᵀy‖ − a): the exponential moving average of section 3.2. */
        public PathLength after(Tensor lengths) {
            return new PathLength(mean + DECAY * (lengths.mean().item() - mean));
        }

        /** E(‖Jᵀy‖ − a)², equation 4: [B] → []. */
        public Tensor penalty(Tensor lengths) {
            return lengths.sub(mean).square().mean();
        }
    }
}
