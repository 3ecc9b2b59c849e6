package org.culebra.nn;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Order;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * Terms of a discriminator's loss that keep its slope in bounds. The slope is a gradient itself, so the gradient of such a term
 * is one of second order: it is recorded on the tape like everything else.
 *
 * <p>Scores of one example must not depend on the others: no batch normalization in the discriminator (Gulrajani et al. 2017,
 * section 4).
 *
 * <p>x: [B, ...], scores: [B] or [B, 1] → a scalar.
 */
public final class GradientPenalty {
    /** Keeps the gradient of the root finite where the slope is 0. */
    private static final double EPSILON = 1e-12;

    private static final Elementwise SQUARE = Elementwise.withScalars(
            "slopeSquared", 1, 0, (x, none) -> List.of(x.get(0).square()));
    private static final Elementwise FROM_ONE = Elementwise.withScalars(
            "slopeFromOne",
            1,
            0,
            (x, none) -> List.of(x.get(0).add(EPSILON).sqrt().sub(1).square()));
    private static final Elementwise BETWEEN = Elementwise.withScalars(
            "between", 3, 0, (x, none) -> List.of(x.get(0).sub(x.get(1)).fma(x.get(2), x.get(1))));
    private static final double[] NONE = {};

    private GradientPenalty() {}

    /**
     * ½·mean ‖∂s/∂x‖²: R1 with γ = 1, if x are real examples (Mescheder et al. 2018, equation 9); R2, if they are generated.
     *
     * @param tape on which the scores were computed of x
     * @throws IllegalArgumentException if the scores do not depend on x, or are not one for each example
     */
    public static Tensor r1(Tape tape, Tensor scores, Tensor x) {
        return slopes(tape, scores, x).sum().mul(.5 / x.dim(0)); // ½ E ‖∇D(x)‖²: equation 9
    }

    /**
     * mean (‖∂d(x̂)/∂x̂‖ − 1)² at x̂ = u·real + (1 − u)·fake, one u ~ U(0, 1) for each pair (Gulrajani et al. 2017, equation 3 without
     * its λ).
     *
     * @param tape that is open
     * @param critic d
     * @param fake as many as there are real ones; no gradient flows to either
     * @throws IllegalArgumentException if the shapes differ, or the critic does not give one score for each example
     */
    public static Tensor wasserstein(Tape tape, UnaryOperator<Tensor> critic, Tensor real, Tensor fake, Random random) {
        if (!real.shape().equals(fake.shape())) {
            throw new IllegalArgumentException(
                    "gradient penalty: as many examples of the same shape are needed on both sides\n  real    "
                            + real.describe() + "\n  fake    " + fake.describe());
        }
        Tensor between = tape.withoutRecording(() -> {
            long[] perExample = new long[real.rank()];
            Arrays.fill(perExample, 1);
            perExample[0] = real.dim(0);
            Tensor share = Tensor.uniform(random, real.dtype(), 0, 1, perExample);
            return BETWEEN.apply(real, fake, share); // x̂ = εx + (1 - ε)x̃: algorithm 1
        });
        Tensor slopes = slopes(tape, critic.apply(between), between);
        return Reduction.MEAN.of(FROM_ONE, NONE, slopes); // E (‖∇D(x̂)‖ - 1)²: equation 3
    }

    /** ‖∂sᵢ/∂xᵢ‖², [B]: the scores do not depend on one another's examples, so the gradient of their sum has all of theirs. */
    private static Tensor slopes(Tape tape, Tensor scores, Tensor x) {
        GanLoss.requireScores(scores);
        if (scores.dim(0) != x.dim(0)) {
            throw new IllegalArgumentException("gradient penalty: there must be one score for each example\n  scores  "
                    + scores.describe() + "\n  x       " + x.describe());
        }
        Tensor slope = tape.gradient(scores.sum(), x, Order.DIFFERENTIABLE);
        return SQUARE.sum(List.of(slope), IntStream.range(1, x.rank()).toArray());
    }
}
