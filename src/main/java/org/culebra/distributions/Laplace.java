package org.culebra.distributions;

import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;

/**
 * p(x) = exp(−|x − μ|/b) / 2b.
 *
 * <p>μ, b: broadcast to [B]; events are numbers.
 */
public final class Laplace extends LocationScale {
    private static final double LOG_2 = Math.log(2);

    /** An exponential magnitude with a random sign: with one uniform number for both, a magnitude of ∞ could come out. */
    private static final Standard STANDARD = Standard.of(
            "laplace",
            Expression.uniform(1)
                    .lt(.5)
                    .select(Expression.constant(1), Expression.constant(-1))
                    .mul(Expression.uniform(0).neg().log1p()),
            z -> z.abs().neg().sub(LOG_2),
            Laplace::standardCdf,
            0,
            2,
            1 + LOG_2);

    private static final Elementwise QUANTILE = Elementwise.of(
            p -> p.lt(.5).select(p.mul(2).log(), p.rsub(1).mul(2).log().neg()));

    private Laplace(Tensor location, Tensor scale) {
        super(
                STANDARD,
                location.to(Arguments.type(location, scale)),
                scale.to(Arguments.type(location, scale)),
                Arguments.together("Laplace", "location", location.shape(), "scale", scale.shape()),
                Arguments.type(location, scale));
    }

    /** ½eᶻ or 1 − ½e⁻ᶻ; with |z| the derivative at 0 would be 0. */
    private static Expression standardCdf(Expression z) {
        Expression tail = z.lt(0).select(z, z.neg()).exp().mul(.5);
        return z.lt(0).select(tail, tail.rsub(1));
    }

    /**
     * Laplace(μ, b).
     *
     * @throws IllegalArgumentException if they do not broadcast, μ is not finite, or b is not positive
     */
    public static Laplace of(Tensor location, Tensor scale) {
        Arguments.finite("Laplace", "location", location);
        Arguments.positive("Laplace", "scale", scale);
        return new Laplace(location, scale);
    }

    @Override
    Tensor standardQuantile(Tensor p) {
        return QUANTILE.apply(p);
    }
}
