package org.culebra.distributions;

import java.util.List;
import org.culebra.kernel.expression.Expression;
import org.culebra.memory.DType;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * P(k) = e^{lₖ} / Σⱼ e^{lⱼ}, k from 0 to K − 1.
 *
 * <p>Probabilities or l: [B, K]; events are whole numbers. Mean, variance and {@link #cdf} are those of the number k.
 */
public final class Categorical implements Distribution {
    private static final double[] NO_NUMBERS = {};

    /** l − ln(−ln u): the category with the largest is a sample (Gumbel 1954). */
    private static final Elementwise GUMBEL = Elementwise.withScalars(
            "gumbel",
            1,
            0,
            (l, _) -> List.of(l.get(0).sub(Expression.uniform(0).log().neg().log())));

    private static final Elementwise SURPRISE = Elementwise.of(l -> weighted(l, l.neg()));

    private static final Elementwise DIVERGENCE = Elementwise.of((a, b) -> weighted(a, a.sub(b)));

    /** eˡ·y, and 0 where that of l is 0, even if y is infinite. */
    private static Expression weighted(Expression l, Expression y) {
        return l.exp().eq(0).select(0, l.exp().mul(y));
    }

    /** ln P(k): [B, K]. */
    private final Tensor logits;

    private Categorical(Tensor logits) {
        this.logits = logits;
    }

    /**
     * By probabilities, or by weights that are not negative, whose sum they are divided by.
     *
     * @throws IllegalArgumentException if there is no axis of K, or one is negative or not finite, or all of one distribution are 0
     */
    public static Categorical ofProbabilities(Tensor p) {
        Arguments.vectors("Categorical", "probabilities", p);
        Arguments.require(
                "Categorical", "probabilities", p, "0 or more", p.ge(0).and(p.isFinite()));
        Tensor sum = p.to(Arguments.type(p)).sum(true, -1);
        Arguments.positive("Categorical", "sum of the probabilities", sum);
        return new Categorical(p.div(sum).log());
    }

    /**
     * By ln P(k) + any constant.
     *
     * @throws IllegalArgumentException if there is no axis of K, one is NaN or ∞, or all of one distribution are −∞
     */
    public static Categorical ofLogits(Tensor logits) {
        Arguments.vectors("Categorical", "logits", logits);
        Arguments.require("Categorical", "logits", logits, "numbers below ∞", logits.lt(Double.POSITIVE_INFINITY));
        Arguments.finite("Categorical", "largest of the logits", logits.max(-1));
        return new Categorical(logits.to(Arguments.type(logits)).logSoftmax(-1));
    }

    /** K. */
    public long categories() {
        return logits.dim(-1);
    }

    /** ln P(k): [B, K]. */
    public Tensor logits() {
        return logits;
    }

    /** P(k): [B, K]. */
    public Tensor probabilities() {
        return logits.exp();
    }

    /** The same distributions repeated along a larger batch. */
    Categorical expand(Shape batch) {
        return new Categorical(logits.expand(batch.append(categories())));
    }

    static Tensor divergence(Categorical p, Categorical q) {
        return DIVERGENCE.sum(List.of(p.logits, q.logits), -1);
    }

    @Override
    public Shape batchShape() {
        return logits.shape().without(-1);
    }

    @Override
    public Shape eventShape() {
        return Shape.of();
    }

    @Override
    public DType dtype() {
        return logits.dtype();
    }

    @Override
    public boolean isReparameterized() {
        return false;
    }

    /** Whole numbers from 0 to K − 1: i64[S, B]. */
    @Override
    public Tensor sample(Random random, long... dims) {
        return Tape.untracked(() ->
                GUMBEL
                        .applyAll(
                                random,
                                NO_NUMBERS,
                                logits.expand(Arguments.sampled(this, dims).append(categories())))[0]
                        .argMax(-1));
    }

    @Override
    public Tensor sampleReparameterized(Random random, long... dims) {
        throw Arguments.notReparameterized(this, "categories do not move with their probabilities");
    }

    /**
     * ln P(x).
     *
     * <p>x: whole numbers [S, B] → [S, B].
     *
     * @throws IllegalArgumentException if x is not of an integer type, one is not in [0, K), or the shape does not fit
     */
    @Override
    public Tensor logDensity(Tensor x) {
        Arguments.value(this, x);
        if (!x.dtype().isInteger()) {
            throw new IllegalArgumentException(
                    this + ": values are whole numbers of an integer type, unlike " + x.describe());
        }
        Tensor among = x.ge(0).and(x.lt((double) categories()));
        Arguments.require("Categorical", "values", x, "in [0, " + categories() + ")", among);
        Shape common = Arguments.together("Categorical", "values", x.shape(), "batch", batchShape());
        return logits.expand(common.append(categories()))
                .gather(-1, x.expand(common).unsqueeze(-1))
                .squeeze(-1);
    }

    @Override
    public Tensor entropy() {
        return SURPRISE.sum(List.of(logits), -1);
    }

    @Override
    public Tensor mean() {
        return probabilities().mul(numbers()).sum(-1);
    }

    @Override
    public Tensor variance() {
        return numbers().sub(mean().unsqueeze(-1)).square().mul(probabilities()).sum(-1);
    }

    private Tensor numbers() {
        return Tensor.arange(dtype(), 0, (double) categories(), 1);
    }

    @Override
    public Tensor cdf(Tensor x) {
        Tensor reached = numbers().le(Arguments.value(this, x).unsqueeze(-1));
        return probabilities().mul(reached.to(dtype())).sum(-1);
    }

    @Override
    public String toString() {
        return Arguments.describe(this);
    }
}
