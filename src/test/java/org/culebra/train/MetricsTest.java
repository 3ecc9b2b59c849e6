package org.culebra.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.culebra.memory.DType;
import org.culebra.nn.Losses;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Values worked out by hand from the definitions. */
class MetricsTest {
    private static final double CLOSE = 1e-12;

    /** Truth 0 0 0 1 1 2, predicted 0 0 1 1 2 2; class 3 neither occurs nor is predicted. */
    private static final Tensor LABELS = Tensor.of(new long[] {0, 0, 0, 1, 1, 2});

    private static final Tensor LOGITS = Tensor.of(
            new float[] {
                3, 1, 0, -1, //
                2, 1, 0, -1, //
                1, 2, 0, -1, //
                0, 2, 1, -1, //
                0, 1, 2, -1, //
                0, 1, 2, -1
            },
            6,
            4);

    private static double of(Metric metric, Tensor output, Tensor target) {
        metric.add(output, target);
        return metric.value();
    }

    @Test
    void figuresOfClasses() {
        assertEquals(4 / 6., of(Metrics.accuracy(), LOGITS, LABELS));
        // precision 1, 1/2, 1/2; recall 2/3, 1/2, 1; f1 4/5, 1/2, 2/3 of the three classes that occur
        assertEquals(2 / 3., of(Metrics.precision(), LOGITS, LABELS), CLOSE);
        assertEquals(13 / 18., of(Metrics.recall(), LOGITS, LABELS), CLOSE);
        assertEquals((4 / 5. + 1 / 2. + 2 / 3.) / 3, of(Metrics.f1(), LOGITS, LABELS), CLOSE);
        assertEquals(4 / 6., of(Metrics.precision(Averaging.MICRO), LOGITS, LABELS), CLOSE);
        assertEquals(4 / 6., of(Metrics.f1(Averaging.MICRO), LOGITS, LABELS), CLOSE);
        assertEquals((3 * 1 + 2 / 2. + 1 / 2.) / 6, of(Metrics.precision(Averaging.WEIGHTED), LOGITS, LABELS), CLOSE);
        assertEquals(4 / 6., of(Metrics.recall(Averaging.WEIGHTED), LOGITS, LABELS), CLOSE);
        assertEquals((3 * 4 / 5. + 2 / 2. + 2 / 3.) / 6, of(Metrics.f1(Averaging.WEIGHTED), LOGITS, LABELS), CLOSE);
    }

    @Test
    void probabilitiesCountByTheLargest() {
        assertEquals(4 / 6., of(Metrics.accuracy(), LOGITS, LABELS.oneHot(4)));
    }

    @Test
    void theLargestKCount() {
        assertEquals(1, of(Metrics.topK(2), LOGITS, LABELS));
        assertEquals(4 / 6., of(Metrics.topK(1), LOGITS, LABELS));
        assertEquals("top_2_accuracy", Metrics.topK(2).name());
        Tensor sequence = LOGITS.reshape(2, 3, 4).permute(0, 2, 1); // (B, K, T)
        assertEquals(4 / 6., of(Metrics.topK(1), sequence, LABELS.reshape(2, 3)));
        assertEquals(4 / 6., of(Metrics.accuracy(), sequence, LABELS.reshape(2, 3)));
    }

    @Test
    void oneLogitDecidesBetweenTwoClasses() {
        Tensor logits = Tensor.of(new float[] {1, 2, -1, -2, 3}, 5, 1);
        Tensor truth = Tensor.of(new float[] {1, 0, 1, 0, 1}); // hits 2, predicted 3, actual 3
        assertEquals(3 / 5., of(Metrics.accuracy(), logits, truth));
        assertEquals(2 / 3., of(Metrics.precision(), logits, truth));
        assertEquals(2 / 3., of(Metrics.recall(), logits.reshape(5), truth.to(DType.I64)));
        assertEquals(2 / 3., of(Metrics.f1(Averaging.WEIGHTED), logits, truth.to(DType.BOOL)));
    }

