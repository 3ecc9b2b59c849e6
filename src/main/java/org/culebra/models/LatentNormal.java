package org.culebra.models;

import java.util.LinkedHashMap;
import java.util.Map;
import org.culebra.memory.DType;
import org.culebra.nn.Initializer;
import org.culebra.nn.Model;
import org.culebra.nn.Parameter;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * x = g(m + L·ε) with ε ~ N(0, I): an autoencoder that samples, by a multivariate normal distribution N(m, L·Lᵀ) fitted to the latents of
 * its training data.
 *
 * <p>ε: [B, n] → x: [B, C, H, W]; m: [n] and L: [n, n], lower triangular, are saved with the networks but not trained.
 */
public final class LatentNormal implements Model {
    /** Share of the mean variance that is added to each: what the latents never use has a variance of 0, and no factor. */
    private static final double RIDGE = 1e-6;

    private final Autoencoder autoencoder;
    private final Parameter mean;
    private final Parameter factor;

    private LatentNormal(Autoencoder autoencoder, long latents) {
        this.autoencoder = autoencoder;
        mean = Parameter.buffer(Initializer.constant(0), latents);
        factor = Parameter.buffer(Initializer.identity(), latents, latents);
    }

    /** Of an autoencoder of n latents; N(0, I) until it is fitted. */
    public static LatentNormal of(Autoencoder autoencoder, long latents) {
        return new LatentNormal(autoencoder, latents);
    }

    /** The networks. */
    public Autoencoder autoencoder() {
        return autoencoder;
    }

    /** n, the numbers of a latent. */
    public long latents() {
        return mean.shape().size();
    }

    /**
     * The distribution of largest likelihood: m the mean and L·Lᵀ the covariance of latents, [N, n].
     *
     * @throws IllegalArgumentException if there is only one of them or none
     */
    public void fit(Tensor latents) {
        long count = latents.dim(0);
        if (count < 2) {
            throw new IllegalArgumentException("latent normal: a covariance needs at least 2 latents, not " + count);
        }
        Tape.untracked(() -> {
            Tensor z = latents.to(DType.F64);
            Tensor m = z.mean(0);
            Tensor centred = z.sub(m); // (N, n)
            Tensor covariance = centred.transpose().matmul(centred).div((double) count); // (n, n)
            double ridge = Math.max(
                    Float.MIN_NORMAL, RIDGE * covariance.diagonal().mean().item());
            Tensor eye = Tensor.eye(DType.F64, latents());
            mean.value().assign(m.to(DType.F32));
            factor.value().assign(covariance.add(eye.mul(ridge)).cholesky().to(DType.F32));
        });
    }

    /** z = m + L·ε: [B, n] → [B, n]. */
    public Tensor latents(Tensor noise) {
        return noise.matmul(factor.value().transpose()).add(mean.value());
    }

    /** x = g(m + L·ε): [B, n] → [B, C, H, W]. */
    public Tensor generate(Tensor noise) {
        return autoencoder.decoder().forward(latents(noise));
    }

    @Override
    public Map<String, Model> children() {
        return Map.of("autoencoder", autoencoder);
    }

    @Override
    public Map<String, Parameter> ownBuffers() {
        var buffers = new LinkedHashMap<String, Parameter>();
        buffers.put("mean", mean);
        buffers.put("factor", factor);
        return buffers;
    }
}
