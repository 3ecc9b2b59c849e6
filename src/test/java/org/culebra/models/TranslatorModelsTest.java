package org.culebra.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.culebra.nn.Activation;
import org.culebra.nn.Dropout;
import org.culebra.nn.Layer;
import org.culebra.nn.Mode;
import org.culebra.nn.Model;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The networks of pix2pix and CycleGAN. */
class TranslatorModelsTest {
    private static <L extends Layer> L initialized(L layer) {
        layer.initialize(Random.seeded(3));
        return layer;
    }

    private static long[] shape(Layer layer, long... dims) {
        return initialized(layer)
                .forward(Tensor.uniform(Random.seeded(1), -1, 1, dims))
                .shape()
                .dims();
    }

    /** Those that the authors' code prints. */
    @Test
    void theyHaveAsManyParametersAsTheAuthorsOwn() {
        assertEquals(54_413_955, UNet.create(3, 3, 64, 8).parameterCount());
        assertEquals(2_768_705, PatchGan.create(6, 64, 3).parameterCount());
        long biasesBeforeNormalizations = 64 + 128 + 256 + 9 * 2 * 256 + 128 + 64;
        assertEquals(
                11_378_179 - biasesBeforeNormalizations,
                ResnetGenerator.create(3, 3, 64, 9).parameterCount());
    }

    @Test
    void imagesKeepTheirSize() {
        assertArrayEquals(new long[] {2, 3, 32, 32}, shape(UNet.create(1, 3, 2, 5), 2, 1, 32, 32));
        assertArrayEquals(new long[] {2, 1, 8, 8}, shape(UNet.create(1, 1, 2, 3), 2, 1, 8, 8));
        assertArrayEquals(new long[] {2, 3, 28, 28}, shape(ResnetGenerator.create(1, 3, 2, 2), 2, 1, 28, 28));
    }

    @Test
    void outputsAreBetweenMinusOneAndOne() {
        Tensor x = Tensor.uniform(Random.seeded(1), -100, 100, 1, 1, 8, 8);
        for (Layer layer : new Layer[] {UNet.create(1, 2, 4, 3), ResnetGenerator.create(1, 2, 4, 1)}) {
            Tensor y = initialized(layer).forward(x);
            assertTrue(y.abs().max().item() <= 1 && y.abs().max().item() > 0, y::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 16", "2, 34", "3, 70"})
    void aLogitSeesAPatch(int halvings, int patch) {
        Layer critic = initialized(PatchGan.create(1, 2, halvings, n -> Activation.named("none", x -> x)));
        try (var tape = Tape.open()) {
            Tensor x = Tensor.uniform(Random.seeded(1), -1, 1, 1, 1, 96, 96);
            Tensor logits = critic.forward(x);
            long middle = logits.dim(2) / 2;
            Tensor one = logits.narrow(2, middle, 1).narrow(3, middle, 1).sum();
            Tensor slope = tape.gradient(one, x).reshape(96, 96).abs();
            assertEquals(patch, slope.max(1).gt(0).sum().itemAsLong());
            assertEquals(patch, slope.max(0).gt(0).sum().itemAsLong());
        }
    }

    @Test
    void patchesAreCounted() {
        assertArrayEquals(new long[] {2, 1, 2, 2}, shape(PatchGan.create(4, 2, 3), 2, 4, 32, 32));
        assertArrayEquals(new long[] {2, 1, 30, 30}, shape(PatchGan.instanceNormalized(3, 2, 3), 2, 3, 256, 256));
    }

    /** Section 3.2.1 of pix2pix: what the deepest level cannot carry goes past it. */
    @Test
    void theSkipsOfAUNetCarryWhatTheBottleneckDoesNot() {
        Layer net = initialized(UNet.create(1, 1, 2, 3));
        Tensor x = Tensor.zeros(1, 1, 8, 8);
        Tensor other = Tensor.uniform(Random.seeded(1), -1, 1, 1, 1, 8, 8);
        net.state().forEach((path, value) -> {
            if (value.rank() == 4 && value.dim(0) == 8 && path.endsWith("weight")) {
                value.fill(0); // the innermost, C512: what goes through the bottleneck is nothing
            }
        });
        assertTrue(net.forward(x).sub(net.forward(other)).abs().max().item() > 0);
    }

    @ParameterizedTest
    @CsvSource({"3, 1", "5, 2", "6, 3", "8, 3"})
    void theInnermostDecoderLayersDropHalf(int halvings, int expected) {
        assertEquals(expected, dropouts(UNet.create(1, 1, 1, halvings)));
    }

    private static long dropouts(Model model) {
        long inside = model.children().values().stream()
                .mapToLong(TranslatorModelsTest::dropouts)
                .sum();
        return inside + (model instanceof Dropout ? 1 : 0);
    }

    @Test
    void dropoutIsTheNoise() {
        Layer net = initialized(UNet.create(1, 1, 4, 5));
        Tensor x = Tensor.uniform(Random.seeded(1), -1, 1, 4, 1, 32, 32);
        Mode training = Mode.training(Random.seeded(2));
        assertTrue(net.forward(x, training)
                        .sub(net.forward(x, training))
                        .abs()
                        .max()
                        .item()
                > 0);
        assertEquals(0, net.forward(x).sub(net.forward(x)).abs().max().item());
    }

    @Test
    void badSizesAreExplained() {
        says("unet: at least 2 halvings, not 1", () -> UNet.create(1, 1, 4, 1));
        says("patchGan: at least 1 halving, not 0", () -> PatchGan.create(1, 4, 0));
        says("resnetGenerator: at least 1 block, not 0", () -> ResnetGenerator.create(1, 1, 4, 0));
        Tensor odd = Tensor.zeros(2, 1, 30, 32);
        says(
                "unet: needs images [B, C, H, W] whose sides are multiples of 8\n  given   f32[2, 1, 30, 32]\n"
                        + "  hint: resize or pad them",
                () -> initialized(UNet.create(1, 1, 2, 3)).forward(odd));
        says(
                "resnetGenerator: needs images [B, C, H, W] whose sides are multiples of 4\n  given   f32[2, 1, 30, 32]\n"
                        + "  hint: resize or pad them",
                () -> initialized(ResnetGenerator.create(1, 1, 2, 1)).forward(odd));
    }

    private static void says(String message, Runnable action) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, action::run).getMessage());
    }
}
