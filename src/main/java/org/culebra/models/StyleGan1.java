package org.culebra.models;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.kernel.expression.Expression;
import org.culebra.nn.EqualizedConv2d;
import org.culebra.nn.EqualizedLinear;
import org.culebra.nn.Flatten;
import org.culebra.nn.GroupNorm;
import org.culebra.nn.Initializer;
import org.culebra.nn.Layer;
import org.culebra.nn.MinibatchDeviation;
import org.culebra.nn.Mode;
import org.culebra.nn.Model;
import org.culebra.nn.Parameter;
import org.culebra.nn.PixelNorm;
import org.culebra.nn.Sequential;
import org.culebra.nn.UpFirDn2d;
import org.culebra.tensor.ConvOptions;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Interpolation;
import org.culebra.tensor.Tensor;

/**
 * StyleGAN (Karras, Laine and Aila 2019: "A style-based generator architecture for generative adversarial networks"), configuration
 * F of table 1: mapping network, learned constant, AdaIN, noise in every layer; grown progressively (Karras, Aila, Laine and Lehtinen
 * 2018: "Progressive growing of GANs", figures 1 and 2).
 *
 * <p>Equations, figures and sections are those of the first paper where nothing else is said. Its styles, their mixing and their
 * truncation are in {@link StyleGenerator}, for they are those of the second paper, too. It learns by the loss that does not saturate
 * ({@link org.culebra.nn.GanLoss#NON_SATURATING}) with R1 ({@link org.culebra.nn.GradientPenalty#r1}), γ = 10 (appendix C).
 */
public final class StyleGan1 {
    /** √2 in front of a leaky ReLU: on the weights. */
    private static final LeakyLayers LEAKY = new LeakyLayers(LeakyLayers.GAIN, 1);

    /** Bilinear sampling (table 1, B; section 2): this filter in front of every halving, behind every doubling. */
    private static final UpFirDn2d BLUR = UpFirDn2d.of(1, 2, 1);

    /** The sum of two neighbours along each axis: [3] → [4]. */
    private static final UpFirDn2d SPREAD = UpFirDn2d.of(1, 1).padding(1, 1).gain(2);

    private StyleGan1() {}

    /**
     * The mapping network f: z → w (figure 1b), at a hundredth of the learning rate (appendix C). [B, n] → [B, n].
     *
     * @param depth 8 in the paper
     */
    public static Sequential mapping(int latents, int depth) {
        return LEAKY.mapping(latents, depth);
    }

    // ---------------------------------------------------------------- layers that StyleGAN 2 has, too

    /**
     * Layers in front of a leaky ReLU with equalized learning rate (appendix C; Karras et al. 2018, section 4.1). The √2 that keeps
     * variances what they are is on the weights in the first generation, and on the output in the second.
     *
     * @param weights what the weights are multiplied by
     * @param output what the output of the leaky ReLU is multiplied by
     */
    record LeakyLayers(double weights, double output) {
        /** Below 0 (appendix C: α). */
        static final double SLOPE = .2;

        static final double GAIN = Math.sqrt(2);

        /** Of the mapping network's rate (appendix C: λ′ = .01·λ). */
        private static final double MAPPING_RATE = .01;

        EqualizedConv2d conv(int inputs, int outputs, int kernel) {
            return EqualizedConv2d.of(inputs, outputs, kernel).gain(weights).leakyRelu(SLOPE, output);
        }

        private EqualizedLinear linear(long inputs, long outputs) {
            return EqualizedLinear.of(inputs, outputs).gain(weights);
        }

        /** f: z (B, n) -> w (B, n). */
        Sequential mapping(int latents, int depth) {
            var layers = new ArrayList<Layer>();
            layers.add(new PixelNorm()); // figure 1b, "Normalize"
            for (int i = 0; i < depth; i++) {
                layers.add(linear(latents, latents).rate(MAPPING_RATE).leakyRelu(SLOPE, output)); // "FC"
            }
            return new Sequential(layers.toArray(Layer[]::new));
        }

