package org.culebra.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.function.Supplier;
import org.culebra.check.GradCheck;
import org.culebra.memory.DType;
import org.culebra.models.StyleGan1.Epilogue;
import org.culebra.models.StyleGan1.Growth;
import org.culebra.models.StyleGenerator.Noise;
import org.culebra.nn.EqualizedConv2d;
import org.culebra.nn.Layer;
import org.culebra.nn.Model;
import org.culebra.nn.Sequential;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** StyleGAN, layer by layer, beside the definitions of its paper. */
class StyleGan1Test {
    private static Tensor normal(long seed, long... dims) {
        return Tensor.normal(Random.seeded(seed), DType.F64, 0, 1, dims);
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
        return Objects.requireNonNull(model.state().get(path), path);
    }

    @Test
    void doublingInOneConvolutionIsDoublingAndAConvolution() {
        var conv = inDoubles(() -> EqualizedConv2d.of(3, 4, 3).withoutBias());
        Tensor x = normal(2, 2, 3, 5, 6);
        assertArrayEquals(
                conv.forward(StyleGan1.twice(x)).toDoubleArray(),
                StyleGan1.doubled(x, conv).toDoubleArray(),
                1e-12);
    }

    // ---------------------------------------------------------------- AdaIN

    @Test
    void adaptiveNormalizationSetsMeanAndDeviationOfEachChannel() {
        var epilogue = inDoubles(() -> new Epilogue(4, 3, 5));
        Tensor w = normal(3, 2, 4);
        Tensor y = epilogue.forward(normal(2, 2, 3, 5, 5), w, Noise.NONE);
        // Equation 1, with a scale of s + 1.
        Tensor style = w.matmul(at(epilogue, "affine.weight").div(2).transpose()); // √4
        for (long b = 0; b < 2; b++) {
            for (long c = 0; c < 3; c++) {
                Tensor channel = y.select(0, b).select(0, c);
                assertEquals(style.get(b, 3 + c), channel.mean().item(), 1e-9);
                double deviation = Math.abs(style.get(b, c) + 1);
                assertEquals(deviation, Math.sqrt(channel.variance(0, false).item()), 1e-6);
            }
        }
    }

    @Test
    void noiseComesBeforeTheBiasAndTheActivation() {
        var epilogue = inDoubles(() -> new Epilogue(4, 2, 3));
        at(epilogue, "noise_strength").assign(Tensor.of(new double[] {.5, 0}, 2, 1, 1));
        at(epilogue, "bias").assign(Tensor.of(new double[] {.1, -.2}, 2, 1, 1));
        Tensor x = normal(2, 1, 2, 3, 3);
        Tensor noisy = x.add(at(epilogue, "noise").mul(Tensor.of(new double[] {.5, 0}, 2, 1, 1)));
        Tensor active = noisy.add(Tensor.of(new double[] {.1, -.2}, 2, 1, 1)).leakyRelu(.2);
        Tensor centred = active.sub(active.mean(true, 2, 3));
        Tensor unit = centred.div(centred.square().mean(true, 2, 3).add(1e-8).sqrt());
        Tensor y = epilogue.forward(x, Tensor.zeros(DType.F64, 1, 4), Noise.FIXED); // no style: s = t = 0
        assertArrayEquals(unit.toDoubleArray(), y.toDoubleArray(), 1e-9);
    }

    @Test
    void gradientsOfALayer() {
        var epilogue = inDoubles(() -> new Epilogue(4, 2, 3));
        at(epilogue, "noise_strength").fill(.5);
        GradCheck.of(x -> epilogue.forward(x.get(0), x.get(1), Noise.FIXED))
                .order(2)
                .check(normal(2, 2, 2, 3, 3), normal(3, 2, 4))
                .orThrow();
    }

    // ---------------------------------------------------------------- growing

