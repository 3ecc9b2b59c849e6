package org.culebra.distributions;

import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/** A probability distribution, or a batch of them; letters and words as the package defines them. */
public interface Distribution {
    /** B: how many distributions lie side by side. */
    Shape batchShape();

    /** E: the shape of one draw. */
    Shape eventShape();

    /** The type of the parameters and of all that is computed. */
    DType dtype();

    /** True if {@link #sampleReparameterized} works. */
    boolean isReparameterized();

    /** x ~ p: [S, B, E], without gradients; a new draw per call. */
    default Tensor sample(Random random, long... dims) {
        return Tape.untracked(() -> sampleReparameterized(random, dims));
    }

    /**
     * x = g(θ, ε) ~ p, ε free of θ: [S, B, E], with gradients by the parameters.
     *
     * @throws UnsupportedOperationException if draws are not a smooth function of the parameters
     */
    Tensor sampleReparameterized(Random random, long... dims);

    /**
     * ln p(x); of a discrete distribution the log-probability.
     *
     * <p>x: [S, B, E], axes of S and B broadcast → [S, B].
     *
     * @throws IllegalArgumentException if the shape of x does not fit
     */
    Tensor logDensity(Tensor x);

    /** E x: [B, E]. */
    Tensor mean();

    /** E (x − E x)² of each number of the event: [B, E]. */
    Tensor variance();

    /** √{@link #variance}: [B, E]. */
    default Tensor standardDeviation() {
        return variance().sqrt();
    }

    /**
     * −E ln p(x), in nats: [B].
     *
     * @throws UnsupportedOperationException if there is no closed form
     */
    default Tensor entropy() {
        throw Arguments.unknown(this, "entropy", "entropy(random, samples) estimates it");
    }

    /**
     * −1/n Σ ln p(xᵢ), xᵢ ~ p: the entropy, estimated: [B]. With gradients where samples have them.
     *
     * @throws IllegalArgumentException if the number of samples is not positive
     */
    default Tensor entropy(Random random, int samples) {
        Arguments.samples("entropy", samples);
        return logDensity(Arguments.best(this, random, samples)).mean(0).neg();
    }

    /**
     * P(X ≤ x), of distributions whose events are numbers.
     *
     * <p>x: [S, B] → [S, B].
     *
     * @throws UnsupportedOperationException if there is no closed form
     */
    default Tensor cdf(Tensor x) {
        throw Arguments.unknown(this, "cdf", "the share of samples below x estimates it");
    }

    /**
     * x with P(X ≤ x) = p: the inverse of {@link #cdf}; NaN unless 0 ≤ p ≤ 1.
     *
     * <p>p: [S, B] → [S, B].
     *
     * @throws UnsupportedOperationException if there is no closed form
     */
    default Tensor quantile(Tensor p) {
        throw Arguments.unknown(this, "quantile", "sorted samples estimate it");
    }

    /** The last {@code axes} axes of the batch as axes of the event. */
    default Independent independent(int axes) {
        return Independent.of(this, axes);
    }
}