        /** The end of a discriminator (Karras et al. 2018, table 2): (B, I, 4, 4) -> (B, 1). */
        List<Layer> last(int inputs) {
            return List.of(
                    new MinibatchDeviation(), // Karras et al. 2018, section 3: -> (B, I + 1, 4, 4)
                    conv(inputs + 1, inputs, 3), // -> (B, I, 4, 4)
                    new Flatten(), // -> (B, 16·I)
                    linear(16L * inputs, inputs).leakyRelu(SLOPE, output), // -> (B, I)
                    EqualizedLinear.of(inputs, 1)); // linear: -> (B, 1)
        }
    }

    /**
     * What a layer adds to its features: β·noise + b (figure 1b: B).
     *
     * @param strength β, 0 at first (appendix C)
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

    // ---------------------------------------------------------------- growing

    /**
     * How far both networks have grown: images have 4·2ˡ pixels, and the layers of that size count for α, those of half the size for
     * 1 − α (Karras et al. 2018, figure 2).
     *
     * @param level l
     * @param alpha α, in (0, 1]
     */
    public record Growth(int level, double alpha) {
        /** From one number, as both networks keep it: ⌈size⌉ is l, and α is what size is beyond l − 1. */
        public static Growth of(double size) {
            int level = (int) Math.ceil(size);
            return new Growth(level, level == 0 ? 1 : size - (level - 1));
        }

        /**
         * The number after so many images: {@code phase} images at the first size, {@code phase} images while the next layers fade
         * in, {@code phase} images at that size, and so on.
         *
         * @param first size to begin with
         * @param last size to end with
         */
        public static double after(long images, long phase, int first, int last) {
            long done = images / (2 * phase);
            long within = images - done * 2 * phase;
            double size = first + done + Math.max(0, (within - phase) / (double) phase);
            return Math.min(size, last);
        }

        /** The side of images. */
        public int side() {
            return 4 << level;
        }

        /**
         * Real images as the discriminator is to see them: made smaller, and faded like generated ones.
         * (B, C, H, W) -> (B, C, side, side).
         */
        public Tensor shrink(Tensor images) {
            int factor = Math.toIntExact(images.dim(-1) / side());
            Tensor small = factor > 1 ? images.avgPool2d(factor) : images;
            return alpha < 1 ? fade(twice(small.avgPool2d(2)), small) : small;
        }

        /** before + α·(now − before) (Karras et al. 2018, figure 2b). */
        Tensor fade(Tensor before, Tensor now) {
            return FADE.apply(new double[] {alpha}, before, now);
        }

        private static final Elementwise FADE = Elementwise.withScalars(
                "fade", 2, 1, (x, s) -> List.of(x.get(1).sub(x.get(0)).fma(s.get(0), x.get(0))));
    }

    static Tensor twice(Tensor x) {
        return x.upsample(Interpolation.NEAREST, 2, 2);
    }

    /**
     * conv(twice(x)), as one transposed convolution with stride 2 and each weight spread over 2×2 places: every pixel of x is four of
     * what the kernel would see. (B, I, H, W) -> (B, O, 2H, 2W).
     */
    static Tensor doubled(Tensor x, EqualizedConv2d conv) {
        Tensor turned = conv.weight().permute(1, 0, 2, 3).flip(2, 3); // (O, I, 3, 3) -> (I, O, 3, 3)
        Tensor spread = SPREAD.forward(turned); // -> (I, O, 4, 4)
        return x.convTranspose2d(spread, ConvOptions.DEFAULT.stride(2).padding(1));
    }

    // ---------------------------------------------------------------- the generator

    /** What follows each convolution (figure 1b): noise, bias, leaky ReLU, then AdaIN. */
    static final class Epilogue implements Model {
        /** lrelu(x + β·noise + b), figure 1b. */
        private static final Elementwise ACTIVATE = Elementwise.withScalars("noiseBias", 4, 0, (x, none) -> {
            Expression sum = x.get(0).add(x.get(1).mul(x.get(2))).add(x.get(3));
            return List.of(sum.gt(0).select(sum, sum.mul(LeakyLayers.SLOPE)));
        });

        /** y_s·x + y_b with y_s = s + 1, equation 1: its bias begins at 1 (appendix C). */
        private static final Elementwise STYLE =
                Elementwise.of((x, s, t) -> x.mul(s.add(1)).add(t));

        private final int channels;
        private final NoisyBias added; // β one per channel
        private final GroupNorm norm;
        private final EqualizedLinear affine; // A

