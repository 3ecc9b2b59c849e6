package org.culebra.distributions;

import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/**
 * y = f(x), x ~ p: ln q(y) = ln p(f⁻¹(y)) − ln|det ∂f/∂x|.
 *
 * <p>A distribution of batch [B] and events [E] → another of the same. Outside the range of f the density is 0. Samples that rounding
 * puts on the edge of the range, as tanh does beyond 9 in f32, are outside.
 */
public final class Transformed implements Distribution {
    private final Distribution base;
    private final Bijection bijection;

    private Transformed(Distribution base, Bijection bijection) {
        this.base = base;
        this.bijection = bijection;
    }

    /**
     * What becomes of a distribution.
     *
     * @throws IllegalArgumentException if f mixes more axes than events have, or its parameters do not expand to [B, E]
     */
    public static Transformed of(Distribution base, Bijection bijection) {
        Shape all = Arguments.join(base.batchShape(), base.eventShape());
        if (bijection.eventRank() > base.eventShape().rank()
                || !bijection.shape().expandsTo(all)) {
            throw new IllegalArgumentException(
                    "Transformed: the bijection does not fit the distribution\n  bijection     "
                            + "parameters " + bijection.shape() + ", mixes " + bijection.eventRank()
                            + " axes\n  distribution  " + base
                            + "\n  hint: make the distribution with the batch, and with Independent the events, that are wanted");
        }
        return new Transformed(base, bijection);
    }

    /** p. */
    public Distribution base() {
        return base;
    }

    /** f. */
    public Bijection bijection() {
        return bijection;
    }

    @Override
    public Shape batchShape() {
        return base.batchShape();
    }

    @Override
    public Shape eventShape() {
        return base.eventShape();
    }

    @Override
    public DType dtype() {
        return base.dtype();
    }

    @Override
    public boolean isReparameterized() {
        return base.isReparameterized();
    }

    @Override
    public Tensor sample(Random random, long... dims) {
        return bijection.forward(base.sample(random, dims)).detach();
    }

    @Override
    public Tensor sampleReparameterized(Random random, long... dims) {
        return bijection.forward(base.sampleReparameterized(random, dims));
    }

    @Override
    public Tensor logDensity(Tensor y) {
        Tensor outside = bijection.isOutside(Arguments.value(this, y));
        // What is outside is replaced before anything is computed of it: a NaN there would reach the gradients.
        Tensor inside = outside.where(bijection.forward(Tensor.zeros(dtype())), y.to(dtype()));
        Tensor x = bijection.inverse(inside);
        Tensor density = base.logDensity(x).sub(summed(bijection.logDeterminant(x)));
        Tensor none = eventShape().rank() == 0
                ? outside
                : outside.expand(y.shape()).any(Arguments.last(eventShape().rank()));
        return none.where(Tensor.full(dtype(), Double.NEGATIVE_INFINITY), density);
    }

    /** Σ over those axes of the event that the bijection did not take together itself. */
    private Tensor summed(Tensor logDeterminant) {
        return Arguments.sumLast(logDeterminant, eventShape().rank() - bijection.eventRank());
    }

    /** H(x) + E ln|det ∂f/∂x|, known where that is linear in x. */
    @Override
    public Tensor entropy() {
        if (bijection instanceof Bijections.Affine || bijection == Bijections.Standard.EXP) {
            return base.entropy().add(summed(bijection.logDeterminant(base.mean())));
        }
        return Distribution.super.entropy();
    }

    @Override
    public Tensor mean() {
        if (bijection instanceof Bijections.Affine) {
            return bijection.forward(base.mean());
        }
        if (bijection == Bijections.Standard.EXP && isNormal(base)) {
            return base.mean().add(base.variance().mul(.5)).exp();
        }
        throw Arguments.unknown(this, "mean", "the mean of samples estimates it");
    }

    @Override
    public Tensor variance() {
        if (bijection instanceof Bijections.Affine(Tensor _, Tensor scale, Shape _)) {
            return base.variance().mul(scale.square());
        }
        if (bijection == Bijections.Standard.EXP && isNormal(base)) {
            return mean().square().mul(base.variance().expm1());
        }
        throw Arguments.unknown(this, "variance", "the variance of samples estimates it");
    }

    /** Each number of an event, by itself, is normal. */
    private static boolean isNormal(Distribution d) {
        return d instanceof Normal
                || d instanceof MultivariateNormal
                || (d instanceof Independent all && isNormal(all.base()));
    }

    @Override
    public Tensor cdf(Tensor y) {
        return bijection.rank(
                base.cdf(bijection.inverse(Arguments.value(this, y).to(dtype()))));
    }

    @Override
    public Tensor quantile(Tensor p) {
        return bijection.forward(base.quantile(bijection.rank(p)));
    }

    @Override
    public String toString() {
        return Arguments.describe(this);
    }
}
