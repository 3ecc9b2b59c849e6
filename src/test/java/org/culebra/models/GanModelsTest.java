package org.culebra.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.culebra.models.Dcgan.Normalization;
import org.culebra.nn.Layer;
import org.culebra.nn.Mode;
import org.culebra.nn.Model;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Shapes, sizes and first weights of the GANs. */
class GanModelsTest {
    private static <M extends Model> M ready(M model) {
        model.initialize(Random.seeded(5));
        return model;
    }

    private static long[] shape(Layer layer, Tensor x) {
        return ready(layer).forward(x).shape().dims();
    }

    private static String message(Executable action) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, action).getMessage());
    }

    @Test
    void pointsAreMadeAndJudgedInPacks() {
        assertArrayEquals(new long[] {7, 2}, shape(PacGan.generator(), Tensor.ones(7, 2)));
        assertArrayEquals(new long[] {7, 1}, shape(PacGan.discriminator(1, false), Tensor.ones(7, 2)));
        assertArrayEquals(new long[] {7, 1}, shape(PacGan.discriminator(3, true), Tensor.ones(7, 6)));
        // 2·400 + 3·400² + 4·2·400 + 400·2 + 2 and 2·1000 + 2·200·1000 + 3·1000 + 200 + 1
        assertEquals(484_802, PacGan.generator().parameterCount());
        assertEquals(405_201, PacGan.discriminator(1, false).parameterCount());
        assertEquals(
                "packing: at least 1 example at a time is needed, not 0",
                message(() -> PacGan.discriminator(0, false)));
    }

    @Test
    void imagesOfAllSidesAreMadeAndJudged() {
        for (int side : new int[] {8, 14, 28, 32, 64}) {
            for (int channels : new int[] {1, 3}) {
                var dcgan = new Dcgan(side, channels, 4, 10);
                assertArrayEquals(
                        new long[] {2, channels, side, side}, shape(dcgan.generator(), Tensor.ones(2, 10)), "" + side);
                for (Normalization normalization : Normalization.values()) {
                    Layer d = dcgan.discriminator(normalization, 2);
                    assertArrayEquals(new long[] {2, 1}, shape(d, Tensor.ones(2, 2L * channels, side, side)));
                }
            }
        }
    }

    @Test
    void theSidesAreThoseOfThePaper() {
        var paper = new Dcgan(64, 3, 128, 100);
        assertEquals(1024 * 4 * 4, paper.featureCount());
        // 100 → 1024·4·4, then 512, 256, 128 and 3 channels; scales and shifts of the normalizations; the last bias
        long weights = 100L * 1024 * 16 + 16L * (1024 * 512 + 512 * 256 + 256 * 128 + 128 * 3);
        assertEquals(
                weights + 2 * (1024 + 512 + 256 + 128) + 3, paper.generator().parameterCount());
    }

    @Test
    void firstWeightsAreThoseOfThePaper() {
        Layer g = ready(Dcgan.of(28, 1).generator());
        Map<String, Tensor> state = g.state();
        for (var entry : state.entrySet()) {
            Tensor value = entry.getValue();
            if (entry.getKey().endsWith("weight")) {
                boolean scale = value.rank() == 1;
                double tolerance = 5 * .02 / Math.sqrt((double) value.size());
                assertEquals(scale ? 1 : 0, value.mean().item(), tolerance, entry.getKey());
                assertEquals(.02, value.standardDeviation().item(), tolerance, entry.getKey());
            } else if (entry.getKey().endsWith("bias")) {
                assertEquals(0, value.abs().max().item(), entry.getKey());
            }
        }
    }

    @Test
    void aDiscriminatorWithoutBatchNormalizationJudgesEachImageForItself() {
        Tensor all = Tensor.normal(Random.seeded(1), 0, 1, 3, 1, 16, 16);
        Tensor twice = Tensor.concat(0, all.narrow(0, 0, 1), all.narrow(0, 0, 1));
        for (Normalization normalization : Normalization.values()) {
            // In training, as the penalties see it. A pass changes the vectors of spectral normalization: each has a
            // net of its own.
            Layer one = ready(new Dcgan(16, 1, 4, 4).discriminator(normalization, 1));
            Layer other = ready(new Dcgan(16, 1, 4, 4).discriminator(normalization, 1));
            double among = one.forward(all, Mode.training(Random.seeded(2))).get(0, 0);
            double alone = other.forward(twice, Mode.training(Random.seeded(2))).get(0, 0);
            if (normalization == Normalization.BATCH) {
                assertNotEquals(among, alone, 1e-6);
            } else {
                assertEquals(among, alone, 1e-6, normalization.name());
            }
        }
    }

    @Test
    void theLabelMattersToBothSides() {
        var model = new ConditionalDcgan(new Dcgan(8, 1, 4, 6), 3);
        var g = ready(model.generator());
        var d = ready(model.discriminator(Normalization.NONE));
        Tensor z = Tensor.normal(Random.seeded(2), 0, 1, 1, 6).expand(3, 6);
        Tensor labels = Tensor.of(new long[] {0, 1, 2});
        Tensor images = g.forward(z, labels, Mode.EVALUATION);
        assertArrayEquals(new long[] {3, 1, 8, 8}, images.shape().dims());
        assertTrue(images.select(0, 0).sub(images.select(0, 1)).abs().max().item() > 1e-4);
        Tensor same = images.select(0, 0).unsqueeze(0).expand(3, 1, 8, 8);
        Tensor scores = d.forward(same, labels, Mode.EVALUATION);
        assertArrayEquals(new long[] {3, 1}, scores.shape().dims());
        assertNotEquals(scores.get(0, 0), scores.get(1, 0), 1e-9);
    }

    @Test
    void theProjectionIsTheFeaturesAlongTheLabel() {
        var d = ready(new ConditionalDcgan(new Dcgan(8, 1, 4, 6), 2).discriminator(Normalization.NONE));
        Tensor x = Tensor.normal(Random.seeded(3), 0, 1, 2, 1, 8, 8);
        Tensor labels = Tensor.of(new long[] {1, 0});
        Tensor phi = d.features().forward(x);
        Tensor expected = d.score()
                .forward(phi)
                .add(phi.mul(d.directions().forward(labels)).sum(true, 1));
        assertArrayEquals(
                expected.toFloatArray(), d.forward(x, labels, Mode.EVALUATION).toFloatArray(), 1e-6f);
    }

    @Test
    void everyParameterOfAConditionalPairLearns() {
        var model = new ConditionalDcgan(new Dcgan(8, 1, 4, 6), 2);
        var g = ready(model.generator());
        var d = ready(model.discriminator(Normalization.BATCH));
        Tensor labels = Tensor.of(new long[] {0, 1, 0, 1});
        var mode = Mode.training(Random.seeded(4));
        try (var tape = Tape.open()) {
            Tensor images = g.forward(Tensor.normal(mode.random(), 0, 1, 4, 6), labels, mode);
            var gradients =
                    tape.gradients(d.forward(images, labels, mode).square().sum());
            for (Model each : List.of(g, d)) {
                for (Tensor parameter : each.parameters()) {
                    assertTrue(gradients.orZero(parameter).abs().max().item() > 0, parameter::describe);
                }
            }
        }
    }

    @Test
    void whatCannotBeIsSaid() {
        assertEquals(
                "dcgan: the side must be a number of at least 4, doubled at least once, not 27",
                message(() -> Dcgan.of(27, 1)));
        assertEquals(
                "dcgan: the side must be a number of at least 4, doubled at least once, not 6",
                message(() -> Dcgan.of(6, 1)));
        assertEquals(
                "dcgan: channels, width and latents must be positive, not 1, 0 and 100",
                message(() -> new Dcgan(28, 1, 0, 100)));
        assertEquals(
                "packing: at least 1 example at a time is needed, not -1",
                message(() -> Dcgan.of(28, 1).discriminator(Normalization.NONE, -1)));
        assertEquals(
                "conditional dcgan: at least 1 class is needed, not 0",
                message(() -> new ConditionalDcgan(Dcgan.of(28, 1), 0)));
    }
}
