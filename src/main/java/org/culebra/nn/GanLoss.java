package org.culebra.nn;

import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;

/**
 * What a discriminator and a generator make small, given scores: logits of "this is real", or of a critic any numbers. With r the
 * scores of real examples and f those of generated ones, the discriminator's loss is mean a(r) + mean b(f), the generator's mean
 * c(f).
 *
 * <p>r, f: [B] or [B, 1], each of any B → a scalar.
 */
public enum GanLoss {
    /** a = −ln σ(r), b = −ln(1 − σ(f)), c = −ln σ(f) (Goodfellow et al. 2014, section 3): its slope is large where the generator is bad. */
    NON_SATURATING(
            r -> Losses.softplus(r.neg()), // -ln D(x): equation 1
            Losses::softplus, // -ln(1 - D(G(z))): equation 1
            f -> Losses.softplus(f.neg())), // -ln D(G(z)): section 3, last paragraph
    /** The same, but c = ln(1 − σ(f)) (Goodfellow et al. 2014, equation 1): the game of two players whose losses add up to nothing. */
    SATURATING(
            r -> Losses.softplus(r.neg()), // -ln D(x): equation 1
            Losses::softplus, // -ln(1 - D(G(z))): equation 1
            f -> Losses.softplus(f).neg()), // ln(1 - D(G(z))): equation 1
    /** a = ½(r − 1)², b = ½f², c = ½(f − 1)² (Mao et al. 2017, equation 9). */
    LEAST_SQUARES(
            r -> r.sub(1).square().mul(.5), // ½(D(x) - 1)²: equation 9
            f -> f.square().mul(.5), // ½D(G(z))²: equation 9
            f -> f.sub(1).square().mul(.5)), // ½(D(G(z)) - 1)²: equation 9
    /**
     * a = −r, b = f, c = −f: a distance between distributions if the critic is 1-Lipschitz (Arjovsky et al. 2017, equation 2), by
     * clipping (their algorithm 1), by {@link GradientPenalty} or by {@link SpectralNorm}.
     */
    WASSERSTEIN(
            Expression::neg, // -f_w(x): equation 3
            f -> f, // f_w(g(z)): equation 3
            Expression::neg), // -f_w(g(z)): theorem 3
    /** a = max(0, 1 − r), b = max(0, 1 + f), c = −f (Lim and Ye 2017; Miyato et al. 2018, equations 16 and 17). */
    HINGE(
            r -> r.rsub(1).max(0), // -min(0, -1 + D(x)): equation 16
            f -> f.add(1).max(0), // -min(0, -1 - D(G(z))): equation 16
            Expression::neg); // -D(G(z)): equation 17

    private static final double[] NONE = {};

    private final Elementwise real;
    private final Elementwise fake;
    private final Elementwise fooled;

    GanLoss(UnaryOperator<Expression> real, UnaryOperator<Expression> fake, UnaryOperator<Expression> fooled) {
        this.real = term("Real", real);
        this.fake = term("Fake", fake);
        this.fooled = term("Fooled", fooled);
    }

    private Elementwise term(String side, UnaryOperator<Expression> function) {
        return Elementwise.withScalars(
                name().toLowerCase(Locale.ROOT) + side, 1, 0, (x, none) -> List.of(function.apply(x.get(0))));
    }

    /**
     * mean a(r) + mean b(f): what the discriminator makes small.
     *
     * @throws IllegalArgumentException if these are no scores
     */
    public Tensor discriminator(Tensor realScores, Tensor fakeScores) {
        return mean(real, realScores).add(mean(fake, fakeScores));
    }

    /**
     * mean c(f): what the generator makes small.
     *
     * @throws IllegalArgumentException if these are no scores
     */
    public Tensor generator(Tensor fakeScores) {
        return mean(fooled, fakeScores);
    }

    private static Tensor mean(Elementwise term, Tensor scores) {
        requireScores(scores);
        return Reduction.MEAN.of(term, NONE, scores);
    }

    static void requireScores(Tensor scores) {
        if (scores.rank() == 0 || scores.size() == 0 || scores.size() != scores.dim(0)) {
            throw new IllegalArgumentException(
                    "gan loss: needs scores, one for each example, [B] or [B, 1]\n  given   " + scores.describe());
        }
    }
}
