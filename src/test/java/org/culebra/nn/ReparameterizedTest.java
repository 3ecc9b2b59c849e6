package org.culebra.nn;

import static org.culebra.nn.LayerCheck.assertClose;
import static org.culebra.nn.LayerCheck.at;
import static org.culebra.nn.LayerCheck.gradients;
import static org.culebra.nn.LayerCheck.inDoubles;
import static org.culebra.nn.LayerCheck.message;
import static org.culebra.nn.LayerCheck.normal;
import static org.culebra.nn.LayerCheck.ready;
import static org.culebra.nn.LayerCheck.roundTrip;
import static org.culebra.nn.LayerCheck.training;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Map;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Weight and spectral normalization. */
class ReparameterizedTest {
    @Test
    void theWeightIsALengthAndADirection() {
        WeightNorm layer = WeightNorm.of(Linear.of(2, 2));
        layer.load(Map.of(
                "bias", Tensor.of(new double[] {0, 1}),
                "parametrizations.weight.original0", Tensor.of(new double[] {10, 2}, 2, 1),
                "parametrizations.weight.original1", Tensor.of(new double[] {3, 4, 0, 5}, 2, 2)));
        assertClose(new double[] {6 + 8, 2 + 1}, layer.forward(Tensor.of(new double[] {1, 1}, 1, 2)), 1e-14);
    }

    @Test
    void atFirstNothingIsChanged() {
        Layer plain = ready(Conv2d.of(2, 3, 2));
        Layer normalized = ready(WeightNorm.of(Conv2d.of(2, 3, 2)));
        Tensor x = normal(1, 1, 2, 4, 4).to(DType.F32);
        assertArrayEquals(plain.forward(x).toFloatArray(), normalized.forward(x).toFloatArray(), 1e-6f);
    }

    @Test
    void theLargestSingularValueBecomesOne() {
        // Singular values 5, 3 and 1 between orthogonal matrices.
        Tensor left = Initializer.orthogonal(1).draw(Random.seeded(1), org.culebra.tensor.Shape.of(3, 3));
        Tensor right = Initializer.orthogonal(1).draw(Random.seeded(2), org.culebra.tensor.Shape.of(3, 3));
        Tensor values = Tensor.of(new float[] {5, 3, 1});
        Tensor weight = left.mul(values).matmul(right);
        SpectralNorm layer = ready(SpectralNorm.of(Linear.of(3, 3).withoutBias()));
        layer.ownParameters().values().iterator().next().assign(weight);
        for (int i = 0; i < 40; i++) {
            layer.forward(Tensor.zeros(1, 3), training());
        }
        assertArrayEquals(
                weight.div(5).transpose().toFloatArray(),
                layer.forward(Tensor.eye(DType.F32, 3)).toFloatArray(),
                1e-5f);
    }

    @Test
    void onlyTrainingMovesTheVectors() {
        SpectralNorm layer = ready(SpectralNorm.of(ConvTranspose2d.of(4, 6, 3)));
        assertArrayEquals(
                new long[] {6},
                at(layer, "parametrizations.weight.0._u").shape().dims());
        assertArrayEquals(
                new long[] {36},
                at(layer, "parametrizations.weight.0._v").shape().dims());
        Tensor x = normal(1, 1, 4, 3, 3).to(DType.F32);
        float[] before = at(layer, "parametrizations.weight.0._u").toFloatArray();
        layer.forward(x);
        assertArrayEquals(before, at(layer, "parametrizations.weight.0._u").toFloatArray());
        layer.forward(x, training());
        assertNotEquals(before[0], at(layer, "parametrizations.weight.0._u").get(0));
    }

    @Test
    void twoPassesInTrainingHaveGradients() {
        SpectralNorm layer = ready(SpectralNorm.of(Linear.of(3, 2)));
        try (var tape = Tape.open()) {
            Tensor real = layer.forward(Tensor.ones(4, 3), training());
            Tensor fake = layer.forward(Tensor.full(DType.F32, 2, 4, 3), training());
            assertEquals(2, tape.gradients(real.sub(fake).square().sum()).used().size());
        }
    }

    @Test
    void gradientsOfBothOrdersAgreeWithDifferences() {
        gradients(2, inDoubles(() -> WeightNorm.of(Linear.of(3, 2))), LayerCheck::training, normal(1, 2, 3));
        gradients(2, inDoubles(() -> SpectralNorm.of(Linear.of(3, 2))), LayerCheck::evaluation, normal(1, 2, 3));
        gradients(
                2, inDoubles(() -> SpectralNorm.of(Conv2d.of(1, 2, 2))), LayerCheck::evaluation, normal(1, 1, 1, 3, 3));
    }

    @Test
    void statesHaveTheNamesOfPyTorch() {
        roundTrip(
                () -> WeightNorm.of(Linear.of(3, 2)),
                Tensor.ones(1, 3),
                "bias",
                "parametrizations.weight.original0",
                "parametrizations.weight.original1");
        roundTrip(
                () -> SpectralNorm.of(Linear.of(3, 2)),
                Tensor.ones(1, 3),
                "bias",
                "parametrizations.weight.original",
                "parametrizations.weight.0._u",
                "parametrizations.weight.0._v");
    }

    @Test
    void whatHasNoWeightIsRefused() {
        assertEquals(
                "weightNorm: needs a layer with a weight of at least 2 axes, unlike ReLU",
                message(() -> WeightNorm.of(Activation.RELU)));
        assertEquals(
                "spectralNorm: needs a layer with a weight of at least 2 axes, unlike BatchNorm(3)",
                message(() -> SpectralNorm.of(BatchNorm.of(3))));
        assertEquals(
                "SpectralNorm(Linear(3 → 2))", SpectralNorm.of(Linear.of(3, 2)).toString());
        assertEquals("WeightNorm(Linear(3 → 2))", WeightNorm.of(Linear.of(3, 2)).toString());
    }
}
