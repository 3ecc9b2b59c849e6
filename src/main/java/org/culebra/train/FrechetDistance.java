package org.culebra.train;

import org.culebra.memory.DType;
import org.culebra.memory.Scope;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * ‖μ − μ′‖² + tr(Σ + Σ′ − 2·(ΣΣ′)^½): how far apart two sets of features are, taken as normal distributions. 0 if means and covariances
 * are the same.
 *
 * <p>real: [N, D], fake: [M, D]. Computed in f64, with (N − 1) in the covariance. tr((ΣΣ′)^½) is taken as tr((Σ^½·Σ′·Σ^½)^½), which has
 * the same eigenvalues and needs symmetric roots only.
 *
 * <p>The figure falls with the number of samples: compare sets of the same size.
 *
 * @see <a href="https://arxiv.org/abs/1706.08500">Heusel et al. 2017, equation 6</a>
 */
public final class FrechetDistance {
    private static final String NAME = "frechet distance";

    private FrechetDistance() {}

    /**
     * The distance between two sets of features.
     *
     * @throws IllegalArgumentException if they are not two sets of points with as many numbers each, one has fewer than two, or a number
     *     is not finite
     */
    public static double of(Tensor real, Tensor fake) {
        Points.requireAlike(NAME, "real", real, "fake", fake, 2);
        try (Scope _ = Scope.open(NAME)) {
            return Math.max(0, Tape.untracked(() -> between(real.to(DType.F64), fake.to(DType.F64))));
        }
    }

    private static double between(Tensor real, Tensor fake) {
        Tensor a = covariance(real);
        Tensor b = covariance(fake);
        Tensor gap = real.mean(0).sub(fake.mean(0));
        Tensor root = root(a);
        Tensor roots = root.matmul(b).matmul(root).eigh().values().maximum(0).sqrt();
        return gap.dot(gap).item()
                + a.trace().item()
                + b.trace().item()
                - 2 * roots.sum().item();
    }

    /** Σ = Σₙ(xₙ − μ)(xₙ − μ)ᵀ/(N − 1): [N, D] → [D, D]. */
    private static Tensor covariance(Tensor x) {
        Tensor centred = x.sub(x.mean(true, 0));
        return centred.transpose().matmul(centred).div(x.dim(0) - 1.0);
    }

    /** A^½ = V·diag(√λ)·Vᵀ. What rounding has made negative is 0. */
    private static Tensor root(Tensor a) {
        var eigen = a.eigh();
        return eigen.vectors()
                .mul(eigen.values().maximum(0).sqrt())
                .matmul(eigen.vectors().transpose());
    }
}
