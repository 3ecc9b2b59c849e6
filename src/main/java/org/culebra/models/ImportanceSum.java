package org.culebra.models;

import java.util.Arrays;
import java.util.function.BiFunction;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/** ln 1/K Σₖ wₖ by chunks of samples: what is in memory at a time fits into the cache, whatever K is. */
final class ImportanceSum {
    /** Rows of the decoder at a time: enough to keep the matrix products busy, few enough for what they make to stay in the cache. */
    private static final long ROWS = 1024;

    private ImportanceSum() {}

    /**
     * The logarithm for each of some examples.
     *
     * @param samples K
     * @param bound of q and noise [k, B, n]: ln 1/k Σₖ wₖ, [B]
     */
    static double[] of(
            long samples,
            Vae.Posterior q,
            long examples,
            long latents,
            Random random,
            BiFunction<Vae.Posterior, Tensor, Tensor> bound) {
        if (samples < 1) {
            throw new IllegalArgumentException("vae: a bound needs at least 1 sample, not " + samples);
        }
        long most = Math.max(1, ROWS / examples);
        double[] total = new double[Math.toIntExact(examples)];
        Arrays.fill(total, Double.NEGATIVE_INFINITY);
        for (long done = 0; done < samples; done += most) {
            long count = Math.min(most, samples - done);
            double[] part = Tape.scoped(() -> bound.apply(q, Tensor.normal(random, 0, 1, count, examples, latents)))
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
