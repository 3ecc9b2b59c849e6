package org.culebra.distributions;

import java.util.Arrays;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.tensor.Triangle;

/**
 * p(x) = exp(−½(x − μ)ᵀΣ⁻¹(x − μ)) / √((2π)ᴺ det Σ).
 *
 * <p>μ: [B, N], Σ: [B, N, N], by its Cholesky factor, itself, by its inverse, or by the root of its diagonal; leading axes broadcast to
 * B. Events are vectors of N numbers.
 */
public final class MultivariateNormal implements Distribution {
    private static final String NAME = "MultivariateNormal";

    private final Tensor mean;
    private final Factor factor;
    private final Shape batch;

    private MultivariateNormal(Tensor mean, Factor factor, Shape batch) {
        this.mean = mean;
        this.factor = factor;
        this.batch = batch;
    }

    /**
     * N(μ, L·Lᵀ).
     *
     * <p>μ: [B, N], L: [B, N, N], of which the upper triangle is not read.
     *
     * @throws IllegalArgumentException if L is not square or does not fit μ, or its diagonal is not positive
     */
    public static MultivariateNormal ofCholesky(Tensor mean, Tensor factor) {
        requireSquare(mean, "Cholesky factor", factor);
        Arguments.positive(NAME, "diagonal of the Cholesky factor", factor.diagonal());
        return ofFactor(mean, factor.tril(0));
    }

    /**
     * N(μ, Σ).
     *
     * <p>μ: [B, N], Σ: [B, N, N].
     *
     * @throws IllegalArgumentException if Σ is not square, does not fit μ, or is not symmetric up to rounding
     * @throws ArithmeticException if Σ is not positive definite
     */
    public static MultivariateNormal ofCovariance(Tensor mean, Tensor covariance) {
        requireSquare(mean, "covariance", covariance);
        requireSymmetric("covariance", covariance);
        return ofFactor(mean, covariance.cholesky());
    }

    /**
     * N(μ, P⁻¹).
     *
     * <p>μ: [B, N], P: [B, N, N].
     *
     * @throws IllegalArgumentException if P is not square, does not fit μ, or is not symmetric up to rounding
     * @throws ArithmeticException if P is not positive definite
     */
    public static MultivariateNormal ofPrecision(Tensor mean, Tensor precision) {
        requireSquare(mean, "precision", precision);
        requireSymmetric("precision", precision);
        // P = U·Uᵀ with U upper triangular, which is a Cholesky factor read backwards; then P⁻¹ = U⁻ᵀ·U⁻¹, and U⁻ᵀ is
        // L.
        Tensor lower = precision.flip(-2, -1).cholesky().flip(-2, -1).transpose();
        Tensor one = Tensor.eye(lower.dtype(), lower.dim(-1));
        return ofFactor(mean, lower.triangularSolve(Triangle.LOWER, one));
    }

    /**
     * N(μ, diag σ²): numbers that are independent of each other.
     *
     * <p>μ, σ: [B, N].
     *
     * @throws IllegalArgumentException if they do not broadcast, or σ is not positive
     */
    public static MultivariateNormal ofDeviation(Tensor mean, Tensor deviation) {
        Arguments.vectors(NAME, "means", mean);
        Arguments.vectors(NAME, "deviations", deviation);
        Arguments.finite(NAME, "mean", mean);
        Arguments.positive(NAME, "deviation", deviation);
        Shape common = Arguments.together(NAME, "mean", mean.shape(), "deviation", deviation.shape());
        long n = common.dim(-1);
        DType type = Arguments.type(mean, deviation);
        Tensor wide = deviation.to(type);
        return new MultivariateNormal(
                mean.to(type).expand(mean.shape().with(-1, n)),
                new Factor.Diagonal(wide.expand(wide.shape().with(-1, n))),
                common.without(-1));
    }

    private static void requireSquare(Tensor mean, String what, Tensor matrix) {
        Arguments.vectors(NAME, "means", mean);
        Arguments.finite(NAME, "mean", mean);
        long n = mean.dim(-1);
        if (matrix.rank() < 2 || matrix.dim(-1) != n || matrix.dim(-2) != n) {
            throw new IllegalArgumentException(
                    NAME + ": the " + what + " must be square and as wide as the mean is long\n  mean  "
                            + mean.describe() + "\n  " + what + "  " + matrix.describe());
        }
    }

