package org.culebra.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.function.Supplier;
import org.culebra.check.GradCheck;
import org.culebra.memory.DType;
import org.culebra.models.StyleGan2.ModulatedConv;
import org.culebra.models.StyleGan2.StyledConv;
import org.culebra.models.StyleGenerator.Noise;
import org.culebra.nn.Model;
import org.culebra.nn.Sequential;
import org.culebra.nn.UpFirDn2d;
import org.culebra.tensor.ConvOptions;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** StyleGAN 2, layer by layer, beside the definitions of its paper. */
class StyleGan2Test {
    private static Tensor normal(long seed, long... dims) {
        return Tensor.normal(Random.seeded(seed), DType.F64, 0, 1, dims);
    }

    private static double meanSquare(Tensor x) {
        return x.square().mean().item();
    }

    private static <M extends Model> M ready(M model) {
        model.initialize(Random.seeded(1));
        return model;
    }

    private static <M extends Model> M inDoubles(Supplier<M> make) {
        M first = make.get();
        first.initialize(Random.seeded(1));
        var state = new LinkedHashMap<String, Tensor>();
        first.state().forEach((path, value) -> state.put(path, value.to(DType.F64)));
        M model = make.get(); // its parameters take the type of the first numbers that they get
        model.load(state);
        return model;
    }

    private static Tensor at(Model model, String path) {
        return java.util.Objects.requireNonNull(model.state().get(path), path);
    }

    // ---------------------------------------------------------------- equations 1 and 3

    /** With weights of its own for each image, as the paper has it. */
    private static Tensor direct(ModulatedConv conv, Tensor x, Tensor w, boolean up, boolean demodulated) {
        Tensor weight = at(conv, "conv.weight").mul(1 / Math.sqrt(3 * 9)); // [O, I, k, k]
        Tensor s = conv.scales(w);
        var images = new ArrayList<Tensor>();
        for (long b = 0; b < x.dim(0); b++) {
            Tensor modulated = weight.mul(s.select(0, b).reshape(1, 3, 1, 1)); // equation 1
            Tensor norm = modulated.square().sum(true, 1, 2, 3).add(1e-8).sqrt();
            Tensor used = demodulated ? modulated.div(norm) : modulated; // equation 3
            Tensor image = x.narrow(0, b, 1);
            images.add(
                    up
                            ? UpFirDn2d.of(1, 3, 3, 1)
                                    .gain(2)
                                    .padding(1, 1)
                                    .forward(image.convTranspose2d(
                                            used.permute(1, 0, 2, 3), ConvOptions.DEFAULT.stride(2)))
                            : image.conv2d(used, ConvOptions.DEFAULT.padding(1)));
        }
        return Tensor.concat(0, images);
    }

    @Test
    void modulationByScalingActivationsIsThatOfWeights() {
        for (boolean up : new boolean[] {false, true}) {
            var conv = inDoubles(() -> new ModulatedConv(5, 3, 4, 3, up));
            Tensor x = normal(2, 3, 3, 6, 6);
            Tensor w = normal(3, 3, 5);
            Tensor s = conv.scales(w);
            Tensor y = conv.convolve(x, s);
            long side = up ? 12 : 6;
            assertArrayEquals(new long[] {3, 4, side, side}, y.shape().dims());
            assertArrayEquals(direct(conv, x, w, up, false).toDoubleArray(), y.toDoubleArray(), 1e-12);
            assertArrayEquals(
                    direct(conv, x, w, up, true).toDoubleArray(),
                    y.mul(conv.demodulation(s)).toDoubleArray(),
                    1e-12);
        }
    }

    @Test
    void gradientsOfBothOrdersOfAModulatedConvolution() {
        for (boolean up : new boolean[] {false, true}) {
            var conv = inDoubles(() -> new ModulatedConv(4, 2, 3, 3, up));
            GradCheck.of(x -> {
                        Tensor s = conv.scales(x.get(1));
                        return conv.convolve(x.get(0), s).mul(conv.demodulation(s));
                    })
                    .order(2)
                    .check(normal(2, 2, 2, 3, 3), normal(3, 2, 4))
                    .orThrow();
        }
    }

    @Test
    void stylesBeginAtOne() {
        var conv = ready(new ModulatedConv(4, 3, 2, 3, false));
        assertArrayEquals(
                new double[] {1, 1, 1}, conv.scales(Tensor.zeros(1, 4)).toDoubleArray());
    }

    // ---------------------------------------------------------------- variances at first

    @Test
    void demodulationGivesUnitVarianceWhateverTheStyles() {
        var conv = ready(new ModulatedConv(16, 32, 32, 3, false));
        Tensor x = Tensor.normal(Random.seeded(2), 0, 1, 8, 32, 16, 16);
        for (double size : new double[] {.1, 1, 50}) {
            Tensor s = conv.scales(Tensor.normal(Random.seeded(3), 0, 1, 8, 16)).mul(size);
            Tensor y = conv.convolve(x, s).mul(conv.demodulation(s));
            // All but the border, where the kernel sees zeros.
            assertEquals(1, meanSquare(y.narrow(2, 1, 14).narrow(3, 1, 14)), .05);
        }
    }

