package org.culebra.distributions;

import org.culebra.kernel.expression.Condition;
import org.culebra.kernel.expression.Expression;
import org.culebra.memory.DType;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/**
 * P(1) = p, P(0) = 1 − p, with p = 1/(1 + e⁻ˡ).
 *
 * <p>p or l: [B]; events are numbers. At values between 0 and 1 the log-density is x·ln p + (1 − x)·ln(1 − p), as for the grey pixels of
 * a variational autoencoder. Gradients by p need 0 &lt; p &lt; 1.
 */
public final class Bernoulli implements Distribution {
    private static final Elementwise LOGIT =
            Elementwise.of(p -> p.log().sub(p.neg().log1p()));

    private static final Elementwise LOG_DENSITY = Elementwise.of((x, logit) -> times(x, softplus(logit.neg()))
            .add(times(x.rsub(1), softplus(logit)))
            .neg());

    private static final Elementwise ENTROPY = Elementwise.of(logit ->
            times(logit.sigmoid(), softplus(logit.neg())).add(times(logit.neg().sigmoid(), softplus(logit))));

    private static final Elementwise DIVERGENCE =
            Elementwise.of((a, b) -> times(a.sigmoid(), softplus(b.neg()).sub(softplus(a.neg())))
                    .add(times(a.neg().sigmoid(), softplus(b).sub(softplus(a)))));

    private static final Elementwise VARIANCE =
            Elementwise.of(logit -> logit.sigmoid().mul(logit.neg().sigmoid()));

    private static final Elementwise CDF = Elementwise.of((x, logit) ->
            x.lt(0).select(0, x.lt(1).select(logit.neg().sigmoid(), 1)));

    private final Tensor logits;

    private Bernoulli(Tensor logits) {
        this.logits = logits;
    }

    /**
     * By p.
     *
     * @throws IllegalArgumentException if one is not in [0, 1]
     */
    public static Bernoulli ofProbabilities(Tensor p) {
        Arguments.probabilities("Bernoulli", p);
        return new Bernoulli(LOGIT.apply(p.to(Arguments.type(p))));
    }

    /**
     * By l = ln(p/(1 − p)).
     *
     * @throws IllegalArgumentException if one is NaN
     */
    public static Bernoulli ofLogits(Tensor logits) {
        Arguments.notNaN("Bernoulli", "logits", logits);
        return new Bernoulli(logits.to(Arguments.type(logits)));
    }

    /** ln(1 + eˣ), finite derivatives everywhere. */
    private static Expression softplus(Expression x) {
        Condition above = x.gt(0);
        return above.select(x, 0).add(above.select(x.neg(), x).exp().log1p());
    }

    /** w·y, and 0 where w is 0 even if y is infinite. */
    private static Expression times(Expression w, Expression y) {
        return w.eq(0).select(0, w.mul(y));
    }

    /** ln(p/(1 − p)): [B]. */
    public Tensor logits() {
        return logits;
    }

    /** p: [B]. */
    public Tensor probabilities() {
        return logits.sigmoid();
    }

    static Tensor divergence(Bernoulli p, Bernoulli q) {
        return DIVERGENCE.apply(p.logits, q.logits);
    }

    @Override
    public Shape batchShape() {
        return logits.shape();
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

    /** 0 or 1, of the type of the parameters: [S, B]. */
    @Override
    public Tensor sample(Random random, long... dims) {
        Tensor p = probabilities().detach();
        return Tensor.bernoulli(random, p.expand(Arguments.sampled(this, dims)));
    }

    @Override
    public Tensor sampleReparameterized(Random random, long... dims) {
        throw Arguments.notReparameterized(this, "0 and 1 do not move with p");
    }

    @Override
    public Tensor logDensity(Tensor x) {
        return LOG_DENSITY.apply(Arguments.value(this, x), logits);
    }

    @Override
    public Tensor entropy() {
        return ENTROPY.apply(logits);
    }

    @Override
    public Tensor mean() {
        return probabilities();
    }

    @Override
    public Tensor variance() {
        return VARIANCE.apply(logits);
    }

    @Override
    public Tensor cdf(Tensor x) {
        return CDF.apply(Arguments.value(this, x), logits);
    }

    @Override
    public String toString() {
        return Arguments.describe(this);
    }
}