    @Test
    void sizesGrowByPhases() {
        double[] expected = {1, 1, 1, 1.5, 2, 2, 2, 2.25, 3, 3, 3};
        long[] images = {0, 50, 100, 150, 200, 250, 300, 325, 400, 500, 900};
        for (int i = 0; i < images.length; i++) {
            assertEquals(expected[i], Growth.after(images[i], 100, 1, 3), 1e-12, images[i] + " images");
        }
        assertEquals(new Growth(0, 1), Growth.of(0));
        assertEquals(new Growth(2, .5), Growth.of(1.5));
        assertEquals(new Growth(2, 1), Growth.of(2));
        assertEquals(16, Growth.of(1.5).side());
    }

    @Test
    void realImagesShrinkAndFadeLikeGeneratedOnes() {
        Tensor x = normal(2, 2, 1, 16, 16);
        assertArrayEquals(x.toDoubleArray(), Growth.of(2).shrink(x).toDoubleArray());
        Tensor small = x.avgPool2d(2);
        assertArrayEquals(small.toDoubleArray(), Growth.of(1).shrink(x).toDoubleArray());
        Tensor expected = StyleGan1.twice(small).mul(.75).add(x.mul(.25));
        assertArrayEquals(expected.toDoubleArray(), Growth.of(1.25).shrink(x).toDoubleArray(), 1e-12);
    }

    @Test
    void whatFadesInBeginsWithNothing() {
        var g = inDoubles(() -> new StyleGan1.Generator(3, 32, 8, 2, 8));
        var d = inDoubles(() -> new StyleGan1.Discriminator(3, 32, 8));
        Tensor styles = g.styles(g.map(normal(2, 4, 8)));
        assertEquals(8, g.layers());
        for (int size = 0; size < 3; size++) {
            g.grow(size);
            d.grow(size);
            assertEquals(2 * (size + 1), g.activeLayers());
            Tensor before = g.synthesize(styles, Noise.NONE);
            Tensor judged = d.forward(before);
            long side = 4L << size;
            assertArrayEquals(new long[] {4, 3, side, side}, before.shape().dims());
            assertArrayEquals(new long[] {4, 1}, judged.shape().dims());
            g.grow(size + 1e-9);
            d.grow(size + 1e-9);
            Tensor after = g.synthesize(styles, Noise.NONE);
            assertArrayEquals(StyleGan1.twice(before).toDoubleArray(), after.toDoubleArray(), 1e-6);
            assertArrayEquals(
                    judged.toDoubleArray(), d.forward(StyleGan1.twice(before)).toDoubleArray(), 1e-6);
        }
    }

    @Test
    void halfGrownIsHalfOfEach() {
        var g = inDoubles(() -> new StyleGan1.Generator(1, 8, 8, 2, 8));
        Tensor styles = g.styles(g.map(normal(2, 2, 8)));
        g.grow(0);
        Tensor small = StyleGan1.twice(g.synthesize(styles, Noise.FIXED));
        g.grow(1);
        Tensor large = g.synthesize(styles, Noise.FIXED);
        g.grow(.5);
        assertArrayEquals(
                small.add(large).div(2).toDoubleArray(),
                g.synthesize(styles, Noise.FIXED).toDoubleArray(),
                1e-12);
        assertEquals(new Growth(1, .5), g.growth());
    }

    // ---------------------------------------------------------------- at first

    @Test
    void theConstantIsOneAndVariancesStayWhatTheyAre() {
        var g = new StyleGan1.Generator(1, 8, 64, 8, 8);
        g.initialize(Random.seeded(1));
        double[] ones = at(g, "constant").toDoubleArray();
        assertEquals(8 * 16, java.util.Arrays.stream(ones).sum());
        Sequential mapping = g.mapping().network();
        double square = mapping.forward(Tensor.normal(Random.seeded(2), 0, 3, 500, 64))
                .square()
                .mean()
                .item();
        assertEquals(Math.pow(1.04, 8), square, .2);
        var d = new StyleGan1.Discriminator(1, 8, 64);
        d.initialize(Random.seeded(1));
        Layer first = Objects.requireNonNull(d.children().get("8.image"));
        Tensor x = first.forward(Tensor.normal(Random.seeded(2), 0, 1, 16, 1, 8, 8));
        assertEquals(1.04, x.square().mean().item(), .3);
    }
}
