package org.culebra.models;

import java.util.function.UnaryOperator;
import org.culebra.memory.DType;
import org.culebra.tensor.Eigen;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * x̂ = μ + Vₖ·Vₖᵀ(x − μ): principal components, the linear autoencoder of least squared error.
 *
 * <p>x: [B, …] of D numbers each → z: [B, k] and back to [B, D].
 *
 * @param mean μ, f32[D]
 * @param components Vₖ, f32[D, k]: the directions of largest variance, the largest first
 */
public record Pca(Tensor mean, Tensor components) {
    /** Examples at a time in double precision. */
    private static final long CHUNK = 4096;

    /**
     * Of the covariance of all examples, computed in double precision.
     *
     * @param x [N, …]
     * @param k components, at most D
     * @throws IllegalArgumentException if there are no examples, or not so many components
     */
    public static Pca fit(Tensor x, long k) {
        Tensor all = x.detach().flatten(1);
        long d = all.dim(1);
        if (all.dim(0) == 0 || k < 1 || k > d) {
            throw new IllegalArgumentException(
                    "pca: from 1 to " + d + " components of at least one example, not " + k + " of " + all.describe());
        }
        Tensor mean = Tape.scoped(() -> sum(all, part -> part.sum(0)).div((double) all.dim(0)));
        Tensor covariance = Tape.scoped(() -> sum(all, part -> {
                    Tensor centred = part.sub(mean); // (C, D)
                    return centred.transpose().matmul(centred); // (D, D)
                })
                .div((double) all.dim(0)));
        Eigen eigen = covariance.eigh();
        Tensor largest = eigen.vectors().narrow(1, d - k, k).flip(1); // ascending values: the last ones
        return new Pca(mean.to(DType.F32), largest.to(DType.F32).contiguous());
    }

    private static Tensor sum(Tensor all, UnaryOperator<Tensor> of) {
        Tensor total = of.apply(all.narrow(0, 0, Math.min(CHUNK, all.dim(0))).to(DType.F64));
        for (long start = CHUNK; start < all.dim(0); start += CHUNK) {
            Tensor part = all.narrow(0, start, Math.min(CHUNK, all.dim(0) - start));
            Tensor before = total;
            total = Tape.scoped(() -> before.add(of.apply(part.to(DType.F64))));
        }
        return total;
    }

    /** z = Vₖᵀ(x − μ): [B, …] → [B, k]. */
    public Tensor encode(Tensor x) {
        return x.flatten(1).sub(mean).matmul(components);
    }

    /** x̂ = μ + Vₖ·z: [B, k] → [B, D]. */
    public Tensor decode(Tensor z) {
        return z.matmul(components.transpose()).add(mean);
    }
}
