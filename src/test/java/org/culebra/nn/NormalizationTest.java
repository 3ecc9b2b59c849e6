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

import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class NormalizationTest {
    private static final double EPSILON = 1e-5;

    /** (x − m)/√(v + ε) over the elements of the same group, with plain loops. */
    private static double[] naive(double[] x, IntUnaryOperator group, int groups, boolean centred, double epsilon) {
        double[] mean = new double[groups];
        double[] square = new double[groups];
        int[] count = new int[groups];
        for (int i = 0; i < x.length; i++) {
            mean[group.applyAsInt(i)] += centred ? x[i] : 0;
            count[group.applyAsInt(i)]++;
        }
        for (int g = 0; g < groups; g++) {
            mean[g] /= count[g];
        }
        for (int i = 0; i < x.length; i++) {
            square[group.applyAsInt(i)] += Math.pow(x[i] - mean[group.applyAsInt(i)], 2);
        }
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            int g = group.applyAsInt(i);
            y[i] = (x[i] - mean[g]) / Math.sqrt(square[g] / count[g] + epsilon);
        }
        return y;
    }

    private static double[] scaled(double[] y, IntUnaryOperator index, Layer layer) {
        double[] w = at(layer, "weight").toDoubleArray();
        double[] b = layer.state().containsKey("bias") ? at(layer, "bias").toDoubleArray() : new double[w.length];
        double[] scaled = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            scaled[i] = y[i] * w[index.applyAsInt(i)] + b[index.applyAsInt(i)];
        }
        return scaled;
    }

    @Test
    void batchNormTakesTheStatisticsOfTheBatchInTraining() {
        Layer layer = inDoubles(() -> BatchNorm.of(3));
        Tensor x = normal(2, 4, 3, 2, 5).mul(3).add(100);
        IntUnaryOperator channel = i -> i / 10 % 3;
        double[] expected = scaled(naive(x.toDoubleArray(), channel, 3, true, EPSILON), channel, layer);
        assertClose(expected, layer.forward(x, training()), 1e-10);
        Tensor rows = normal(3, 5, 3);
        IntUnaryOperator column = i -> i % 3;
        assertClose(
                scaled(naive(rows.toDoubleArray(), column, 3, true, EPSILON), column, layer),
                layer.forward(rows, training()),
                1e-12);
    }

    @Test
    void runningAveragesMoveTowardsTheUnbiasedStatistics() {
        Layer layer = ready(BatchNorm.of(2).momentum(.25));
        Tensor first = Tensor.of(new float[] {1, 10, 3, 20, 5, 60}, 3, 2); // means 3, 30; variances 4, 700
        layer.forward(first, training());
        assertArrayEquals(new float[] {.75f, 7.5f}, at(layer, "running_mean").toFloatArray());
        assertArrayEquals(
                new float[] {.75f + 1, .75f + 175}, at(layer, "running_var").toFloatArray());
        layer.forward(first, training());
        assertArrayEquals(
                new float[] {1.3125f, 13.125f}, at(layer, "running_mean").toFloatArray());
        assertEquals(2, at(layer, "num_batches_tracked").item());
    }

    @Test
    void evaluationTakesTheRunningAveragesAndLeavesThemAlone() {
        Layer layer = ready(BatchNorm.of(2));
        layer.forward(Tensor.normal(Random.seeded(1), 5, 3, 64, 2), training());
        double[] mean = at(layer, "running_mean").toDoubleArray();
        double[] variance = at(layer, "running_var").toDoubleArray();
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
        float[] y = layer.forward(x).toFloatArray();
        for (int i = 0; i < 4; i++) {
            assertEquals((i + 1 - mean[i % 2]) / Math.sqrt(variance[i % 2] + EPSILON), y[i], 1e-5);
        }
        assertArrayEquals(mean, at(layer, "running_mean").toDoubleArray());
        assertEquals(1, at(layer, "num_batches_tracked").item());
        assertEquals(y[0], layer.forward(x.narrow(0, 0, 1)).get(0, 0));
    }

    @Test
    void cumulativeAveragesWeighAllBatchesTheSame() {
        Layer layer = ready(BatchNorm.of(1).cumulative());
        for (double mean : new double[] {1, 2, 6}) {
            layer.forward(Tensor.of(new double[] {mean - 1, mean + 1}, 2, 1), training());
        }
        assertEquals(3, at(layer, "running_mean").item(), 1e-6);
        assertEquals(2, at(layer, "running_var").item(), 1e-6);
    }

    @Test
    void withoutRunningAveragesEvaluationIsTraining() {
        Layer layer = ready(BatchNorm.of(3).withoutRunningAverages().withoutScaling());
        assertEquals(0, layer.state().size());
        Tensor x = normal(1, 6, 3);
        assertArrayEquals(
                layer.forward(x, training()).toDoubleArray(), layer.forward(x).toDoubleArray());
    }

    @Test
    void layerNormTakesTheStatisticsOfTheLastAxes() {
        Layer layer = inDoubles(() -> LayerNorm.of(3, 4));
        Tensor x = normal(5, 2, 5, 3, 4);
        double[] expected = scaled(naive(x.toDoubleArray(), i -> i / 12, 10, true, EPSILON), i -> i % 12, layer);
        assertClose(expected, layer.forward(x), 1e-12);
    }

    @Test
    void rmsNormTakesNothingAway() {
        Layer layer = inDoubles(() -> LayerNorm.rms(6));
        Tensor x = normal(5, 4, 6).add(3);
        double[] expected = scaled(naive(x.toDoubleArray(), i -> i / 6, 4, false, Math.ulp(1d)), i -> i % 6, layer);
        assertClose(expected, layer.forward(x), 1e-12);
        assertEquals(1, layer.state().size());
    }

    @Test
    void groupAndInstanceNormTakeTheStatisticsOfChannelsOfOneExample() {
        Layer group = inDoubles(() -> GroupNorm.of(2, 6));
        Tensor x = normal(6, 3, 6, 2, 2);
        double[] expected = scaled(naive(x.toDoubleArray(), i -> i / 12, 6, true, EPSILON), i -> i / 4 % 6, group);
        assertClose(expected, group.forward(x), 1e-12);
        assertClose(
                naive(x.toDoubleArray(), i -> i / 4, 18, true, .1),
                GroupNorm.instance(6).epsilon(.1).forward(x),
                1e-12);
    }

    @Test
    void gradientsOfBothOrdersAgreeWithDifferences() {
        Supplier<Mode> train = LayerCheck::training;
        gradients(2, inDoubles(() -> BatchNorm.of(2)), train, normal(1, 3, 2, 2));
        gradients(2, inDoubles(() -> BatchNorm.of(2)), () -> Mode.EVALUATION, normal(1, 3, 2, 2));
        gradients(2, ready(BatchNorm.of(2).withoutScaling()), train, normal(1, 4, 2));
        gradients(2, inDoubles(() -> LayerNorm.of(2, 3)), train, normal(1, 2, 2, 3));
        gradients(2, inDoubles(() -> LayerNorm.of(4).withoutBias()), train, normal(1, 3, 4));
        gradients(2, inDoubles(() -> LayerNorm.rms(4)), train, normal(1, 3, 4));
        gradients(2, inDoubles(() -> GroupNorm.of(2, 4)), train, normal(1, 2, 4, 3));
        gradients(2, inDoubles(() -> GroupNorm.instance(2).withScaling()), train, normal(1, 2, 2, 3));
    }

    @Test
    void farFromZeroNothingIsLost() {
        Tensor x = Tensor.normal(Random.seeded(3), 0, 1, 64, 4);
        float[] near = ready(BatchNorm.of(4)).forward(x, training()).toFloatArray();
        float[] far = ready(BatchNorm.of(4)).forward(x.add(1000), training()).toFloatArray();
        assertArrayEquals(near, far, 1e-3f);
    }

    @Test
    void statesHaveTheNamesOfPyTorch() {
        roundTrip(
                () -> BatchNorm.of(2),
                Tensor.normal(Random.seeded(1), 2, 3, 8, 2, 3, 3),
                "weight",
                "bias",
                "running_mean",
                "running_var",
                "num_batches_tracked");
        roundTrip(() -> LayerNorm.of(3), Tensor.normal(Random.seeded(1), 2, 3, 8, 3), "weight", "bias");
        roundTrip(() -> LayerNorm.rms(3), Tensor.normal(Random.seeded(1), 2, 3, 8, 3), "weight");
        roundTrip(() -> GroupNorm.of(1, 3), Tensor.normal(Random.seeded(1), 2, 3, 8, 3), "weight", "bias");
        assertEquals(
                DType.I64, at(ready(BatchNorm.of(2)), "num_batches_tracked").dtype());
    }

    @Test
    void layersPrintThemselves() {
        assertEquals("BatchNorm(8)", BatchNorm.of(8).toString());
        assertEquals(
                "BatchNorm(8, epsilon 0.001, momentum 0.2, no scaling, no running averages)",
                BatchNorm.of(8)
                        .epsilon(1e-3)
                        .momentum(.2)
                        .withoutScaling()
                        .withoutRunningAverages()
                        .toString());
        assertEquals("BatchNorm(8, cumulative)", BatchNorm.of(8).cumulative().toString());
        assertEquals(
                "LayerNorm(4, 5, no bias)", LayerNorm.of(4, 5).withoutBias().toString());
        assertEquals(
                "LayerNorm(4, no scaling)", LayerNorm.of(4).withoutScaling().toString());
        assertEquals("RMSNorm(4, epsilon 0.01)", LayerNorm.rms(4).epsilon(.01).toString());
        assertEquals("GroupNorm(2 of 8)", GroupNorm.of(2, 8).toString());
        assertEquals(
                "GroupNorm(2 of 8, no scaling)",
                GroupNorm.of(2, 8).withoutScaling().toString());
        assertEquals("InstanceNorm(8)", GroupNorm.instance(8).toString());
        assertEquals(
                "InstanceNorm(8, scaling)", GroupNorm.instance(8).withScaling().toString());
    }

    @Test
    void whatDoesNotFitIsSaid() {
        assertEquals(
                "BatchNorm(3): the input has the wrong shape\n  needed  [B, 3, ...]\n  given   f32[2, 4]",
                message(() -> ready(BatchNorm.of(3)).forward(Tensor.zeros(2, 4))));
        assertEquals(
                "BatchNorm(3): training needs more than one number per channel\n  given   f32[1, 3]\n"
                        + "  hint: a larger batch, or dropLast in the loader",
                message(() -> ready(BatchNorm.of(3)).forward(Tensor.zeros(1, 3), training())));
        assertEquals(
                "LayerNorm(3): the input has the wrong shape\n  needed  [..., 3]\n  given   f32[2, 4]",
                message(() -> ready(LayerNorm.of(3)).forward(Tensor.zeros(2, 4))));
        assertEquals(
                "GroupNorm(1 of 3): the input has the wrong shape\n  needed  [B, 3, ...]\n  given   f32[3]",
                message(() -> ready(GroupNorm.of(1, 3)).forward(Tensor.zeros(3))));
        assertEquals("groupNorm: 2 groups must divide 3 channels", message(() -> GroupNorm.of(2, 3)));
        assertEquals("batchNorm: channels must be positive, not 0", message(() -> BatchNorm.of(0)));
        assertEquals(
                "batchNorm: momentum must be in (0, 1], not 1.5",
                message(() -> BatchNorm.of(1).momentum(1.5)));
        assertEquals(
                "batchNorm: epsilon must be positive, not 0.0",
                message(() -> BatchNorm.of(1).epsilon(0)));
        assertEquals("layerNorm: number of axes must be positive, not 0", message(LayerNorm::of));
        assertEquals("rmsNorm: size must be positive, not -1", message(() -> LayerNorm.rms(-1)));
        assertEquals(
                "buffer f32[3] has no value yet\n  hint: model.initialize(Random.seeded(0)) before anything else",
                message(() -> BatchNorm.of(3).withoutScaling().forward(Tensor.zeros(2, 3))));
    }
}
