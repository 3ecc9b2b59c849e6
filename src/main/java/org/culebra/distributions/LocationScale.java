package org.culebra.distributions;

import java.util.List;
import java.util.function.UnaryOperator;
import org.culebra.kernel.expression.Expression;
import org.culebra.memory.DType;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/** x = μ + σ·z with z of a standard distribution, which is all that tells one such family from another. */
abstract sealed class LocationScale implements Distribution permits Normal, Laplace, Uniform {
    private static final double[] NO_NUMBERS = {};

    /**
     * A family's standard distribution, and what follows from it.
     *
     * @param draw (μ, σ) → a sample
     * @param logDensity (x, μ, σ) → ln p(x)
     * @param cdf (x, μ, σ) → P(X ≤ x)
     */
    record Standard(
            String name,
            Elementwise draw,
            Elementwise logDensity,
            Elementwise cdf,
            double mean,
            double variance,
            double entropy) {

        /**
         * From expressions in z.
         *
         * @param z a draw, of uniform streams
         * @param logDensity z → ln p(z)
         * @param cdf z → P(Z ≤ z)
         */
        static Standard of(
                String name,
                Expression z,
                UnaryOperator<Expression> logDensity,
                UnaryOperator<Expression> cdf,
                double mean,
                double variance,
                double entropy) {
            return new Standard(
                    name,
                    Elementwise.withScalars(name + "Draw", 2, 0, (p, _) -> List.of(z.fma(p.get(1), p.get(0)))),
                    ofThree(
                            name + "LogDensity",
                            (x, location, scale) ->
                                    logDensity.apply(x.sub(location).div(scale)).sub(scale.log())),
                    ofThree(
                            name + "Cdf",
                            (x, location, scale) -> cdf.apply(x.sub(location).div(scale))),
                    mean,
                    variance,
                    entropy);
        }
    }

    static Elementwise ofThree(String name, Elementwise.Ternary function) {
        return Elementwise.withScalars(name, 3, 0, (x, _) -> List.of(function.apply(x.get(0), x.get(1), x.get(2))));
    }

    private final Standard standard;
    private final Tensor location;
    private final Tensor scale;
    private final Shape batch;
    private final DType dtype;

    LocationScale(Standard standard, Tensor location, Tensor scale, Shape batch, DType dtype) {
        this.standard = standard;
        this.location = location;
        this.scale = scale;
        this.batch = batch;
        this.dtype = dtype;
    }

    /** μ, of any shape that broadcasts to the batch. */
    final Tensor location() {
        return location;
    }

    /** σ, likewise. */
    final Tensor scale() {
        return scale;
    }

    /** Q(p) of the standard distribution. */
    abstract Tensor standardQuantile(Tensor p);

    @Override
    public final Shape batchShape() {
        return batch;
    }

    @Override
    public final Shape eventShape() {
        return Shape.of();
    }

    @Override
    public final DType dtype() {
        return dtype;
    }

    @Override
    public final boolean isReparameterized() {
        return true;
    }

    @Override
    public final Tensor sampleReparameterized(Random random, long... dims) {
        return draw(standard.draw(), random, Arguments.sampled(this, dims), location, scale);
    }

    static Tensor draw(Elementwise function, Random random, Shape shape, Tensor a, Tensor b) {
        return function.applyAll(random, NO_NUMBERS, a.expand(shape), b.expand(shape))[0];
    }

    @Override
    public Tensor logDensity(Tensor x) {
        return standard.logDensity().apply(Arguments.value(this, x), location, scale);
    }

    @Override
    public final Tensor cdf(Tensor x) {
        return standard.cdf().apply(Arguments.value(this, x), location, scale);
    }

    @Override
    public final Tensor quantile(Tensor p) {
        return location.add(scale.mul(standardQuantile(Arguments.value(this, p).to(dtype))));
    }

    @Override
    public final Tensor mean() {
        return (standard.mean() == 0 ? location : location.add(scale.mul(standard.mean()))).expand(batch);
    }

    @Override
    public final Tensor variance() {
        return scale.square().mul(standard.variance()).expand(batch);
    }

    @Override
    public final Tensor standardDeviation() {
        return scale.mul(Math.sqrt(standard.variance())).expand(batch);
    }

    @Override
    public final Tensor entropy() {
        return scale.log().add(standard.entropy()).expand(batch);
    }

    @Override
    public final String toString() {
        return Arguments.describe(this);
    }
}