        Epilogue(int latents, int channels, int side) {
            this.channels = channels;
            added = NoisyBias.of(channels, side, channels, 1, 1);
            norm = GroupNorm.instance(channels).epsilon(1e-8);
            affine = EqualizedLinear.of(latents, 2L * channels);
        }

        /** (B, C, H, W) -> (B, C, H, W). */
        Tensor forward(Tensor x, Tensor w, StyleGenerator.Noise source) {
            Tensor noise = added.drawn(source, x.dim(0));
            Tensor sum = ACTIVATE.apply(
                    x, added.strength().value(), noise, added.bias().value());
            Tensor y = norm.forward(sum); // (xᵢ - μ(xᵢ))/σ(xᵢ), equation 1
            Tensor style = affine.forward(w).reshape(w.dim(0), 2, channels, 1, 1); // A: (B, n) -> (B, 2, C, 1, 1)
            return STYLE.apply(y, style.select(1, 0), style.select(1, 1)); // AdaIN(xᵢ, y), equation 1
        }

        @Override
        public Map<String, Layer> children() {
            return Map.of("affine", affine);
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

    /** Two layers with a style each; the first block begins with the learned constant, others with images twice as large. */
    private record Block(EqualizedConv2d first, Epilogue firstStyle, EqualizedConv2d second, Epilogue secondStyle) {
        static Block of(int latents, int inputs, int outputs, int side) {
            return new Block(
                    EqualizedConv2d.of(inputs, outputs, 3)
                            .gain(LeakyLayers.GAIN)
                            .withoutBias(),
                    new Epilogue(latents, outputs, side),
                    EqualizedConv2d.of(outputs, outputs, 3)
                            .gain(LeakyLayers.GAIN)
                            .withoutBias(),
                    new Epilogue(latents, outputs, side));
        }
    }

    /** f and g: z (B, n) -> w (B, n) -> image (B, C, side, side), or smaller while it grows. */
    public static final class Generator implements StyleGenerator {
        private final Mapping mapping;
        private final Parameter constant;
        private final Parameter size;
        private final List<Block> blocks = new ArrayList<>();
        private final List<EqualizedConv2d> toImage = new ArrayList<>();

        /**
         * For images of this size, not yet initialized, and then fully grown.
         *
         * @param channels at most, see {@link StyleGenerator#channels}
         * @throws IllegalArgumentException if the side is not 4, 8, 16, …
         */
        public Generator(int colours, int side, int latents, int depth, int channels) {
            mapping = Mapping.of(latents, StyleGan1.mapping(latents, depth));
            int doublings = StyleGenerator.doublings(side);
            size = Parameter.buffer(Initializer.constant(doublings));
            int inputs = StyleGenerator.channels(channels, 4);
            constant = Parameter.of(Initializer.constant(1), 1, inputs, 4, 4); // figure 1b, 1 at first: appendix C
            for (int i = 0; i <= doublings; i++) {
                int outputs = StyleGenerator.channels(channels, 4 << i);
                blocks.add(Block.of(latents, inputs, outputs, 4 << i));
                toImage.add(EqualizedConv2d.of(outputs, colours, 1));
                inputs = outputs;
            }
        }

        /** Grows, or shrinks, to this size: see {@link Growth#of}. */
        public void grow(double to) {
            size.value().fill(to);
        }

        /** How far it has grown. */
        public Growth growth() {
            return Growth.of(size.value().item());
        }

        @Override
        public int layers() {
            return 2 * blocks.size();
        }

        @Override
        public int activeLayers() {
            return 2 * (growth().level() + 1);
        }

        @Override
        public Mapping mapping() {
            return mapping;
        }

        @Override
        public Tensor synthesize(Tensor styles, Noise noise) {
            Growth growth = growth();
            Tensor learned = constant.value();
            Tensor x = learned.expand(styles.dim(0), learned.dim(1), 4, 4); // (1, C₄, 4, 4) -> (B, C₄, 4, 4)
            Tensor smaller = x;
            for (int i = 0; i <= growth.level(); i++) {
                smaller = x;
                Block block = blocks.get(i);
                if (i > 0) {
                    x = BLUR.forward(doubled(x, block.first)); // -> (B, Cᵢ, 2H, 2W)
                }
                x = block.firstStyle.forward(x, styles.select(1, 2L * i), noise);
                x = block.second.forward(x);
                x = block.secondStyle.forward(x, styles.select(1, 2L * i + 1), noise);
            }
            Tensor image = toImage.get(growth.level()).forward(x); // toRGB: -> (B, C, side, side)
            if (growth.alpha() == 1) {
                return image;
            }
            Tensor before = twice(toImage.get(growth.level() - 1).forward(smaller));
            return growth.fade(before, image); // Karras et al. 2018, figure 2b
        }

        @Override
        public Map<String, Model> children() {
            var children = new LinkedHashMap<String, Model>();
            children.put("mapping", mapping.network());
            for (int i = 0; i < blocks.size(); i++) {
                String side = Integer.toString(4 << i);
                Block block = blocks.get(i);
                if (i > 0) {
                    children.put(side + ".first", block.first);
                }
                children.put(side + ".first_style", block.firstStyle);
                children.put(side + ".second", block.second);
                children.put(side + ".second_style", block.secondStyle);
                children.put(side + ".image", toImage.get(i));
            }
            return children;
        }

        @Override
        public Map<String, Parameter> ownParameters() {
            return Map.of("constant", constant);
        }

        @Override
        public Map<String, Parameter> ownBuffers() {
            var buffers = new LinkedHashMap<String, Parameter>();
            buffers.put("average", mapping.average());
            buffers.put("size", size);
            return buffers;
        }
    }

    // ---------------------------------------------------------------- the discriminator

    /** (B, C, side, side), or smaller while it grows, -> (B, 1): how real images look (Karras et al. 2018, table 2). */
    public static final class Discriminator implements Layer {
        private final Parameter size;
        private final List<EqualizedConv2d> fromImage = new ArrayList<>();

        /** That which halves images of 4·2ⁱ, i from 1 on; at 0 the last one. */
        private final List<Sequential> blocks = new ArrayList<>();

        /**
         * For images of this size, not yet initialized, and then fully grown.
         *
         * @param channels at most, see {@link StyleGenerator#channels}
         * @throws IllegalArgumentException if the side is not 4, 8, 16, …
         */
        public Discriminator(int colours, int side, int channels) {
            int doublings = StyleGenerator.doublings(side);
            size = Parameter.buffer(Initializer.constant(doublings));
            int outputs = StyleGenerator.channels(channels, 4);
            for (int i = 0; i <= doublings; i++) {
                int inputs = StyleGenerator.channels(channels, 4 << i);
                fromImage.add(LEAKY.conv(colours, inputs, 1));
                blocks.add(
                        i == 0 ? new Sequential(LEAKY.last(inputs).toArray(Layer[]::new)) : halving(inputs, outputs));
                outputs = inputs;
            }
        }

        /** (B, I, H, W) -> (B, O, H/2, W/2). */
        private static Sequential halving(int inputs, int outputs) {
            return new Sequential(
                    LEAKY.conv(inputs, inputs, 3),
                    BLUR,
                    LEAKY.conv(inputs, outputs, 3).halving());
        }

        /** Grows, or shrinks, to this size: see {@link Growth#of}. */
        public void grow(double to) {
            size.value().fill(to);
        }

        @Override
        public Tensor forward(Tensor images, Mode mode) {
            Growth growth = Growth.of(size.value().item());
            Tensor x = fromImage.get(growth.level()).forward(images);
            for (int i = growth.level(); i >= 0; i--) {
                x = blocks.get(i).forward(x, mode);
                if (i == growth.level() && growth.alpha() < 1) {
                    Tensor before = fromImage.get(i - 1).forward(images.avgPool2d(2));
                    x = growth.fade(before, x); // Karras et al. 2018, figure 2b
                }
            }
            return x;
        }

        @Override
        public Map<String, Layer> children() {
            var children = new LinkedHashMap<String, Layer>();
            for (int i = 0; i < blocks.size(); i++) {
                children.put((4 << i) + ".image", fromImage.get(i));
                children.put((4 << i) + ".block", blocks.get(i));
            }
            return children;
        }

        @Override
        public Map<String, Parameter> ownBuffers() {
            return Map.of("size", size);
        }
    }
}
