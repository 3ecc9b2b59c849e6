package org.culebra.distributions;

import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/**
 * p(x) = Π pᵢ(xᵢ): the last axes of a batch taken together as one event.
 *
 * <p>A distribution of batch [B, I] and events [E] → one of batch [B] and events [I, E].
 */
public final class Independent implements Distribution {
    private final Distribution base;
    private final int axes;

    private Independent(Distribution base, int axes) {
        this.base = base;
        this.axes = axes;
    }

    /**
     * The joint distribution.
     *
     * @param axes how many of the batch's last axes
     * @throws IllegalArgumentException if the batch does not have as many
     */
    public static Independent of(Distribution base, int axes) {
        if (axes < 0 || axes > base.batchShape().rank()) {
            throw new IllegalArgumentException("Independent: " + axes
                    + " axes of the batch are to become events, but it is " + base.batchShape() + " of " + base);
        }
        return new Independent(base, axes);
    }

    /** What its numbers come from. */
    public Distribution base() {
        return base;
    }

    /** How many axes of the base's batch are the event's. */
    public int axes() {
        return axes;
    }

    private int kept() {
        return base.batchShape().rank() - axes;
    }

    @Override
    public Shape batchShape() {
        return base.batchShape().range(0, kept());
    }

    @Override
    public Shape eventShape() {
        Shape batch = base.batchShape();
        return Arguments.join(batch.range(kept(), batch.rank()), base.eventShape());
    }

    @Override
    public DType dtype() {
        return base.dtype();
    }

    @Override
    public boolean isReparameterized() {
        return base.isReparameterized();
    }

    @Override
    public Tensor sample(Random random, long... dims) {
        return base.sample(random, dims);
    }

    @Override
    public Tensor sampleReparameterized(Random random, long... dims) {
        return base.sampleReparameterized(random, dims);
    }

    @Override
    public Tensor logDensity(Tensor x) {
        return Arguments.sumLast(base.logDensity(Arguments.value(this, x)), axes);
    }

    @Override
    public Tensor entropy() {
        return Arguments.sumLast(base.entropy(), axes);
    }

    @Override
    public Tensor mean() {
        return base.mean();
    }

    @Override
    public Tensor variance() {
        return base.variance();
    }

    @Override
    public String toString() {
        return Arguments.describe(this);
    }
}