    @Test
    void nothingToDivideByIsZero() {
        Tensor negative = Tensor.of(new float[] {-1, -1});
        assertEquals(0, of(Metrics.precision(), negative, Tensor.of(new long[] {1, 0})));
        assertEquals(0, of(Metrics.recall(), negative, Tensor.of(new long[] {0, 0})));
        assertEquals(0, of(Metrics.f1(), negative, Tensor.of(new long[] {0, 0})));
        assertTrue(Double.isNaN(of(Metrics.precision(), Tensor.zeros(0), Tensor.zeros(DType.I64, 0))));
    }

    @Test
    void areaUnderTheCurve() {
        // scikit-learn's own example: three of the four pairs are in order
        Tensor truth = Tensor.of(new long[] {0, 0, 1, 1});
        assertEquals(.75, of(Metrics.auc(), Tensor.of(new double[] {.1, .4, .35, .8}), truth));
        assertEquals(.5, of(Metrics.auc(), Tensor.of(new double[] {1, 1, 1, 1}), truth));
        assertEquals(7 / 8., of(Metrics.auc(), Tensor.of(new double[] {0, 1, 1, 2}, 4, 1), truth));
        assertTrue(Double.isNaN(of(Metrics.auc(), Tensor.of(new double[] {1, 2}), Tensor.of(new long[] {1, 1}))));
        assertTrue(Double.isNaN(
                of(Metrics.auc(), Tensor.of(new double[] {1, Double.NaN}), Tensor.of(new long[] {1, 0}))));
    }

    @Test
    void areasOfSeveralClassesAreThoseOfTheirProbabilities() {
        // Of class 0 the second example has the larger logit and the smaller share; class 2 never occurs.
        Tensor logits = Tensor.of(new float[] {0, -5, -5, 5, 10, -5}, 2, 3);
        assertEquals(1, of(Metrics.auc(), logits, Tensor.of(new long[] {0, 1})));
        assertEquals(0, of(Metrics.auc(), logits, Tensor.of(new long[] {1, 0})));
    }

    @Test
    void figuresOfNumbers() {
        Tensor output = Tensor.of(new double[] {2.5, 0, 2, 8});
        Tensor target = Tensor.of(new double[] {3, -.5, 2, 7});
        assertEquals(.5, of(Metrics.meanAbsoluteError(), output, target), CLOSE);
        assertEquals(.375, of(Metrics.meanSquaredError(), output, target), CLOSE);
        assertEquals(Math.sqrt(.375), of(Metrics.rootMeanSquaredError(), output, target), CLOSE);
        assertEquals(1 - 1.5 / 29.1875, of(Metrics.r2(), output, target), CLOSE);
        assertEquals(.375, of(Metrics.meanSquaredError(), output.reshape(4, 1), target), CLOSE);
    }

    @Test
    void columnsAreAveraged() {
        Tensor output = Tensor.of(new double[] {0, 2, -1, 2, 8, -5}, 3, 2);
        Tensor target = Tensor.of(new double[] {.5, 1, -1, 1, 7, -6}, 3, 2);
        double mean = 6.5 / 3;
        double spread = Math.pow(.5 - mean, 2) + Math.pow(-1 - mean, 2) + Math.pow(7 - mean, 2);
        double middle = -4 / 3.;
        double other = 2 * Math.pow(1 - middle, 2) + Math.pow(-6 - middle, 2);
        assertEquals((1 - 1.25 / spread + 1 - 3 / other) / 2, of(Metrics.r2(), output, target), CLOSE);
        assertEquals((Math.sqrt(1.25 / 3) + 1) / 2, of(Metrics.rootMeanSquaredError(), output, target), CLOSE);
    }

    @Test
    void whatDoesNotVary() {
        Tensor same = Tensor.of(new double[] {2, 2});
        assertEquals(1, of(Metrics.r2(), same, same));
        assertEquals(0, of(Metrics.r2(), Tensor.of(new double[] {2, 3}), same));
        assertTrue(Double.isNaN(of(Metrics.r2(), Tensor.of(new double[] {2}), Tensor.of(new double[] {2}))));
    }

