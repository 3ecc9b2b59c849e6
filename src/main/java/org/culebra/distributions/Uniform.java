package org.culebra.distributions;

import org.culebra.kernel.expression.Expression;
import org.culebra.memory.DType;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;

/**
 * p(x) = 1/(b − a) for a ≤ x ≤ b, else 0.
 *
 * <p>a, b: broadcast to [B]; events are numbers.
 */
public final class Uniform extends LocationScale {
    private static final Standard STANDARD = Standard.of(
            "uniform",
            Expression.uniform(0),
            z -> z.ge(0).and(z.le(1)).select(Expression.constant(0), Expression.constant(Double.NEGATIVE_INFINITY)),
            z -> z.ge(1).select(1, z.le(0).select(0, z)),
            .5,
            1. / 12,
            0);

    /** By the ends themselves: what (x − a)/(b − a) is rounded to may lie beyond 1. */
    private static final Elementwise LOG_DENSITY = ofThree(
            "uniformLogDensity",
            (x, low, high) -> x.ge(low)
                    .and(x.le(high))
                    .select(high.sub(low).log().neg(), Expression.constant(Double.NEGATIVE_INFINITY)));

    private static final Elementwise QUANTILE =
            Elementwise.of(p -> p.ge(0).and(p.le(1)).select(p, Double.NaN));

    private final Tensor high;

    private Uniform(Tensor low, Tensor high, DType type) {
        super(
                STANDARD,
                low.to(type),
                high.to(type).sub(low.to(type)),
                Arguments.together("Uniform", "low", low.shape(), "high", high.shape()),
                type);
        this.high = high.to(type);
    }

    /**
     * U(a, b).
     *
     * @throws IllegalArgumentException if they do not broadcast, are not finite, or a is not below b
     */
    public static Uniform of(Tensor low, Tensor high) {
        Arguments.finite("Uniform", "low", low);
        Arguments.finite("Uniform", "high", high);
        var made = new Uniform(low, high, Arguments.type(low, high));
        Arguments.positive("Uniform", "width high − low", made.scale());
        return made;
    }

    /** a. */
    Tensor low() {
        return location();
    }

    /** b. */
    Tensor high() {
        return high;
    }

    @Override
    public Tensor logDensity(Tensor x) {
        return LOG_DENSITY.apply(Arguments.value(this, x), low(), high);
    }

    @Override
    Tensor standardQuantile(Tensor p) {
        return QUANTILE.apply(p);
    }
}
