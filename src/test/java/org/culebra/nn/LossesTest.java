package org.culebra.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.culebra.check.GradCheck;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class LossesTest {
    private static double reference(double[][] logits, int[] labels) {
        double loss = 0;
        for (int i = 0; i < labels.length; i++) {
            double sum = 0;
            for (double x : logits[i]) {
                sum += Math.exp(x - logits[i][labels[i]]);
            }
            loss += Math.log(sum);
        }
        return loss / labels.length;
    }

    @Test
    void crossEntropyIsMinusTheMeanLogProbability() {
        Tensor logits = Tensor.of(new double[] {1, 2, 3, -1, 0, 4}, 2, 3);
        double expected = reference(new double[][] {{1, 2, 3}, {-1, 0, 4}}, new int[] {0, 2});
        assertEquals(
                expected,
                Losses.crossEntropy(logits, Tensor.of(new long[] {0, 2})).item(),
                1e-14);
    }

    @Test
    void largeLogitsLoseNothing() {
        Tensor logits = Tensor.of(new float[] {1e4f, 1e4f, -1e4f, 1e38f, 0, -1e38f}, 2, 3);
        assertEquals(
                Math.log(2) / 2,
                Losses.crossEntropy(logits, Tensor.of(new long[] {1, 0})).item(),
                1e-7);
    }

    @Test
    void theGradientIsSoftmaxMinusOneHot() {
        Tensor logits = Tensor.normal(Random.seeded(1), DType.F64, 0, 3, 5, 4);
        long[] labels = {0, 3, 2, 2, 1};
        try (var tape = Tape.open()) {
            Tensor gradient = tape.gradient(Losses.crossEntropy(logits, Tensor.of(labels)), logits);
            double[] expected = logits.softmax(1).toDoubleArray();
            for (int i = 0; i < labels.length; i++) {
                expected[4 * i + (int) labels[i]] -= 1;
            }
            for (int i = 0; i < expected.length; i++) {
                expected[i] /= labels.length;
            }
            assertArrayEquals(expected, gradient.toDoubleArray(), 1e-15);
        }
    }

    @Test
    void gradientsOfBothOrdersAgreeWithDifferences() {
        Tensor labels = Tensor.of(new long[] {2, 0, 1});
        Tensor logits = Tensor.normal(Random.seeded(2), DType.F64, 0, 1, 3, 4);
        GradCheck.of(x -> Losses.crossEntropy(x.getFirst(), labels))
                .order(2)
                .check(logits)
                .orThrow();
    }

    @Test
    void shapesMustFit() {
        assertEquals(
                "crossEntropy: needs logits [B, K] and one class index per row, i64[B]\n"
                        + "  logits  f32[4, 3]\n  labels  i64[5]",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Losses.crossEntropy(Tensor.zeros(4, 3), Tensor.arange(5)))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> Losses.crossEntropy(Tensor.zeros(4, 3), Tensor.zeros(4)));
        assertThrows(
                IllegalArgumentException.class,
                () -> Losses.crossEntropy(Tensor.zeros(2, 3), Tensor.of(new long[] {0, 3})));
    }
}
