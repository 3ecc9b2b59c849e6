package org.culebra.nn;

import static org.culebra.nn.LayerCheck.message;
import static org.culebra.nn.LayerCheck.normal;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.culebra.check.GradCheck;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class CtcTest {
    private static final Ctc TERMS = new Ctc(Reduction.NONE, 0);
    private static final long[][] LABELS = {{1, 2}, {2, 2}, {}, {1}};
    private static final int[] LENGTHS = {4, 4, 3, 2};

    /** Adds up the probabilities of all paths that become the labels. */
    private static double naive(Tensor logP, int example, int length, long[] labels, int blank) {
        int classes = (int) logP.dim(2);
        double sum = 0;
        for (int code = 0; code < Math.pow(classes, length); code++) {
            double p = 0;
            List<Long> merged = new ArrayList<>();
            int last = -1;
            int rest = code;
            for (int t = 0; t < length; t++) {
                int at = rest % classes;
                rest /= classes;
                p += logP.get(t, example, at);
                if (at != last && at != blank) {
                    merged.add((long) at);
                }
                last = at;
            }
            if (merged.equals(java.util.Arrays.stream(labels).boxed().toList())) {
                sum += Math.exp(p);
            }
        }
        return -Math.log(sum);
    }

    @Test
    void allPathsThatBecomeTheLabelsCount() {
        Tensor logP = normal(1, 4, 4, 3).logSoftmax(2);
        double[] terms = TERMS.of(logP, LABELS, LENGTHS).toDoubleArray();
        double mean = 0;
        for (int b = 0; b < 4; b++) {
            assertEquals(naive(logP, b, LENGTHS[b], LABELS[b], 0), terms[b], 1e-12);
            mean += terms[b] / Math.max(1, LABELS[b].length) / 4;
        }
        assertEquals(mean, Ctc.DEFAULT.of(logP, LABELS, LENGTHS).item(), 1e-13);
        long[][] others = {{0, 1}, {0}, {1, 0}, {}};
        double[] last = new Ctc(Reduction.NONE, 2).of(logP, others, LENGTHS).toDoubleArray();
        for (int b = 0; b < 4; b++) {
            assertEquals(naive(logP, b, LENGTHS[b], others[b], 2), last[b], 1e-12);
        }
    }

    @Test
    void gradientsOfBothOrdersAgreeWithDifferences() {
        GradCheck.of(x -> Ctc.DEFAULT.of(x.getFirst().logSoftmax(2), LABELS, LENGTHS))
                .order(2)
                .check(normal(2, 4, 4, 3))
                .orThrow();
    }

    @Test
    void hugeLogitsStayFinite() {
        Tensor logits = Tensor.of(new float[] {1e4f, -1e4f, -1e4f, 1e4f}, 2, 1, 2);
        try (var tape = Tape.open()) {
            Tensor loss = Ctc.DEFAULT.of(logits.logSoftmax(2), new long[][] {{1}}, 2);
            assertEquals(0, loss.item(), 1e-6);
            assertEquals(1, tape.gradient(loss, logits).isFinite().all().item());
        }
        Tensor wrong = Tensor.of(new float[] {1e4f, -1e4f, 1e4f, -1e4f}, 2, 1, 2);
        assertEquals(
                2e4, Ctc.DEFAULT.of(wrong.logSoftmax(2), new long[][] {{1}}, 2).item(), 1);
    }

    @Test
    void anInputTooShortCannotBeRight() {
        Tensor logP = normal(1, 2, 1, 3).logSoftmax(2);
        assertEquals(
                Double.POSITIVE_INFINITY,
                Ctc.DEFAULT.of(logP, new long[][] {{1, 1}}, 2).item());
    }

    @Test
    void whatDoesNotFitIsSaid() {
        Tensor logP = Tensor.zeros(2, 1, 3);
        assertEquals(
                "ctc: needs ln p [T, B, K], B label sequences and B lengths\n  ln p     f32[2, 1, 3]\n  labels   2\n"
                        + "  lengths  1",
                message(() -> Ctc.DEFAULT.of(logP, new long[2][1], 2)));
        assertEquals(
                "ctc: a length must be from 1 to 2 steps, not 3",
                message(() -> Ctc.DEFAULT.of(logP, new long[][] {{1}}, 3)));
        assertEquals(
                "ctc: a label must be one of 3 classes and not the blank 0, but it is 0",
                message(() -> Ctc.DEFAULT.of(logP, new long[][] {{0}}, 2)));
    }
}
