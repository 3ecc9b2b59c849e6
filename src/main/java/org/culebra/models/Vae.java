package org.culebra.models;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.culebra.kernel.expression.Expression;
import org.culebra.nn.Activation;
import org.culebra.nn.Flatten;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Mode;
import org.culebra.nn.Model;
import org.culebra.nn.Sequential;
import org.culebra.nn.Unflatten;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * ln p(x) ≥ L(x) = E_q[ln p(x|z)] − KL(q(z|x) ‖ p(z)), equations 1 and 3: a variational autoencoder.
 *
 * <p>x: [B, …] of D numbers each, z: [B, n], K samples of it [K, B, n]. The encoder is [B, …] → [B, 2n], the mean and the logarithm of
 * the variance of q(z|x); the decoder [B, n] → [B, …] as x.
 *
 * <p>Kingma and Welling 2014, Auto-Encoding Variational Bayes: its equations have bare numbers. IWAE is Burda, Grosse and
 * Salakhutdinov 2016, Importance Weighted Autoencoders.
 */
public final class Vae implements Model {
    /** Rows of the decoder at a time: enough to keep the matrix products busy, few enough for what they make to stay in the cache. */
    private static final long ROWS = 1024;

    private final Layer encoder;
    private final Layer decoder;
    private final Likelihood likelihood;
    private final long latents;

    private Vae(Layer encoder, Layer decoder, Likelihood likelihood, long latents) {
        this.encoder = encoder;
        this.decoder = decoder;
        this.likelihood = likelihood;
        this.latents = latents;
    }

    /**
     * Of these networks.
     *
     * @param encoder [B, …] → [B, 2n]
     * @param decoder [B, n] → [B, …]
     * @param latents n
     * @throws IllegalArgumentException if n is not positive
     */
    public static Vae of(Layer encoder, Layer decoder, Likelihood likelihood, long latents) {
        if (latents < 1) {
            throw new IllegalArgumentException("vae: at least 1 latent, not " + latents);
        }
        return new Vae(encoder, decoder, likelihood, latents);
    }

    /**
     * One hidden layer on each side (appendix C), with ReLU: 784-400-20 in PyTorch's examples, 652,824 parameters.
     *
     * @param image the dimensions of x without B
     * @param hidden units
     */
    public static Vae create(Shape image, Likelihood likelihood, long hidden, long latents) {
        long d = image.size();
        return of(
                new Sequential(
                        new Flatten(), // (B, C, H, W) -> (B, D)
                        Linear.of(d, hidden), // -> (B, 400)
                        Activation.RELU,
                        Linear.of(hidden, 2 * latents)), // -> (B, 2n)
                new Sequential(
                        Linear.of(latents, hidden), // (B, n) -> (B, 400)
                        Activation.RELU,
                        Linear.of(hidden, d), // -> (B, D)
                        Unflatten.to(image.dims())), // -> (B, C, H, W)
                likelihood,
                latents);
    }

    /** n, the numbers of a latent. */
    public long latents() {
        return latents;
    }

    @Override
    public Map<String, Model> children() {
        var children = new LinkedHashMap<String, Model>();
        children.put("encoder", encoder);
        children.put("decoder", decoder);
        children.put("likelihood", likelihood);
        return children;
    }

    // ---------------------------------------------------------------- the two networks

    /**
     * q(z|x) = N(μ, diag σ²), equation 9.
     *
     * @param mean μ, [B, n]
     * @param logVariance ln σ², [B, n]
     */
    public record Posterior(Tensor mean, Tensor logVariance) {
        private static final Elementwise SAMPLE =
                Elementwise.of((mu, s, e) -> s.mul(.5).exp().fma(e, mu)); // equation 4
        private static final Elementwise DIVERGENCE = Elementwise.of(
                (mu, s) -> s.exp().add(mu.square()).sub(s).sub(1).mul(.5)); // appendix B, the first sum of equation 10
        private static final Elementwise LOG_RATIO = Elementwise.of((mu, s, e) -> {
            Expression z = s.mul(.5).exp().fma(e, mu); // equation 4
            return e.square().add(s).sub(z.square()).mul(.5); // of equation 6, with equation 9 for q
        });

