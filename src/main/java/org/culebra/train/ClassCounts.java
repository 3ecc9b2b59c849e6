package org.culebra.train;

import java.util.function.ToDoubleFunction;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;

/**
 * How often which class was taken for which: counts[truth][predicted].
 *
 * @param counts [K][K]; of binary decisions [2][2]
 * @param binary true if there was one logit per example, so that class 1 is the one that matters
 */
record ClassCounts(long[][] counts, boolean binary) {
    /** One example's or class's share of the four cases. */
    record Cases(long hits, long predicted, long actual) {
        double precision() {
            return ratio(hits, predicted);
        }

        double recall() {
            return ratio(hits, actual);
        }

        /** 2pr/(p + r), which is 2·hits/(predicted + actual). */
        double f1() {
            return ratio(2 * hits, predicted + actual);
        }

        private static double ratio(long part, long whole) {
            return whole == 0 ? 0 : (double) part / whole;
        }
    }

    /** Logits [B, K, ...] with classes i64[B, ...] or probabilities [B, K, ...]; or logits [B] or [B, 1] with truths [B] or [B, 1]. */
    static ClassCounts of(String metric, Tensor output, Tensor target) {
        boolean binary = isBinary(output);
        long[] truth = classes(metric, output, target);
        long[] predicted = (binary ? output.gt(0) : output.argMax(1)).toLongArray();
        int classes = binary ? 2 : Math.toIntExact(output.dim(1));
        var counts = new long[classes][classes];
        for (int i = 0; i < truth.length; i++) {
            counts[inRange(metric, truth[i], classes)][(int) predicted[i]]++;
        }
        return new ClassCounts(counts, binary);
    }

    /** True for one logit per example. */
    static boolean isBinary(Tensor output) {
        return output.rank() == 1 || (output.rank() == 2 && output.dim(1) == 1);
    }

    /** The true class of each example, as many as there are predictions. */
    static long[] classes(String metric, Tensor output, Tensor target) {
        boolean binary = isBinary(output);
        boolean sameShape = target.shape().equals(output.shape());
        boolean fits = binary
                ? target.size() == output.size() && target.rank() >= 1 && target.dim(0) == output.dim(0)
                : output.rank() >= 2
                        && (target.dtype().isFloating()
                                ? sameShape
                                : target.shape().equals(output.shape().without(1)));
        if (!fits) {
            throw new IllegalArgumentException(metric
                    + ": the shapes do not fit\n  needed  logits [B, K] and classes i64[B]"
                    + ", or logits [B] and truths [B] of 0 and 1\n  output  " + output.describe() + "\n  target  "
                    + target.describe());
        }
        if (binary) {
            return target.to(DType.F64).gt(.5).toLongArray();
        }
        return (sameShape ? target.argMax(1) : target).toLongArray();
    }

    static int inRange(String metric, long label, int classes) {
        if (label < 0 || label >= classes) {
            throw new IllegalArgumentException(
                    metric + ": label " + label + " is none of the " + classes + " classes, 0 to " + (classes - 1));
        }
        return (int) label;
    }

    /** Both, added up. */
    ClassCounts and(ClassCounts other) {
        if (counts.length != other.counts.length) {
            throw new IllegalArgumentException("metrics: a batch of " + other.counts.length
                    + " classes after batches of " + counts.length + "\n  hint: reset() between models");
        }
        var sum = new long[counts.length][counts.length];
        for (int i = 0; i < sum.length; i++) {
            for (int k = 0; k < sum.length; k++) {
                sum[i][k] = counts[i][k] + other.counts[i][k];
            }
        }
        return new ClassCounts(sum, binary);
    }

    Cases of(int k) {
        long predicted = 0;
        long actual = 0;
        for (int other = 0; other < counts.length; other++) {
            predicted += counts[other][k];
            actual += counts[k][other];
        }
        return new Cases(counts[k][k], predicted, actual);
    }

    double accuracy() {
        long right = 0;
        long all = 0;
        for (int k = 0; k < counts.length; k++) {
            right += counts[k][k];
            all += of(k).actual;
        }
        return (double) right / all;
    }

    /** A figure of each class made one; of binary decisions that of class 1. */
    double average(Averaging averaging, ToDoubleFunction<Cases> figure) {
        if (binary) {
            return isEmpty() ? Double.NaN : figure.applyAsDouble(of(1));
        }
        return switch (averaging) {
            case MICRO -> accuracy();
            case MACRO -> mean(figure, false);
            case WEIGHTED -> mean(figure, true);
        };
    }

    private boolean isEmpty() {
        return Double.isNaN(accuracy());
    }

    private double mean(ToDoubleFunction<Cases> figure, boolean weighted) {
        double sum = 0;
        double weights = 0;
        for (int k = 0; k < counts.length; k++) {
            Cases cases = of(k);
            double weight = weighted ? cases.actual : cases.actual + cases.predicted > 0 ? 1 : 0;
            sum += weight * (weight > 0 ? figure.applyAsDouble(cases) : 0);
            weights += weight;
        }
        return sum / weights;
    }
}
