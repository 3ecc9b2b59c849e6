package org.culebra.distributions;

import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * p(x) = Σₖ P(k)·pₖ(x).
 *
 * <p>P: a {@link Categorical} of batch [B]; pₖ: one distribution of batch [B, K] and events [E] → a distribution of batch [B] and
 * events [E].
 */
public final class Mixture implements Distribution {
    private final Categorical weights;
    private final Distribution components;

    private Mixture(Categorical weights, Distribution components) {
        this.weights = weights;
        this.components = components;
    }

    /**
     * The mixture.
     *
     * @param weights of batch [B] or one that broadcasts to it
     * @param components of batch [B, K]
     * @throws IllegalArgumentException if the last axis of the components' batch is not K, or the others are not what the batch of the
     *     weights broadcasts to
     */
    public static Mixture of(Categorical weights, Distribution components) {
        Shape all = components.batchShape();
        if (all.rank() == 0
                || all.dim(-1) != weights.categories()
                || !weights.batchShape().expandsTo(all.without(-1))) {
            throw new IllegalArgumentException("Mixture: the components do not fit the weights\n  weights     batch "
                    + weights.batchShape() + " of " + weights.categories() + " categories\n  components  " + components
                    + "\n  rule: the batch of the components is that of the mixture, then one axis of all components");
        }
        return new Mixture(weights.expand(all.without(-1)), components);
    }

    /** P(k). */
    public Categorical weights() {
        return weights;
    }

    /** pₖ. */
    public Distribution components() {
        return components;
    }

    /** The axis of components before those of events, counted from the end. */
    private int axis() {
        return -1 - eventShape().rank();
    }

    @Override
    public Shape batchShape() {
        return weights.batchShape();
    }

    @Override
    public Shape eventShape() {
        return components.eventShape();
    }

    @Override
    public DType dtype() {
        return components.dtype();
    }

    @Override
    public boolean isReparameterized() {
        return false;
    }

    @Override
    public Tensor sample(Random random, long... dims) {
        return Tape.untracked(() -> {
            Tensor chosen = lifted(weights.sample(random, dims).unsqueeze(-1));
            return components.sample(random, dims).gather(axis(), chosen).squeeze(axis());
        });
    }

    /** With an axis of size 1 for each of the event. */
    private Tensor lifted(Tensor x) {
        Tensor lifted = x;
        for (int k = 0; k < eventShape().rank(); k++) {
            lifted = lifted.unsqueeze(-1);
        }
        return lifted;
    }

    @Override
    public Tensor sampleReparameterized(Random random, long... dims) {
        throw Arguments.notReparameterized(this, "the choice of a component does not move with the weights");
    }

    private Tensor withComponents(Tensor x) {
        return Arguments.value(this, x).unsqueeze(axis());
    }

    @Override
    public Tensor logDensity(Tensor x) {
        return components.logDensity(withComponents(x)).add(weights.logits()).logSumExp(-1);
    }

    @Override
    public Tensor mean() {
        return average(components.mean());
    }

    /** Σ P(k)·(vₖ + (mₖ − m)²). */
    @Override
    public Tensor variance() {
        Tensor means = components.mean();
        Tensor apart = means.sub(average(means).unsqueeze(axis())).square();
        return average(components.variance().add(apart));
    }

    private Tensor average(Tensor x) {
        return lifted(weights.probabilities()).mul(x).sum(axis());
    }

    @Override
    public Tensor cdf(Tensor x) {
        return components.cdf(withComponents(x)).mul(weights.probabilities()).sum(-1);
    }

    @Override
    public String toString() {
        return Arguments.describe(this);
    }
}