        /** z = μ + σ·ε, equation 4, section 2.4: a sample as a function of noise, so that gradients flow to μ and σ. [..., B, n] → [..., B, n]. */
        public Tensor sample(Tensor noise) {
            return SAMPLE.apply(mean, logVariance, noise);
        }

        /** KL(q ‖ N(0, 1)) = −½(1 + ln σ² − μ² − σ²) latent by latent, appendix B: [B, n]. */
        public Tensor divergence() {
            return DIVERGENCE.apply(mean, logVariance);
        }

        /** KL(q ‖ N(0, I)) in nats, the sum over all examples. */
        public Tensor totalDivergence() {
            return DIVERGENCE.sum(List.of(mean, logVariance));
        }

        /** ln p(z) − ln q(z|x) where z is {@link #sample} of that noise; ln 2π cancels: [..., B, n] → [..., B]. */
        public Tensor logRatio(Tensor noise) {
            return LOG_RATIO.sum(List.of(mean, logVariance, noise), -1);
        }
    }

    /** q(z|x): [B, …] → two of [B, n]. */
    public Posterior encode(Tensor x, Mode mode) {
        Tensor both = mode.call("encoder", encoder, x); // (B, …) -> (B, 2n)
        return new Posterior(both.narrow(1, 0, latents), both.narrow(1, latents, latents));
    }

    /** q(z|x) with what was learned. */
    public Posterior encode(Tensor x) {
        return encode(x, Mode.EVALUATION);
    }

    /** What {@link Likelihood} takes: [B, n] → [B, …]. */
    public Tensor decode(Tensor z, Mode mode) {
        return mode.call("decoder", decoder, z);
    }

    /** E[x|z], the decoder's mean, of latents: [B, n] → [B, …], from 0 to 1 where pixels are Bernoulli. */
    public Tensor generate(Tensor z) {
        return likelihood.mean(decode(z, Mode.EVALUATION));
    }

    /** ln p(x|z): x [B, …], z [..., B, n] → [..., B]. */
    public Tensor logLikelihood(Tensor x, Tensor z, Mode mode) {
        long rows = z.size() / latents;
        Tensor output = decode(z.reshape(rows, latents), mode).flatten(1); // (K·B, D)
        Tensor pixels = x.flatten(1); // (B, D)
        if (rows == pixels.dim(0)) {
            return likelihood.logDensity(output, pixels).reshape(z.shape().without(-1));
        }
        Tensor all = output.reshape(rows / pixels.dim(0), pixels.dim(0), pixels.dim(1)); // (K, B, D)
        return likelihood.logDensity(all, pixels); // (K, B)
    }

    // ---------------------------------------------------------------- bounds

    /**
     * The two terms of the bound L, equation 10 with one sample of z for each example.
     *
     * @param logLikelihood ln p(x|z), [B]
     * @param posterior q(z|x)
     */
    public record Bound(Tensor logLikelihood, Posterior posterior) {
        /** L = ln p(x|z) − KL(q ‖ p) of each example, equation 10: [B]. */
        public Tensor values() {
            return logLikelihood.sub(posterior.divergence().sum(1));
        }

        /**
         * −mean ln p(x|z) + β·Σⱼ max(λ, KLⱼ): what is made small. With β 1 and λ 0 it is −L, the mean over the examples; then it needs
         * one pass over μ and σ.
         *
         * @param beta β of Higgins et al. 2017 (β-VAE), equation 4; raised from 0 to 1 in the first epochs it is the warm-up of Sønderby
         *     et al. 2016
         * @param freeBits λ, nats that each latent may use for nothing (Kingma et al. 2016, inverse autoregressive flow, appendix
         *     "Objective with free bits"); KLⱼ is the mean of the batch
         */
        public Tensor loss(double beta, double freeBits) {
            Tensor divergence = freeBits == 0
                    ? posterior.totalDivergence().div((double) logLikelihood.dim(0))
                    : posterior.divergence().mean(0).maximum(freeBits).sum(); // free bits
            return divergence.mul(beta).sub(logLikelihood.mean()); // the batch's mean of −L: equation 8 over N
        }
    }

