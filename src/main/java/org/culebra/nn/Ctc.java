package org.culebra.nn;

import java.util.Arrays;
import java.util.List;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * −ln Σ_π Π_t p_t(π_t) over all paths π that become the labels when repetitions are merged and blanks removed: connectionist
 * temporal classification (Graves et al. 2006, equations 6 to 8).
 *
 * <p>ln p: [T, B, K], labels: B sequences → terms [B]. The forward variables are computed in logarithms, for all examples and
 * positions at once, one step of a few small operations per t; their gradients follow from that.
 *
 * @param reduction what becomes of the terms; as in PyTorch the mean is that of each term over the number of its labels
 * @param blank the class that stands for nothing
 */
public record Ctc(Reduction reduction, int blank) {
    /** The mean, with class 0 for nothing. */
    public static final Ctc DEFAULT = new Ctc(Reduction.MEAN, 0);

    /** ln 0, as a number that arithmetic does not turn into NaN. */
    private static final double NOTHING = -1e30;

    /** Inputs α, α one before, α two before, 0 or NOTHING to allow that, ln p, whether t is before the end. */
    private static final Elementwise STEP = Elementwise.withScalars("ctcStep", 6, 0, (x, none) -> {
        Expression skipped = x.get(2).add(x.get(3));
        Expression largest = x.get(0).max(x.get(1)).max(skipped);
        Expression sum = x.get(0).sub(largest).exp();
        sum = sum.add(x.get(1).sub(largest).exp()).add(skipped.sub(largest).exp());
        Expression next = sum.log().add(largest).add(x.get(4));
        return List.of(x.get(5).ne(0).select(next, x.get(0)));
    });

    private static final Elementwise END =
            Elementwise.of(x -> x.lt(NOTHING / 2).select(Expression.constant(Double.POSITIVE_INFINITY), x.neg()));

    /**
     * The loss; infinite where an input is too short for its labels.
     *
     * @param logProbabilities ln p: [T, B, K], such as {@code logits.logSoftmax(2)}
     * @param labels one sequence per example, without blanks
     * @param lengths how many of the T steps of each example there are
     * @throws IllegalArgumentException if the numbers of examples differ, or a label or length is out of range
     */
    public Tensor of(Tensor logProbabilities, long[][] labels, int... lengths) {
        check(logProbabilities, labels, lengths);
        int width =
                2 * Arrays.stream(labels).mapToInt(each -> each.length).max().orElse(0) + 1;
        Tensor extended = extended(labels, width); // [B, 2S + 1]
        Tensor emitted = logProbabilities.gather(2, extended.unsqueeze(0)); // [T, B, 2S + 1]
        Tensor skips = like(logProbabilities, skips(labels, width), labels.length, width);
        Tensor alpha = emitted.select(0, 0).add(like(logProbabilities, starts(labels, width), labels.length, width));
        Tensor steps = Tensor.of(lengths, labels.length, 1);
        for (int t = 1; t < logProbabilities.dim(0); t++) {
            alpha = STEP.apply(
                    alpha, before(alpha, 1), before(alpha, 2), skips, emitted.select(0, t), steps.gt((double) t));
        }
        return reduced(END.apply(ends(alpha, labels)), labels);
    }

    private Tensor reduced(Tensor terms, long[][] labels) {
        if (reduction != Reduction.MEAN) {
            return reduction.of(terms);
        }
        double[] counts = Arrays.stream(labels)
                .mapToDouble(each -> Math.max(each.length, 1))
                .toArray();
        return terms.div(like(terms, counts, counts.length)).mean();
    }

    private static Tensor like(Tensor other, double[] numbers, long... dims) {
        return Tape.untracked(() -> Tensor.of(numbers, dims).to(other.dtype()));
    }

    private static Tensor before(Tensor alpha, long places) {
        long width = alpha.dim(1);
        return places >= width
                ? Tensor.full(alpha.dtype(), NOTHING)
                : alpha.narrow(1, 0, width - places).padWith(NOTHING, places, 0);
    }

    /** A path ends at the last label or at the blank behind it. */
    private static Tensor ends(Tensor alpha, long[][] labels) {
        long[] last = new long[2 * labels.length];
        double[] allowed = new double[last.length];
        for (int b = 0; b < labels.length; b++) {
            last[2 * b] = 2L * labels[b].length;
            last[2 * b + 1] = Math.max(last[2 * b] - 1, 0);
            allowed[2 * b + 1] = labels[b].length == 0 ? NOTHING : 0;
        }
        return alpha.gather(1, Tensor.of(last, labels.length, 2))
                .add(like(alpha, allowed, labels.length, 2))
                .logSumExp(1);
    }

    /** The labels with blanks before, between and behind them. */
    private Tensor extended(long[][] labels, int width) {
        long[] extended = new long[labels.length * width];
        Arrays.fill(extended, blank);
        for (int b = 0; b < labels.length; b++) {
            for (int s = 0; s < labels[b].length; s++) {
                extended[b * width + 2 * s + 1] = labels[b][s];
            }
        }
        return Tensor.of(extended, labels.length, width);
    }

    /** A path may leave out the blank between two labels that differ. */
    private static double[] skips(long[][] labels, int width) {
        double[] skips = new double[labels.length * width];
        Arrays.fill(skips, NOTHING);
        for (int b = 0; b < labels.length; b++) {
            for (int s = 1; s < labels[b].length; s++) {
                skips[b * width + 2 * s + 1] = labels[b][s] == labels[b][s - 1] ? NOTHING : 0;
            }
        }
        return skips;
    }

    /** A path begins at the first blank or at the first label. */
    private static double[] starts(long[][] labels, int width) {
        double[] starts = new double[labels.length * width];
        Arrays.fill(starts, NOTHING);
        for (int b = 0; b < labels.length; b++) {
            starts[b * width] = 0;
            if (labels[b].length > 0) {
                starts[b * width + 1] = 0;
            }
        }
        return starts;
    }

    private void check(Tensor p, long[][] labels, int[] lengths) {
        if (p.rank() != 3 || p.dim(0) == 0 || p.dim(1) != labels.length || lengths.length != labels.length) {
            throw new IllegalArgumentException("ctc: needs ln p [T, B, K], B label sequences and B lengths\n  ln p     "
                    + p.describe() + "\n  labels   " + labels.length + "\n  lengths  " + lengths.length);
        }
        for (int length : lengths) {
            if (length < 1 || length > p.dim(0)) {
                throw new IllegalArgumentException(
                        "ctc: a length must be from 1 to " + p.dim(0) + " steps, not " + length);
            }
        }
        for (long[] sequence : labels) {
            for (long label : sequence) {
                if (label < 0 || label >= p.dim(2) || label == blank) {
                    throw new IllegalArgumentException("ctc: a label must be one of " + p.dim(2)
                            + " classes and not the blank " + blank + ", but it is " + label);
                }
            }
        }
    }
}