    /**
     * |aᵢⱼ − aⱼᵢ| ≤ τ·√|aᵢᵢ·aⱼⱼ|: a Cholesky factor is that of the symmetric part, whatever else there is, so that a matrix by mistake
     * would be taken for another one.
     */
    private static void requireSymmetric(String what, Tensor matrix) {
        double tolerance = matrix.dtype() == DType.F64 ? 1e-10 : 1e-5;
        Tensor good = Tape.untracked(() -> {
            Tensor scales = matrix.diagonal().abs().sqrt(); // [B, N]
            Tensor apart = matrix.sub(matrix.transpose()).abs();
            return apart.gt(scales.unsqueeze(-1).mul(scales.unsqueeze(-2)).mul(tolerance))
                    .not();
        });
        if (good.size() == 0 || good.all().item() != 0) {
            return;
        }
        long[] place = good.not().nonZero().select(0, 0).toLongArray();
        long[] across = place.clone();
        across[place.length - 1] = place[place.length - 2];
        across[place.length - 2] = place[place.length - 1];
        throw new IllegalArgumentException(NAME + ": the " + what + " must be symmetric, but at "
                + Arrays.toString(place) + " there is " + matrix.get(place) + " and at " + Arrays.toString(across) + " "
                + matrix.get(across) + "\n  hint: x.add(x.transpose()).div(2) is its symmetric part");
    }

    private static MultivariateNormal ofFactor(Tensor mean, Tensor matrix) {
        DType type = Arguments.type(mean, matrix);
        var factor = new Factor.Full(matrix.to(type));
        Shape leading = mean.shape().without(-1);
        return new MultivariateNormal(
                mean.to(type), factor, Arguments.together(NAME, "mean", leading, "matrix", factor.batch()));
    }

    /** μ as it was given. */
    Tensor location() {
        return mean;
    }

    /** L. */
    Factor factor() {
        return factor;
    }

    /** N. */
    private long length() {
        return mean.dim(-1);
    }

    @Override
    public Shape batchShape() {
        return batch;
    }

    @Override
    public Shape eventShape() {
        return Shape.of(length());
    }

    @Override
    public DType dtype() {
        return mean.dtype();
    }

    @Override
    public boolean isReparameterized() {
        return true;
    }

    /** μ + L·ε, ε ~ N(0, 1): [S, B, N]. */
    @Override
    public Tensor sampleReparameterized(Random random, long... dims) {
        Tensor noise = Tensor.normal(
                random, dtype(), 0, 1, Arguments.sampled(this, dims).dims());
        return factor.times(noise).add(mean);
    }

    @Override
    public Tensor logDensity(Tensor x) {
        Tensor distance = factor.distance(Arguments.value(this, x).to(dtype()), mean);
        return distance.mul(-.5).sub(factor.halfLogDeterminant().add(length() * Normal.HALF_LOG_2PI));
    }

    /**
     * (x − μ)ᵀΣ⁻¹(x − μ), the squared distance of Mahalanobis, which is χ² with N degrees of freedom if x is a sample.
     *
     * <p>x: [S, B, N] → [S, B].
     */
    public Tensor squaredDistance(Tensor x) {
        return factor.distance(Arguments.value(this, x).to(dtype()), mean);
    }

    @Override
    public Tensor entropy() {
        return factor.halfLogDeterminant()
                .add(length() * (Normal.HALF_LOG_2PI + .5))
                .expand(batch);
    }

    @Override
    public Tensor mean() {
        return mean.expand(batch.append(length()));
    }

    @Override
    public Tensor variance() {
        return factor.variance().expand(batch.append(length()));
    }

    /** Σ: [B, N, N]. */
    public Tensor covariance() {
        Tensor l = factor.matrix();
        return l.matmul(l.transpose()).expand(batch.append(length(), length()));
    }

    /** L, lower triangular, with L·Lᵀ = Σ: [B, N, N]. */
    public Tensor choleskyFactor() {
        return factor.matrix().expand(batch.append(length(), length()));
    }

    @Override
    public String toString() {
        return Arguments.describe(this);
    }
}
