package org.culebra.nn;

import static org.culebra.nn.LayerCheck.assertClose;
import static org.culebra.nn.LayerCheck.message;
import static org.culebra.nn.LayerCheck.normal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.culebra.check.GradCheck;
import org.culebra.memory.DType;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** The options of cross-entropy. */
class CrossEntropyTest {
    private static final Tensor LOGITS = normal(1, 5, 3);
    private static final double[] WEIGHTS = {.5, 2, 3};

    /** q for labels, with a row of zeros where one is negative. */
    private static double[][] oneHot(int... labels) {
        double[][] q = new double[labels.length][3];
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] >= 0) {
                q[i][labels[i]] = 1;
            }
        }
        return q;
    }

    private static double[] naive(Tensor logits, double[][] q, double[] w, double smoothing) {
        double[] terms = new double[q.length];
        for (int i = 0; i < q.length; i++) {
            double sum = 0;
            double all = 0;
            for (int c = 0; c < 3; c++) {
                sum += Math.exp(logits.get(i, c));
                all += q[i][c];
            }
            for (int c = 0; c < 3; c++) {
                double smooth = all == 0 ? 0 : (1 - smoothing) * q[i][c] + smoothing / 3;
                terms[i] -= w[c] * smooth * Math.log(Math.exp(logits.get(i, c)) / sum);
            }
        }
        return terms;
    }

    private static double sum(double... numbers) {
        double sum = 0;
        for (double number : numbers) {
            sum += number;
        }
        return sum;
    }

    @Test
    void everyOptionAgreesWithTheFormula() {
        Tensor labels = Tensor.of(new long[] {2, 0, -1, 1, 2});
        double[] terms = naive(LOGITS, oneHot(2, 0, -1, 1, 2), WEIGHTS, .2);
        CrossEntropy loss =
                CrossEntropy.DEFAULT.weights(Tensor.of(WEIGHTS)).smoothing(.2).ignoring(-1);
        assertClose(terms, loss.reduction(Reduction.NONE).of(LOGITS, labels), 1e-14);
        assertEquals(
                sum(terms), loss.reduction(Reduction.SUM).of(LOGITS, labels).item(), 1e-13);
        assertEquals(sum(terms) / (3 + .5 + 2 + 3), loss.of(LOGITS, labels).item(), 1e-14);
        assertEquals(
                sum(terms) / 5,
                loss.reduction(Reduction.BATCH_MEAN).of(LOGITS, labels).item(),
                1e-14);
        GradCheck.of(x -> loss.of(x.getFirst(), labels)).order(2).check(LOGITS).orThrow();
    }

    @Test
    void eachOptionAlone() {
        Tensor labels = Tensor.of(new long[] {2, 0, 1, 1, 2});
        double[] ones = {1, 1, 1};
        double[][] q = oneHot(2, 0, 1, 1, 2);
        assertEquals(
                sum(naive(LOGITS, q, ones, .3)) / 5,
                CrossEntropy.DEFAULT.smoothing(.3).of(LOGITS, labels).item(),
                1e-14);
        assertEquals(
                sum(naive(LOGITS, q, WEIGHTS, 0)) / (3 + .5 + 2 + 2 + 3),
                CrossEntropy.DEFAULT
                        .weights(Tensor.of(WEIGHTS))
                        .of(LOGITS, labels)
                        .item(),
                1e-14);
        double[][] some = oneHot(2, -1, 1, 1, 2);
        assertEquals(
                sum(naive(LOGITS, some, ones, 0)) / 4,
                CrossEntropy.DEFAULT.ignoring(0).of(LOGITS, labels).item(),
                1e-14);
        assertTrue(Double.isNaN(CrossEntropy.DEFAULT
                .ignoring(0)
                .of(LOGITS, Tensor.of(new long[5]))
                .item()));
    }

    @Test
    void probabilitiesMayBeGiven() {
        Tensor q = normal(3, 5, 3).softmax(1);
        double[][] rows = new double[5][3];
        for (int i = 0; i < 15; i++) {
            rows[i / 3][i % 3] = q.get(i / 3, i % 3);
        }
        CrossEntropy loss = CrossEntropy.DEFAULT.weights(Tensor.of(WEIGHTS)).smoothing(.1);
        assertClose(
                naive(LOGITS, rows, WEIGHTS, .1), loss.reduction(Reduction.NONE).of(LOGITS, q), 1e-14);
        assertEquals(
                sum(naive(LOGITS, rows, WEIGHTS, .1)) / 5, loss.of(LOGITS, q).item(), 1e-14);
        GradCheck.of(x -> loss.of(x.get(0), x.get(1))).order(2).check(LOGITS, q).orThrow();
    }

    @Test
    void eachPixelMayHaveALabel() {
        Tensor images = LOGITS.reshape(1, 5, 3, 1).permute(0, 2, 1, 3); // [1, 3, 5, 1]
        Tensor labels = Tensor.of(new long[] {2, 0, -1, 1, 2});
        CrossEntropy loss =
                CrossEntropy.DEFAULT.weights(Tensor.of(WEIGHTS)).smoothing(.2).ignoring(-1);
        assertEquals(
                loss.of(LOGITS, labels).item(),
                loss.of(images, labels.reshape(1, 5, 1)).item(),
                1e-14);
    }

    @Test
    void nllTakesLogarithmsOfProbabilities() {
        Tensor labels = Tensor.of(new long[] {2, 0, 1, 1, 2});
        Tensor logP = LOGITS.logSoftmax(1);
        assertEquals(
                Losses.crossEntropy(LOGITS, labels).item(),
                Losses.nll(logP, labels).item(),
                1e-14);
        CrossEntropy weighted = CrossEntropy.DEFAULT.weights(Tensor.of(WEIGHTS)).ignoring(1);
        assertEquals(
                weighted.of(LOGITS, labels).item(),
                weighted.ofLogProbabilities(logP, labels).item(),
                1e-14);
        GradCheck.of(x -> Losses.nll(x.getFirst(), labels)).check(logP).orThrow();
    }

    @Test
    void hugeLogitsLoseNothing() {
        Tensor logits = Tensor.of(new float[] {1e4f, 1e4f, -1e4f, -1e4f, 1e4f, 1e4f}, 2, 3);
        Tensor labels = Tensor.of(new long[] {0, 0});
        float half = (float) Math.log(2);
        assertArrayEquals(
                new float[] {half, 2e4f + half},
                CrossEntropy.DEFAULT
                        .reduction(Reduction.NONE)
                        .of(logits, labels)
                        .toFloatArray(),
                1e-6f);
        float smooth = half + 2000; // .7·half + .1·(half + half + 20,000 + half)
        assertEquals(
                smooth,
                CrossEntropy.DEFAULT
                        .smoothing(.3)
                        .of(logits.narrow(0, 0, 1), labels.narrow(0, 0, 1))
                        .item(),
                1e-3);
        Tensor q = Tensor.of(new float[] {.5f, .5f, 0, 0, 0, 1}, 2, 3);
        assertEquals(half, CrossEntropy.DEFAULT.of(logits, q).item(), 1e-6);
        try (var tape = Tape.open()) {
            assertArrayEquals(
                    new float[] {-.25f, .25f, 0, -.5f, .25f, .25f},
                    tape.gradient(CrossEntropy.DEFAULT.of(logits, labels), logits)
                            .toFloatArray());
        }
    }

    @Test
    void aLabelOutOfRangeIsNamed() {
        assertEquals("""
                crossEntropy: label 3 is none of the 3 classes, 0 to 2
                  logits  f64[5, 3]
                  labels  i64[5], the offender in example 4
                  hint: CrossEntropy.DEFAULT.ignoring(3) leaves such examples out""", message(() -> Losses.crossEntropy(LOGITS, Tensor.of(new long[] {2, 0, 1, 1, 3}))));
        String pixels = message(() ->
                CrossEntropy.DEFAULT.ignoring(-1).of(normal(1, 2, 3, 2), Tensor.of(new long[] {-1, 0, -2, 1}, 2, 2)));
        assertTrue(pixels.startsWith("crossEntropy: label -2 is none of the 3 classes, 0 to 2\n"), pixels);
        assertTrue(pixels.contains("i64[2, 2], the offender in example 1\n"), pixels);
    }

    @Test
    void whatDoesNotFitIsSaid() {
        assertEquals(
                "crossEntropy: the smoothing must be in [0, 1], not 2.0",
                message(() -> CrossEntropy.DEFAULT.smoothing(2)));
        assertEquals(
                "crossEntropy: needs one weight per class, [K], not f32[]",
                message(() -> CrossEntropy.DEFAULT.weights(Tensor.scalar(1))));
        assertEquals(
                "crossEntropy: needs one weight per class\n  logits   f64[5, 3]\n  weights  f32[4]",
                message(() -> CrossEntropy.DEFAULT.weights(Tensor.ones(4)).of(LOGITS, Tensor.zeros(DType.I64, 5))));
    }

    @Test
    void weightsAreNumbersFromZeroOn() {
        for (float weight : new float[] {-2, Float.NaN, Float.POSITIVE_INFINITY}) {
            assertEquals(
                    "crossEntropy: a weight must be finite and not negative, but one is " + weight
                            + "\n  weights  f32[3]\n  hint: a weight of 0 leaves out what it belongs to",
                    message(() -> CrossEntropy.DEFAULT.weights(Tensor.of(new float[] {1, weight, 0}))));
        }
    }
}
