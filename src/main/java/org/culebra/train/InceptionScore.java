package org.culebra.train;

import org.culebra.memory.DType;
import org.culebra.memory.Scope;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * exp(meanₓ KL(p(y|x) ‖ p(y))), with p(y) the mean over x: how sure a classifier is of each sample, and how different the samples are. From 1,
 * all alike or nothing recognized, to K, each class equally often and no doubt about any.
 *
 * <p>probabilities: [N, K]. "Inception" is the classifier of the paper; with another one the figure has another scale.
 *
 * @see <a href="https://arxiv.org/abs/1606.03498">Salimans et al. 2016, section 4</a>
 */
public final class InceptionScore {
    private static final double SUM_TOLERANCE = 1e-3;

    private InceptionScore() {}

    /**
     * Of what a classifier says of N samples.
     *
     * @throws IllegalArgumentException if they are not probabilities of classes: [N, K], each from 0 to 1, 1 in each row
     */
    public static double of(Tensor probabilities) {
        if (probabilities.rank() != 2
                || probabilities.size() == 0
                || !probabilities.dtype().isFloating()) {
            throw wrong("needs probabilities, f32 or f64 [N, K]", probabilities);
        }
        try (Scope _ = Scope.open("inception score")) {
            return Tape.untracked(() -> score(probabilities));
        }
    }

    private static double score(Tensor probabilities) {
        Tensor p = probabilities.to(DType.F64);
        double error = p.sum(1).sub(1).abs().max().item();
        if (!(p.min().item() >= 0 && error <= SUM_TOLERANCE)) {
            throw wrong("the probabilities of each row must be from 0 to 1, and 1 together", probabilities);
        }
        // 0·ln 0 is 0.
        Tensor ratio = p.maximum(Double.MIN_NORMAL)
                .log()
                .sub(p.mean(0).maximum(Double.MIN_NORMAL).log());
        return Math.exp(p.mul(ratio).sum(1).mean().item());
    }

    private static IllegalArgumentException wrong(String rule, Tensor x) {
        return new IllegalArgumentException("inception score: " + rule + "\n  given  " + x.describe());
    }
}