    @Test
    void lossesAndPerplexity() {
        Tensor equal = Tensor.zeros(3, 8);
        Tensor labels = Tensor.of(new long[] {1, -1, 7});
        assertEquals(8, of(Metrics.perplexity(-1), equal, labels), 1e-9);
        assertEquals(8, of(Metrics.perplexity(), equal, Tensor.of(new long[] {1, 0, 7})), 1e-9);
        Metric loss = Metrics.loss("mse", Losses::mse);
        loss.add(Tensor.of(new float[] {1}), Tensor.of(new float[] {0})); // 1
        loss.add(Tensor.of(new float[] {2, 2, 2}), Tensor.of(new float[] {0, 0, 0})); // 4, three times
        assertEquals(13 / 4., loss.value());
        assertEquals("mse 3.25", loss.toString());
    }

    @Test
    void nothingIsNaNAndResetForgets() {
        for (Metric metric : List.of(Metrics.accuracy(), Metrics.auc(), Metrics.r2(), Metrics.topK(3))) {
            assertTrue(Double.isNaN(metric.value()), metric.name());
        }
        Metric accuracy = Metrics.accuracy();
        accuracy.add(LOGITS, LABELS);
        accuracy.reset();
        assertTrue(Double.isNaN(accuracy.value()));
    }

    @Test
    void nothingIsRecorded() {
        try (var tape = Tape.open()) {
            Metrics.accuracy().add(LOGITS, LABELS);
            Metrics.perplexity().add(LOGITS, LABELS);
            assertEquals(0, tape.size());
        }
    }

    @Test
    void aConfusionMatrixIsFedAsAMetric() {
        var confusion = new ConfusionMatrix(List.of("a", "b", "c", "d"));
        confusion.add(LOGITS, LABELS);
        assertEquals(4 / 6., confusion.value());
        assertEquals(1, confusion.count(1, 2));
        assertEquals(.5, confusion.precision(1));
        assertEquals(4 / 5., confusion.f1(0));
        assertTrue(Double.isNaN(confusion.precision(3)));
        assertTrue(Double.isNaN(confusion.f1(3)));
        confusion.reset();
        assertTrue(Double.isNaN(confusion.value()));
        assertEquals(
                "confusion: an output of 2 classes where there are 4",
                message(() -> confusion.add(Tensor.zeros(1), Tensor.zeros(1))));
    }

    @Test
    void messages() {
        assertEquals("""
                accuracy: the shapes do not fit
                  needed  logits [B, K] and classes i64[B], or logits [B] and truths [B] of 0 and 1
                  output  f32[6, 4]
                  target  i64[3]""", message(() -> Metrics.accuracy().add(LOGITS, Tensor.arange(3))));
        assertEquals(
                "f1: label 4 is none of the 4 classes, 0 to 3",
                message(() -> Metrics.f1().add(Tensor.zeros(1, 4), Tensor.of(new long[] {4}))));
        assertEquals(
                "auc: label -1 is none of the 4 classes, 0 to 3",
                message(() -> Metrics.auc().add(Tensor.zeros(1, 4), Tensor.of(new long[] {-1}))));
        assertEquals("topK: k must be positive, not 0", message(() -> Metrics.topK(0)));
        assertEquals(
                "top_5_accuracy: needs logits of at least 5 classes\n  output  f32[6, 4]",
                message(() -> Metrics.topK(5).add(LOGITS, LABELS)));
        assertEquals(
                "r2: needs one target per number of the output\n  output  f32[2]\n  target  f32[3]",
                message(() -> Metrics.r2().add(Tensor.zeros(2), Tensor.zeros(3))));
        Metric recall = Metrics.recall();
        recall.add(LOGITS, LABELS);
        assertEquals(
                "metrics: a batch of 2 classes after batches of 4\n  hint: reset() between models",
                message(() -> recall.add(Tensor.zeros(1, 2), Tensor.arange(1))));
        Metric error = Metrics.meanSquaredError();
        error.add(Tensor.zeros(2, 3), Tensor.zeros(2, 3));
        assertEquals(
                "metrics: a batch of 1 numbers per example after batches of 3\n  hint: reset() between models",
                message(() -> error.add(Tensor.zeros(2), Tensor.zeros(2))));
    }

    private static String message(org.junit.jupiter.api.function.Executable call) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