    @Test
    void everyLayerOfTheGeneratorKeepsTheVariance() {
        var layer = ready(new StyledConv(16, 32, 32, 16, false));
        Tensor x = Tensor.normal(Random.seeded(2), 0, 1, 8, 32, 16, 16);
        Tensor y = layer.forward(x, Tensor.normal(Random.seeded(3), 0, 1, 8, 16), Noise.FIXED);
        assertEquals(1.04, meanSquare(y.narrow(2, 1, 14).narrow(3, 1, 14)), .06); // √2·lrelu of N(0, 1)
    }

    @Test
    void theMappingNetworkKeepsTheVariance() {
        Sequential mapping = ready(StyleGan2.mapping(64, 8));
        Tensor z = Tensor.normal(Random.seeded(2), 0, 30, 500, 64); // normalized first
        assertEquals(Math.pow(1.04, 8), meanSquare(mapping.forward(z)), .2); // √2·lrelu of N(0, 1), eight times
        assertEquals(1e4, meanSquare(at(mapping, "1.weight")), 1e3); // rate .01
    }

    // ---------------------------------------------------------------- the generator

    private static StyleGan2.Generator generator(int side) {
        return ready(new StyleGan2.Generator(3, side, 8, 2, 16));
    }

    @Test
    void layersAndShapesAreThoseOfThePaper() {
        for (int side : new int[] {4, 8, 16, 32}) {
            var g = generator(side);
            assertEquals(2 * StyleGenerator.doublings(side) + 2, g.layers());
            Tensor w = g.map(Tensor.normal(Random.seeded(2), 0, 1, 2, 8));
            assertArrayEquals(
                    new long[] {2, 3, side, side},
                    g.synthesize(g.styles(w), Noise.FIXED).shape().dims());
        }
        assertEquals(64, StyleGenerator.channels(64, 16));
        assertEquals(32, StyleGenerator.channels(64, 32));
        assertEquals(1, StyleGenerator.channels(1, 64));
    }

    private static double[] image(StyleGenerator g, Tensor styles, Noise noise) {
        return g.synthesize(styles, noise).toDoubleArray();
    }

    @Test
    void noiseCountsAsMuchAsWasLearned() {
        var g = generator(8);
        Tensor styles = g.styles(g.map(Tensor.normal(Random.seeded(2), 0, 1, 2, 8)));
        double[] plain = image(g, styles, Noise.NONE);
        assertArrayEquals(plain, image(g, styles, Noise.FIXED)); // its strength begins at 0
        at(g, "8.conv.noise_strength").fill(.5);
        assertArrayEquals(plain, image(g, styles, Noise.NONE));
        double[] fixed = image(g, styles, Noise.FIXED);
        assertNotEquals(plain[0], fixed[0]);
        assertArrayEquals(fixed, image(g, styles, Noise.FIXED));
        double[] drawn = image(g, styles, Noise.drawn(Random.seeded(5)));
        assertNotEquals(fixed[0], drawn[0]);
        assertArrayEquals(drawn, image(g, styles, Noise.drawn(Random.seeded(5))));
    }

    @Test
    void mixedStylesAreOfOneWBeforeTheCutAndOfTheOtherFromThereOn() {
        var g = generator(16);
        Tensor a = normal(2, 2, 8);
        Tensor b = normal(3, 2, 8);
        Tensor mixed = g.mix(a, b, 2);
        assertArrayEquals(new long[] {2, 6, 8}, mixed.shape().dims());
        for (int layer = 0; layer < 6; layer++) {
            assertArrayEquals(
                    (layer < 2 ? a : b).toDoubleArray(), mixed.select(1, layer).toDoubleArray());
        }
        assertArrayEquals(g.styles(a).toDoubleArray(), g.mix(a, b, 6).toDoubleArray());
    }

    @Test
    void theAverageOfWFollowsItAndTruncationDrawsTowardsIt() {
        var g = generator(8);
        Tensor w = Tensor.normal(Random.seeded(2), 2, 1, 6, 8);
        double[] mean = w.mean(0).toDoubleArray();
        g.track(w);
        double[] average = g.average().value().toDoubleArray();
        for (int i = 0; i < mean.length; i++) {
            assertEquals(.005 * mean[i], average[i], 1e-7);
        }
        g.track(w);
        assertEquals(.995 * .005 * mean[0] + .005 * mean[0], g.average().value().get(0), 1e-7);
        assertArrayEquals(w.toDoubleArray(), g.truncate(w, 1).toDoubleArray());
        assertEquals(g.average().value().get(0), g.truncate(w, 0).get(3, 0), 1e-7);
        double known = g.average().value().get(0);
        assertEquals(known + .7 * (w.get(3, 0) - known), g.truncate(w, .7).get(3, 0), 1e-6);
    }

    @Test
    void sidesAreFourTimesPowersOfTwo() {
        assertEquals(
                "stylegan: images must be 4, 8, 16, … pixels wide and high, not 28; pad them",
                assertThrows(IllegalArgumentException.class, () -> new StyleGan2.Generator(1, 28, 8, 2, 8))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> StyleGan2.discriminator(1, 2, 8));
    }
}
