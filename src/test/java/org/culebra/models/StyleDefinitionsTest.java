package org.culebra.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.culebra.memory.DType;
import org.culebra.models.StyleGan1.Epilogue;
import org.culebra.models.StyleGenerator.Noise;
import org.culebra.nn.MinibatchDeviation;
import org.culebra.nn.Model;
import org.culebra.tensor.ConvOptions;
import org.culebra.tensor.Interpolation;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Both StyleGANs' convolutions, one after the other as their papers define them: plain convolutions, filters, means and sums. */
class StyleDefinitionsTest {
    private static final double ROOT2 = Math.sqrt(2);

    private static Tensor normal(long seed, long... dims) {
        return Tensor.normal(Random.seeded(seed), DType.F64, 0, 1, dims);
    }

    /** All numbers drawn, also those that begin as 0 or 1: a bias that is left out is to be seen. */
    private static <M extends Model> M drawn(Supplier<M> make) {
        M first = make.get();
        first.initialize(Random.seeded(1));
        var state = new LinkedHashMap<String, Tensor>();
        long seed = 10;
        for (var entry : first.state().entrySet()) {
            Tensor value = entry.getValue();
            boolean learned = first.parametersByPath().containsKey(entry.getKey());
            state.put(entry.getKey(), learned ? normal(seed++, value.shape().dims()) : value.to(DType.F64));
        }
        M model = make.get(); // its parameters take the type of the first numbers that they get
        model.load(state);
        return model;
    }

    private record Weights(Map<String, Tensor> state) {
        /** g·W/√fan-in. */
        Tensor weight(String path, double gain) {
            Tensor w = Objects.requireNonNull(state.get(path + ".weight"), path);
            long fan = w.size() / w.dim(0);
            return w.mul(gain / Math.sqrt((double) fan));
        }

        Tensor bias(String path) {
            Tensor b = Objects.requireNonNull(state.get(path + ".bias"), path);
            return b.reshape(b.size(), 1, 1);
        }

        /** W ⋆ x without its bias, of the same size. */
        Tensor conv(String path, double gain, Tensor x) {
            Tensor w = weight(path, gain);
            return x.conv2d(w, ConvOptions.DEFAULT.padding((int) w.dim(2) / 2));
        }

        Tensor linear(String path, double gain, Tensor x) {
            Tensor b = Objects.requireNonNull(state.get(path + ".bias"), path);
            return x.matmul(weight(path, gain).transpose()).add(b);
        }
    }

    /** Each map convolved with the product of these taps, divided by their sum, along both axes. */
    private static Tensor filtered(Tensor x, int stride, int padding, double... taps) {
        Tensor f = Tensor.of(taps, taps.length);
        Tensor unit = f.div(f.sum());
        Tensor kernel = unit.unsqueeze(1).mul(unit).reshape(1, 1, taps.length, taps.length);
        Tensor maps = x.reshape(x.dim(0) * x.dim(1), 1, x.dim(2), x.dim(3));
        Tensor y = maps.conv2d(kernel, ConvOptions.DEFAULT.stride(stride).padding(padding));
        return y.reshape(x.dim(0), x.dim(1), y.dim(2), y.dim(3));
    }

    private static void assertSame(Tensor expected, Tensor actual) {
        assertArrayEquals(expected.shape().dims(), actual.shape().dims());
        assertArrayEquals(
                expected.toDoubleArray(),
                actual.toDoubleArray(),
                1e-5 * expected.abs().max().item());
    }

    /** Karras et al. 2018, table 2, from 4×4 on: minibatch deviation, 3×3, all to one layer, one score. */
    private static Tensor end(Weights w, String path, int layer, double weights, double output, Tensor x) {
        String at = path + (layer + 1);
        Tensor y = new MinibatchDeviation().forward(x);
        y = w.conv(at, weights, y).add(w.bias(at)).leakyRelu(.2).mul(output).flatten(1);
        y = w.linear(path + (layer + 3), weights, y).leakyRelu(.2).mul(output);
        return w.linear(path + (layer + 4), 1, y);
    }

    @Test
    void theFirstDiscriminator() {
        var d = drawn(() -> new StyleGan1.Discriminator(2, 8, 3));
        var w = new Weights(d.state());
        Tensor images = normal(2, 4, 2, 8, 8);
        Tensor x = w.conv("8.image", ROOT2, images).add(w.bias("8.image")).leakyRelu(.2);
        x = w.conv("8.block.0", ROOT2, x).add(w.bias("8.block.0")).leakyRelu(.2);
        x = filtered(x, 1, 1, 1, 2, 1); // section 2: before each downsampling
        x = w.conv("8.block.2", ROOT2, x).avgPool2d(2).add(w.bias("8.block.2")).leakyRelu(.2);
        assertSame(end(w, "4.block.", 0, ROOT2, 1, x), d.forward(images));
    }

    @Test
    void theSecondDiscriminator() {
        var d = drawn(() -> StyleGan2.discriminator(2, 8, 3));
        var w = new Weights(d.state());
        Tensor images = normal(2, 4, 2, 8, 8);
        Tensor x = w.conv("0", 1, images).add(w.bias("0")).leakyRelu(.2).mul(ROOT2);
        Tensor inner =
                w.conv("1.inner.0", 1, x).add(w.bias("1.inner.0")).leakyRelu(.2).mul(ROOT2);
        Tensor blurred = filtered(inner, 1, 2, 1, 3, 3, 1); // (B, C, 8, 8) -> (B, C, 9, 9)
        Tensor halved = blurred.conv2d(w.weight("1.inner.2", 1), ConvOptions.DEFAULT.stride(2)) // -> (B, C, 4, 4)
                .add(w.bias("1.inner.2"))
                .leakyRelu(.2)
                .mul(ROOT2);
        Tensor across = w.conv("1.shortcut.1", 1, filtered(x, 2, 1, 1, 3, 3, 1));
        x = halved.add(across).div(ROOT2); // figure 7c
        assertSame(end(w, "", 2, 1, ROOT2, x), d.forward(images));
    }

    @Test
    void theFirstGenerator() {
        var g = drawn(() -> new StyleGan1.Generator(2, 8, 4, 1, 3));
        var w = new Weights(g.state());
        Tensor styles = normal(3, 2, 4, 4); // (B, L, n)
        Tensor x = Objects.requireNonNull(g.state().get("constant")).expand(2, 3, 4, 4);
        x = style(g, "4.first_style", x, styles, 0);
        x = style(g, "4.second_style", w.conv("4.second", ROOT2, x), styles, 1);
        x = w.conv("8.first", ROOT2, x.upsample(Interpolation.NEAREST, 2, 2));
        x = filtered(x, 1, 1, 1, 2, 1); // section 2: after each upsampling
        x = style(g, "8.first_style", x, styles, 2);
        x = style(g, "8.second_style", w.conv("8.second", ROOT2, x), styles, 3);
        assertSame(w.conv("8.image", 1, x).add(w.bias("8.image")), g.synthesize(styles, Noise.FIXED));
    }

    /** {@link StyleGan1Test} has what is inside. */
    private static Tensor style(StyleGan1.Generator g, String path, Tensor x, Tensor styles, int layer) {
        var epilogue = (Epilogue) Objects.requireNonNull(g.children().get(path), path);
        return epilogue.forward(x, styles.select(1, layer), Noise.FIXED);
    }
}