    /**
     * L of each example by one sample of z.
     *
     * @param x [B, …]
     * @param noise ε, [B, n] of N(0, 1)
     */
    public Bound bound(Tensor x, Tensor noise, Mode mode) {
        Posterior q = encode(x, mode);
        return new Bound(logLikelihood(x, q.sample(noise), mode), q); // equation 10
    }

    /**
     * ln wₖ = ln p(x, zₖ) − ln q(zₖ|x), the summands of equation 6 (IWAE, section 3: the importance weights): [K, B].
     *
     * @param x [B, …]
     * @param noise ε, [K, B, n] of N(0, 1)
     */
    public Tensor logWeights(Tensor x, Tensor noise, Mode mode) {
        Posterior q = encode(x, mode);
        return logWeights(x, q, noise, mode);
    }

    private Tensor logWeights(Tensor x, Posterior q, Tensor noise, Mode mode) {
        return logLikelihood(x, q.sample(noise), mode).add(q.logRatio(noise));
    }

    /** L_K = ln 1/K Σₖ wₖ ≤ ln p(x) in expectation, the higher the larger K is (IWAE, section 3, theorem 1): [K, B] → [B]. */
    public static Tensor importanceBound(Tensor logWeights) {
        return logWeights.logSumExp(0).sub(Math.log((double) logWeights.dim(0)));
    }

    /**
     * L_K of each example by so many samples of z, in chunks: with thousands of them −ln p(x) to about a tenth of a nat (IWAE, section
     * 5.1). Not recorded.
     *
     * @param x [B, …]
     * @param samples K
     * @return B numbers
     * @throws IllegalArgumentException if K is not positive
     */
    public double[] logDensity(Tensor x, long samples, Random random) {
        Posterior q = encode(x);
        return importanceSum(
                samples, x.dim(0), latents, random, noise -> importanceBound(logWeights(x, q, noise, Mode.EVALUATION)));
    }

    /**
     * ln 1/K Σₖ wₖ by chunks of samples, so that what is in memory at a time does not grow with K.
     *
     * @param bound of noise [k, B, n]: ln 1/k Σₖ wₖ, [B]
     */
    static double[] importanceSum(
            long samples, long examples, long latents, Random random, UnaryOperator<Tensor> bound) {
        if (samples < 1) {
            throw new IllegalArgumentException("vae: a bound needs at least 1 sample, not " + samples);
        }
        long most = Math.max(1, ROWS / examples);
        double[] total = new double[Math.toIntExact(examples)];
        Arrays.fill(total, Double.NEGATIVE_INFINITY);
        for (long done = 0; done < samples; done += most) {
            long count = Math.min(most, samples - done);
            double[] part = Tape.scoped(() -> bound.apply(Tensor.normal(random, 0, 1, count, examples, latents)))
                    .toDoubleArray();
            for (int i = 0; i < part.length; i++) {
                total[i] = logAddExp(total[i], part[i] + Math.log((double) count));
            }
        }
        for (int i = 0; i < total.length; i++) {
            total[i] -= Math.log((double) samples);
        }
        return total;
    }

    /** ln(eᵃ + eᵇ). StrictMath: the same bits everywhere. */
    private static double logAddExp(double a, double b) {
        double high = Math.max(a, b);
        return high == Double.NEGATIVE_INFINITY ? high : high + StrictMath.log1p(StrictMath.exp(Math.min(a, b) - high));
    }
}
