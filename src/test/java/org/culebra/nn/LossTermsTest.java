package org.culebra.nn;

import static org.culebra.nn.LayerCheck.assertClose;
import static org.culebra.nn.LayerCheck.message;
import static org.culebra.nn.LayerCheck.normal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import org.culebra.check.GradCheck;
import org.culebra.memory.DType;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Losses that compare element by element, or vector by vector. */
class LossTermsTest {
    private interface Loss {
        Tensor of(Tensor x, Tensor target, Reduction reduction);
    }

    /** Values under every reduction against a plain loop, and gradients of both orders. */
    private static void check(Loss loss, DoubleBinaryOperator naive, Tensor x, Tensor target) {
        double[] a = x.toDoubleArray();
        double[] t = target.toDoubleArray();
        double[] terms = new double[a.length];
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            terms[i] = naive.applyAsDouble(a[i], t[i]);
            sum += terms[i];
        }
        assertClose(terms, loss.of(x, target, Reduction.NONE), 1e-13);
        assertEquals(sum, loss.of(x, target, Reduction.SUM).item(), 1e-12);
        assertEquals(sum / a.length, loss.of(x, target, Reduction.MEAN).item(), 1e-13);
        assertEquals(sum / x.dim(0), loss.of(x, target, Reduction.BATCH_MEAN).item(), 1e-13);
        gradients((y, u) -> loss.of(y, u, Reduction.MEAN), x, target);
        gradients((y, u) -> loss.of(y, u, Reduction.NONE), x, target);
    }

    private static void gradients(BinaryOperator<Tensor> loss, Tensor x, Tensor target) {
        GradCheck.of(z -> loss.apply(z.get(0), z.get(1)))
                .order(2)
                .check(x, target)
                .orThrow();
    }

    private static Tensor probabilities(long seed, long... dims) {
        return normal(seed, dims).sigmoid();
    }

    private static Tensor signs(long seed, long... dims) {
        return normal(seed, dims).sign();
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    @Test
    void regression() {
        Tensor x = normal(1, 4, 3).mul(2);
        Tensor t = normal(2, 4, 3);
        check(Losses::mse, (a, b) -> (a - b) * (a - b), x, t);
        check(Losses::l1, (a, b) -> Math.abs(a - b), x, t);
        check(
                (y, u, how) -> Losses.huber(y, u, .7, how),
                (a, b) -> Math.abs(a - b) <= .7 ? (a - b) * (a - b) / 2 : .7 * (Math.abs(a - b) - .35),
                x,
                t);
        check(
                (y, u, how) -> Losses.smoothL1(y, u, .7, how),
                (a, b) -> Math.abs(a - b) < .7 ? (a - b) * (a - b) / 1.4 : Math.abs(a - b) - .35,
                x,
                t);
    }

    @Test
    void yesOrNo() {
        Tensor x = normal(3, 4, 3).mul(2);
        Tensor t = probabilities(4, 4, 3);
        check(
                Losses::binaryCrossEntropyWithLogits,
                (a, b) -> -b * Math.log(sigmoid(a)) - (1 - b) * Math.log(1 - sigmoid(a)),
                x,
                t);
        check(
                Losses::binaryCrossEntropy,
                (p, b) -> -b * Math.log(p) - (1 - b) * Math.log(1 - p),
                probabilities(5, 4, 3),
                t);
        Tensor weight = Tensor.full(DType.F64, 3);
        check(
                (y, u, how) -> Losses.binaryCrossEntropyWithLogits(y, u, weight, how),
                (a, b) -> -3 * b * Math.log(sigmoid(a)) - (1 - b) * Math.log(1 - sigmoid(a)),
                x,
                t);
        Tensor hard = signs(6, 4, 3).maximum(0);
        DoubleBinaryOperator focal = (a, b) -> {
            double right = b == 1 ? sigmoid(a) : 1 - sigmoid(a);
            return -(b == 1 ? .3 : .7) * Math.pow(1 - right, 1.5) * Math.log(right);
        };
        check((y, u, how) -> Losses.focal(y, u, .3, 1.5, how), focal, x, hard);
        Tensor targets = signs(7, 4, 3);
        check((y, u, how) -> Losses.hinge(y, u, 1.1, how), (a, b) -> Math.max(0, 1.1 - a * b), x, targets);
        check(
                (y, u, how) -> Losses.hingeEmbedding(y, u, 1.1, how),
                (a, b) -> b > 0 ? a : Math.max(0, 1.1 - a),
                x,
                targets);
    }

    @Test
    void distributions() {
        Tensor q = normal(8, 4, 3).softmax(1);
        Tensor logP = normal(9, 4, 3).logSoftmax(1);
        check(Losses::kl, (a, b) -> b * (Math.log(b) - a), logP, q);
        assertEquals(
                Losses.kl(logP, q, Reduction.SUM).item() / 4, Losses.kl(logP, q).item(), 1e-15);
        Tensor hard = Tensor.of(new double[] {0, 1}, 1, 2);
        assertEquals(
                Math.log(4),
                Losses.kl(Tensor.of(new double[] {Math.log(.75), Math.log(.25)}, 1, 2), hard)
                        .item(),
                1e-15);
        Tensor variance = probabilities(10, 4, 3).add(.1);
        double[] v = variance.toDoubleArray();
        Tensor mean = normal(11, 4, 3);
        Tensor t = normal(12, 4, 3);
        double expected = 0;
        for (int i = 0; i < v.length; i++) {
            expected += (Math.log(v[i]) + Math.pow(mean.toDoubleArray()[i] - t.toDoubleArray()[i], 2) / v[i]) / 2;
        }
        assertEquals(expected / 12, Losses.gaussianNll(mean, t, variance).item(), 1e-14);
        assertEquals(
                (Math.log(.5) + 8) / 2,
                Losses.gaussianNll(Tensor.scalar(2), Tensor.scalar(0), Tensor.scalar(0), .5, Reduction.SUM)
                        .item(),
                1e-6);
        GradCheck.of(z -> Losses.gaussianNll(z.get(0), z.get(1), z.get(2)))
                .order(2)
                .check(mean, t, variance)
                .orThrow();
    }

    @Test
    void distances() {
        Tensor a = Tensor.of(new double[] {0, 0, 1, 2}, 2, 2);
        Tensor p = Tensor.of(new double[] {3, 4, 1, 2}, 2, 2);
        Tensor n = Tensor.of(new double[] {0, 2, 9, 8}, 2, 2);
        assertClose(new double[] {5 - 2 + .5, 0}, Losses.triplet(a, p, n, .5, Reduction.NONE), 1e-5);
        assertEquals((5 - 2 + 1) / 2., Losses.triplet(a, p, n).item(), 1e-5);
        GradCheck.of(z -> Losses.triplet(z.get(0), z.get(1), z.get(2)))
                .order(2)
                .check(normal(1, 5, 3), normal(2, 5, 3), normal(3, 5, 3))
                .orThrow();
        Tensor t = Tensor.of(new double[] {1, -1, -1});
        Tensor x = Tensor.of(new double[] {1, 0, 1, 0, 1, 0}, 3, 2);
        Tensor y = Tensor.of(new double[] {1, 1, 3, 4, -1, 0}, 3, 2);
        assertClose(
                new double[] {1 - Math.sqrt(.5), .6 - .2, 0},
                Losses.cosineEmbedding(x, y, t, .2, Reduction.NONE),
                1e-10);
        GradCheck.of(z -> Losses.cosineEmbedding(z.get(0), z.get(1), t))
                .order(2)
                .check(normal(4, 3, 4), normal(5, 3, 4))
                .orThrow();
    }

    @Test
    void hugeLogitsLoseNothing() {
        Tensor x = Tensor.of(new float[] {1e4f, 1e4f, -1e4f, -1e4f});
        Tensor t = Tensor.of(new float[] {1, 0, 1, 0});
        assertArrayEquals(
                new float[] {0, 1e4f, 1e4f, 0},
                Losses.binaryCrossEntropyWithLogits(x, t, Reduction.NONE).toFloatArray(),
                1e-6f);
        assertArrayEquals(
                new float[] {0, 1e4f, 2e4f, 0},
                Losses.binaryCrossEntropyWithLogits(x, t, Tensor.scalar(2), Reduction.NONE)
                        .toFloatArray(),
                1e-6f);
        assertArrayEquals(
                new float[] {0, 7500, 2500, 0},
                Losses.focal(x, t, .25, 2, Reduction.NONE).toFloatArray(),
                1e-6f);
        assertArrayEquals(
                new float[] {0, 1e4f, 1e4f, 0},
                Losses.focal(x, t, .5, 0, Reduction.NONE).mul(2).toFloatArray(),
                1e-6f);
        finiteGradient((a, b) -> Losses.binaryCrossEntropyWithLogits(a, b), x, t, 0, .25f, -.25f, 0);
        finiteGradient(
                (a, b) -> Losses.binaryCrossEntropyWithLogits(a, b, Tensor.scalar(2), Reduction.MEAN),
                x,
                t,
                0,
                .25f,
                -.5f,
                0);
        finiteGradient((a, b) -> Losses.focal(a, b, .5, 2, Reduction.MEAN), x, t, 0, .125f, -.125f, 0);
        finiteGradient((a, b) -> Losses.focal(a, b, .5, 0, Reduction.MEAN), x, t, 0, .125f, -.125f, 0);
        Tensor sure = Tensor.of(new float[] {1, 1, 0, 0});
        assertArrayEquals(
                new float[] {0, 100, 100, 0},
                Losses.binaryCrossEntropy(sure, t, Reduction.NONE).toFloatArray(),
                1e-6f);
        finiteGradient(Losses::binaryCrossEntropy, sure, t, -.25f, 0, 0, .25f);
        assertEquals(1e8, Losses.mse(x, Tensor.scalar(0)).item());
        assertEquals(1e4 - .5, Losses.huber(x, Tensor.scalar(0)).item(), 1e-3);
    }

    private static void finiteGradient(BinaryOperator<Tensor> loss, Tensor x, Tensor t, float... expected) {
        try (var tape = Tape.open()) {
            assertArrayEquals(expected, tape.gradient(loss.apply(x, t), x).toFloatArray(), 1e-6f);
        }
    }

    @Test
    void oneTargetServesAll() {
        assertEquals(
                4, Losses.mse(Tensor.full(DType.F32, 3, 2, 2), Tensor.scalar(1)).item());
        assertTrue(Losses.hinge(Tensor.ones(3), Tensor.scalar(1)).item() == 0);
    }

    @Test
    void whatDoesNotFitIsSaid() {
        assertEquals(
                "mse: the target must have the shape of the output\n  output  f32[2, 1]\n  target  f32[2]",
                message(() -> Losses.mse(Tensor.zeros(2, 1), Tensor.zeros(2))));
        assertEquals(
                "triplet: needs vectors of the same shape, [..., D]\n  given  f32[2]\n  and    f32[3]",
                message(() -> Losses.triplet(Tensor.zeros(2), Tensor.zeros(2), Tensor.zeros(3))));
        assertEquals(
                "huber: delta must be positive, not 0.0",
                message(() -> Losses.huber(Tensor.zeros(2), Tensor.zeros(2), 0, Reduction.SUM)));
        assertEquals(
                "focal: α must be in [0, 1] and γ not negative, but they are 2.0 and 1.0",
                message(() -> Losses.focal(Tensor.zeros(2), Tensor.zeros(2), 2, 1, Reduction.SUM)));
    }

    @Test
    void marginsArePositive() {
        Tensor x = Tensor.ones(2);
        for (double margin : new double[] {0, -1, Double.NaN}) {
            String rule = ": margin must be positive, not " + margin;
            assertEquals("hinge" + rule, message(() -> Losses.hinge(x, x, margin, Reduction.SUM)));
            assertEquals("hingeEmbedding" + rule, message(() -> Losses.hingeEmbedding(x, x, margin, Reduction.SUM)));
            assertEquals("triplet" + rule, message(() -> Losses.triplet(x, x, x, margin, Reduction.SUM)));
        }
    }

    @Test
    void probabilitiesAreInTheirRange() {
        Tensor t = Tensor.zeros(2);
        String rule = "binaryCrossEntropy: a probability must be in [0, 1], not ";
        String rest = "\n  given  f32[2]\n  hint: binaryCrossEntropyWithLogits takes logits";
        assertEquals(
                rule + 1.5 + rest, message(() -> Losses.binaryCrossEntropy(Tensor.of(new float[] {.5f, 1.5f}), t)));
        assertEquals(
                rule + -.25 + rest, message(() -> Losses.binaryCrossEntropy(Tensor.of(new float[] {-.25f, 2}), t)));
        Tensor nan = Tensor.of(new float[] {Float.NaN, .5f});
        assertEquals(rule + Double.NaN + rest, message(() -> Losses.binaryCrossEntropy(nan, t)));
        assertEquals(
                0,
                Losses.binaryCrossEntropy(Tensor.zeros(0), Tensor.zeros(0), Reduction.SUM)
                        .item());
    }

    @Test
    void variancesAreNotNegative() {
        assertEquals(
                "gaussianNll: a variance must not be negative, as -0.5 is\n  given  f32[2]\n"
                        + "  hint: exp() or softplus() makes a variance of what may have any sign",
                message(() -> Losses.gaussianNll(Tensor.zeros(2), Tensor.zeros(2), Tensor.of(new float[] {1, -.5f}))));
        assertTrue(
                Double.isNaN(Losses.gaussianNll(Tensor.zeros(1), Tensor.zeros(1), Tensor.full(DType.F32, Double.NaN, 1))
                        .item()),
                "the trainer says where NaN comes from");
    }

    @Test
    void weightsOfPositivesAreNumbersFromZeroOn() {
        Tensor x = Tensor.zeros(2);
        for (float weight : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
            assertEquals(
                    "binaryCrossEntropyWithLogits: a weight must be finite and not negative, but one is " + weight
                            + "\n  weights  f32[2]\n  hint: a weight of 0 leaves out what it belongs to",
                    message(() -> Losses.binaryCrossEntropyWithLogits(
                            x, x, Tensor.of(new float[] {1, weight}), Reduction.SUM)));
        }
    }
}
