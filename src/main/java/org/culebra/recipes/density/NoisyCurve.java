package org.culebra.recipes.density;

import org.culebra.data.Column;
import org.culebra.data.Dataset;
import org.culebra.distributions.MultivariateNormal;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;

/**
 * y | x ~ N(μ(x), Σ(x)), x uniform in [−3, 3]: a curve in the plane whose noise is known, and is another at each x.
 *
 * <p>μ = (sin 2x, cos x), σ = (.1 + .4/(1 + e⁻²ˣ), .1 + .3·e^(−x²)), ρ = .9·sin 1.5x.
 */
final class NoisyCurve {
    static final double EDGE = 3;

    private NoisyCurve() {}

    /** σ₁, σ₂: [N, 1] → [N, 2]. */
    static Tensor deviations(Tensor x) {
        Tensor first = x.mul(2).sigmoid().mul(.4).add(.1);
        Tensor second = x.square().neg().exp().mul(.3).add(.1);
        return Tensor.concat(1, first, second);
    }

    /** ρ: [N, 1] → [N, 1]. */
    static Tensor correlation(Tensor x) {
        return x.mul(1.5).sin().mul(.9);
    }

    /** The distribution of y: x: [N, 1] → batch [N] of 2 numbers. */
    static MultivariateNormal truth(Tensor x) {
        Tensor sigma = deviations(x);
        Tensor rho = correlation(x);
        Tensor cross = rho.mul(sigma.narrow(1, 0, 1)).mul(sigma.narrow(1, 1, 1)); // (N, 1)
        Tensor variances = sigma.square();
        Tensor above = Tensor.concat(1, variances.narrow(1, 0, 1), cross); // (N, 2)
        Tensor below = Tensor.concat(1, cross, variances.narrow(1, 1, 1));
        return MultivariateNormal.ofCovariance(
                Tensor.concat(1, x.mul(2).sin(), x.cos()), Tensor.stack(1, above, below));
    }

    /** The best that a diagonal Σ can do: the deviations are right, the correlations are missing. */
    static MultivariateNormal bestDiagonal(Tensor x) {
        return MultivariateNormal.ofDeviation(truth(x).mean(), deviations(x));
    }

    /** Points: inputs f32[N, 1], targets f32[N, 2]. */
    static Dataset data(Random random, long size) {
        Tensor x = Tensor.uniform(random, DType.F64, -EDGE, EDGE, size, 1);
        Tensor y = truth(x).sample(random);
        return Dataset.pairs("noisy curve", Column.of(x.to(DType.F32)), Column.of(y.to(DType.F32)));
    }
}
