package org.culebra.nn;

import java.util.List;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * −Σ_c w_c·q_c·ln softmax(x)_c, with options: {@code CrossEntropy.DEFAULT.smoothing(.1).of(logits, labels)}.
 *
 * <p>x: [B, K] or [B, K, ...], labels: i64[B] or i64[B, ...] → terms of the labels' shape. A label y stands for q_y = 1; q may also
 * be given, with the shape of x. Options and results are PyTorch's.
 *
 * @param reduction what becomes of the terms; the mean over labels is weighted: Σ lᵢ/Σ w_yᵢ
 * @param smoothing ε: q becomes (1 − ε)·q + ε/K (Szegedy et al. 2016, section 7)
 * @param weights w, [K]; none are ones
 * @param ignored the label that costs nothing, if there is one
 */
public record CrossEntropy(
        Reduction reduction,
        double smoothing,
        @Nullable Tensor weights,
        @Nullable Long ignored) {
    /** The mean, with nothing smoothed, weighted or ignored. */
    public static final CrossEntropy DEFAULT = new CrossEntropy(Reduction.MEAN, 0, null, null);

    /** Inputs ln p, w; −w·ln p. */
    private static final Elementwise WEIGHTED_LOG = Elementwise.withScalars(
            "weightedLog", 2, 0, (x, none) -> List.of(x.get(0).mul(x.get(1)).neg()));

    /** Inputs ln p, w, q; numbers 1 − ε, ε/K. */
    private static final Elementwise CROSS = Elementwise.withScalars("crossEntropy", 3, 2, (x, s) -> {
        var q = x.get(2).mul(s.get(0)).add(s.get(1));
        return List.of(x.get(0).mul(x.get(1)).mul(q).neg());
    });

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if the smoothing is not in [0, 1], or the weights are no vector of finite numbers, none of them
     *     negative
     */
    public CrossEntropy {
        if (!(smoothing >= 0 && smoothing <= 1)) {
            throw new IllegalArgumentException("crossEntropy: the smoothing must be in [0, 1], not " + smoothing);
        }
        if (weights != null && weights.rank() != 1) {
            throw new IllegalArgumentException(
                    "crossEntropy: needs one weight per class, [K], not " + weights.describe());
        }
        if (weights != null) {
            Checks.weights("crossEntropy", weights);
        }
    }

    /** With this reduction. */
    public CrossEntropy reduction(Reduction other) {
        return new CrossEntropy(other, smoothing, weights, ignored);
    }

    /** With smoothed labels. */
    public CrossEntropy smoothing(double share) {
        return new CrossEntropy(reduction, share, weights, ignored);
    }

    /** With a weight for each class, [K]. */
    public CrossEntropy weights(Tensor perClass) {
        return new CrossEntropy(reduction, smoothing, perClass, ignored);
    }

    /** With a label that costs nothing, such as −1 or −100. */
    public CrossEntropy ignoring(long label) {
        return new CrossEntropy(reduction, smoothing, weights, label);
    }

    /**
     * The loss of logits.
     *
     * @throws IllegalArgumentException if the shapes do not fit, or a label is out of range
     */
    public Tensor of(Tensor logits, Tensor target) {
        checkShapes(logits, target);
        return ofLogProbabilities(logits.logSoftmax(1), target);
    }

    /**
     * The loss of logarithms of probabilities, which are taken as they are: the negative log-likelihood.
     *
     * @throws IllegalArgumentException if the shapes do not fit, or a label is out of range
     */
    public Tensor ofLogProbabilities(Tensor logProbabilities, Tensor target) {
        checkShapes(logProbabilities, target);
        return target.dtype().isFloating()
                ? ofProbabilities(logProbabilities, target)
                : ofLabels(logProbabilities, target);
    }

    private Tensor ofProbabilities(Tensor logs, Tensor q) {
        double[] numbers = {1 - smoothing, smoothing / logs.dim(1)};
        return reduction.of(CROSS.sum(numbers, false, List.of(logs, perClass(logs), q), 1));
    }

    private Tensor ofLabels(Tensor logs, Tensor target) {
        Tensor counts = ignored == null ? null : target.ne((double) ignored);
        Tensor labels = counts == null ? target : counts.where(target, Tensor.full(target.dtype(), 0));
        Tensor terms = ofEach(logs, labels).neg(); // [B, ...]
        if (counts == null && weights == null && smoothing == 0) {
            return reduction.of(terms);
        }
        Tensor weight = weights == null ? Tensor.ones(logs.dtype()) : weights.embedding(labels);
        if (counts != null) {
            weight = weight.mul(counts);
        }
        terms = terms.mul(weight);
        if (smoothing > 0) {
            Tensor all = WEIGHTED_LOG.sum(List.of(logs, perClass(logs)), 1).mul(smoothing / logs.dim(1));
            terms = terms.mul(1 - smoothing).add(counts == null ? all : all.mul(counts));
        }
        return reduction.weighted(terms, weight);
    }

    /** ln p of each label. */
    private static Tensor ofEach(Tensor logs, Tensor labels) {
        try {
            return logs.gather(1, labels.unsqueeze(1)).squeeze(1);
        } catch (IllegalArgumentException e) {
            throw outOfRange(logs, labels, e);
        }
    }

    /** What is wrong in the words of the loss: looked for only when something is. */
    private static IllegalArgumentException outOfRange(Tensor logs, Tensor labels, IllegalArgumentException otherwise) {
        long classes = logs.dim(1);
        long[] values = labels.toLongArray();
        for (int i = 0; i < values.length; i++) {
            if (values[i] < 0 || values[i] >= classes) {
                return new IllegalArgumentException("crossEntropy: label " + values[i] + " is none of the " + classes
                        + " classes, 0 to " + (classes - 1) + "\n  logits  " + logs.describe() + "\n  labels  "
                        + labels.describe() + ", the offender in example " + i / (values.length / labels.dim(0))
                        + "\n  hint: CrossEntropy.DEFAULT.ignoring(" + values[i] + ") leaves such examples out");
            }
        }
        return otherwise;
    }

    /** w as [K, 1, ...]. */
    private Tensor perClass(Tensor x) {
        return weights == null ? Tensor.ones(x.dtype()) : weights.reshape(Scaling.perChannel(x.dim(1), x.rank()));
    }

    private void checkShapes(Tensor x, Tensor target) {
        boolean fits = x.rank() >= 2
                && (target.dtype().isFloating()
                        ? target.shape().equals(x.shape())
                        : target.shape().equals(x.shape().without(1)));
        if (!fits) {
            throw new IllegalArgumentException("crossEntropy: needs logits [B, K] and one class index per row, i64[B]\n"
                    + "  logits  " + x.describe() + "\n  labels  " + target.describe());
        }
        if (weights != null && weights.dim(0) != x.dim(1)) {
            throw new IllegalArgumentException("crossEntropy: needs one weight per class\n  logits   " + x.describe()
                    + "\n  weights  " + weights.describe());
        }
    }
}
