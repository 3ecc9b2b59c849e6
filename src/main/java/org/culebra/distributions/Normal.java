package org.culebra.distributions;

import org.culebra.kernel.expression.Expression;
import org.culebra.memory.DType;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/**
 * p(x) = exp(−(x − μ)²/2σ²) / σ√(2π).
 *
 * <p>μ, σ: broadcast to [B]; events are numbers. {@link #cdf} is exact to a few units of the last place of 1, not of its own value in
 * the lower tail.
 */
public final class Normal extends LocationScale {
    /** ½ ln 2π. */
    static final double HALF_LOG_2PI = .5 * Math.log(2 * Math.PI);

    private static final Standard STANDARD = Standard.of(
            "normal",
            standardNormal(Expression.uniform(0), Expression.uniform(1)),
            z -> z.square().mul(-.5).sub(HALF_LOG_2PI),
            z -> z.mul(Math.sqrt(.5)).erf().add(1).mul(.5),
            0,
            1,
            HALF_LOG_2PI + .5);

    private Normal(Tensor mean, Tensor deviation, DType type) {
        super(
                STANDARD,
                mean.to(type),
                deviation.to(type),
                Arguments.together("Normal", "mean", mean.shape(), "deviation", deviation.shape()),
                type);
    }

    /**
     * √(−2·ln(1 − u))·cos(2π(v − ½)), normal if u and v are uniform in [0, 1) (Box and Muller 1958): the logarithm is finite, and
     * the cosine sees no angle beyond ±π.
     */
    private static Expression standardNormal(Expression u, Expression v) {
        return u.rsub(1).log().mul(-2).sqrt().mul(v.sub(.5).mul(2 * Math.PI).cos());
    }

    /**
     * N(μ, σ²).
     *
     * @throws IllegalArgumentException if they do not broadcast, μ is not finite, or σ is not positive
     */
    public static Normal of(Tensor mean, Tensor deviation) {
        Arguments.finite("Normal", "mean", mean);
        Arguments.positive("Normal", "deviation", deviation);
        return new Normal(mean, deviation, Arguments.type(mean, deviation));
    }

    /** N(0, 1), a batch of this shape. */
    public static Normal standard(DType dtype, long... batch) {
        Shape shape = Shape.of(batch);
        return new Normal(Tensor.zeros(dtype).expand(shape), Tensor.ones(dtype).expand(shape), dtype);
    }

    @Override
    Tensor standardQuantile(Tensor p) {
        return NormalQuantile.of(p);
    }
}
