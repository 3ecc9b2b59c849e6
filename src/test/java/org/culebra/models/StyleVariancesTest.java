package org.culebra.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.culebra.nn.EqualizedConv2d;
import org.culebra.nn.Layer;
import org.culebra.nn.Mode;
import org.culebra.nn.Model;
import org.culebra.nn.Sequential;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

/**
 * Mean squares of what each layer of a StyleGAN makes with its first weights, beside those that can be calculated: equalized learning
 * rate is there so that they stay what they are.
 *
 * <p>Weights are independent of mean 0 and variance 1, so that over all first weights the mean square of a convolution is g² times the
 * mean square of what its kernel sees, and √2 in front of a leaky ReLU (or behind) makes ½·2·(1 + .2²) = 1.04 of it. Features that are
 * the same all over a map go through every filter; white noise does not.
 */
class StyleVariancesTest {
    /** E (√2·lrelu(x))² of x ~ N(0, 1), or of any x with a symmetric density of variance 1. */
    private static final double LEAKY = 1.04;

    /** (E √2·lrelu(x))² of x ~ N(0, 1): lrelu(x) is .6x + .4|x|, and E|x| = √(2/π). */
    private static final double CONSTANT = 2 * .4 * .4 * 2 / Math.PI;

    /** Share of white noise that 1-3-3-1 leaves along both axes: (Σf²)². */
    private static final double FILTERED = Math.pow(20 / 64., 2);

    /** What the filter leaves of the leaky ReLU of white noise: the constant part, and a share of the rest, which is white again. */
    private static final double FILTERED_LEAKY = CONSTANT + (LEAKY - CONSTANT) * FILTERED;

    private static final int FIRST_WEIGHTS = 300;
    private static final int CHANNELS = 32;
    private static final double TOLERANCE = .03;

    /** The same all over each map: (8, C, S, S). */
    private static Tensor flat(int channels, int side) {
        return Tensor.normal(Random.seeded(9), 0, 1, 8, channels, 1, 1).expand(8, channels, side, side);
    }

    private static Tensor white(int channels, int side) {
        return Tensor.normal(Random.seeded(9), 0, 1, 4, channels, side, side);
    }

    private static double meanSquare(Tensor x) {
        return x.square().mean().item();
    }

    /** Mean square of the output over that of the input, in the mean over many first weights, but for a border of the output. */
    private static double ratio(Supplier<? extends Layer> make, Tensor x, long border) {
        double sum = 0;
        Random random = Random.seeded(1);
        for (int i = 0; i < FIRST_WEIGHTS; i++) {
            Layer layer = make.get();
            layer.initialize(random);
            sum += Tape.scoped(() -> {
                        Tensor y = layer.forward(x);
                        return border == 0
                                ? y.square().mean()
                                : y.narrow(2, border, y.dim(2) - 2 * border)
                                        .narrow(3, border, y.dim(3) - 2 * border)
                                        .square()
                                        .mean();
                    })
                    .item();
        }
        return sum / FIRST_WEIGHTS / meanSquare(x);
    }

    private static void assertRatio(double expected, Supplier<? extends Layer> make, Tensor x, long border) {
        assertEquals(expected, ratio(make, x, border), TOLERANCE * expected, () -> make.get() + " of " + x.describe());
    }

    // ---------------------------------------------------------------- StyleGAN 2

    private static Layer second(int index) {
        return StyleGan2.discriminator(1, 16, CHANNELS).layers().get(index);
    }

    @Test
    void theSecondDiscriminatorSeesImagesAsTheyAre() {
        assertRatio(LEAKY, () -> second(0), white(1, 16), 0);
    }

    @Test
    void everyBlockOfTheSecondDiscriminatorKeepsWhatItsFiltersLetThrough() {
        double flat = (LEAKY * LEAKY + 1) / 2; // two convolutions with leaky ReLU, and a linear one, halved by √½
        assertRatio(flat, () -> second(1), flat(CHANNELS, 16), 2);
        double white = (LEAKY * FILTERED_LEAKY + FILTERED) / 2; // .197
        assertRatio(white, () -> second(1), white(CHANNELS, 16), 2);
    }

    private static void assertLastLayersKeepTheVariance(Supplier<Sequential> whole, int end) {
        // With a border of zeros, 2 or 3 of 3 places along each axis are inside: 10 of 12 on 4×4 maps.
        assertRatio(LEAKY * Math.pow(10 / 12., 2), () -> whole.get().layers().get(end + 1), flat(CHANNELS + 1, 4), 0);
        Tensor features = Tensor.normal(Random.seeded(9), 0, 1, 32, 16 * CHANNELS);
        assertRatio(LEAKY, () -> whole.get().layers().get(end + 3), features, 0);
        assertRatio(1, () -> whole.get().layers().get(end + 4), features.narrow(1, 0, CHANNELS), 0);
    }

    @Test
    void theLastLayersOfTheSecondDiscriminatorKeepTheVariance() {
        assertLastLayersKeepTheVariance(() -> StyleGan2.discriminator(1, 4, CHANNELS), 1);
    }

    // ---------------------------------------------------------------- StyleGAN

    private static Layer first(String path) {
        return Objects.requireNonNull(
                new StyleGan1.Discriminator(1, 16, CHANNELS).children().get(path), path);
    }

    @Test
    void theFirstDiscriminatorSeesImagesAsTheyAre() {
        assertRatio(LEAKY, () -> first("16.image"), white(1, 16), 0);
    }

    @Test
    void everyBlockOfTheFirstDiscriminatorKeepsWhatItsFiltersLetThrough() {
        assertRatio(LEAKY * LEAKY, () -> first("16.block"), flat(CHANNELS, 16), 2);
        // 1-2-1 and then the mean of two neighbours are 1-3-3-1 together.
        assertRatio(LEAKY * FILTERED_LEAKY, () -> first("16.block"), white(CHANNELS, 16), 2);
    }

    @Test
    void theLastLayersOfTheFirstDiscriminatorKeepTheVariance() {
        assertLastLayersKeepTheVariance(() -> (Sequential) first("4.block"), 0);
    }

    private static EqualizedConv2d convolution(String path) {
        Model model = new StyleGan1.Generator(1, 16, 4, 1, CHANNELS).children().get(path);
        return (EqualizedConv2d) Objects.requireNonNull(model, path);
    }

    /** √2 is on the weights: what the noise is added to has twice the mean square, and after the leaky ReLU 1.04 of it is left. */
    @Test
    void theFirstGeneratorsConvolutionsMakeUpForTheActivation() {
        assertRatio(2, () -> convolution("16.second"), white(CHANNELS, 16), 1);
        assertRatio(2, () -> doubling(convolution("16.first")), flat(CHANNELS, 8), 1);
        assertRatio(1, () -> convolution("16.image"), white(CHANNELS, 16), 0);
    }

    private static Layer doubling(EqualizedConv2d conv) {
        return new Layer() {
            @Override
            public Tensor forward(Tensor x, Mode mode) {
                return StyleGan1.doubled(x, conv);
            }

            @Override
            public Map<String, Layer> children() {
                return Map.of("conv", conv);
            }
        };
    }
}
