package org.culebra.optim;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import org.culebra.memory.Scope;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Gradients;
import org.culebra.tensor.Tensor;

/**
 * Σ cᵢgᵢ/Σ cᵢ: the mean of the gradients of several batches, for one step as if they had been one batch.
 *
 * <pre>{@code
 * accumulator.add(tape.gradients(loss), batch.size());
 * if (accumulator.count() == 4) {
 *     optimizer.step(accumulator.take());
 * }
 * }</pre>
 *
 * <p>Layers that look at a whole batch, batch normalization for instance, still see the small ones.
 */
public final class GradientAccumulator {
    /** s + c·g, or at first c·g, whatever is in s. */
    private static final Elementwise ADD = Elementwise.withScalars(
            "accumulate",
            2,
            2,
            (x, s) -> List.of(
                    s.get(1).gt(0).select(x.get(1).mul(s.get(0)), x.get(1).fma(s.get(0), x.get(0)))));

    private static final Elementwise SCALE = Elementwise.withScalars(
            "accumulatedMean", 1, 1, (x, s) -> List.of(x.get(0).div(s.get(0))));

    private final IdentityHashMap<Tensor, Sum> sums = new IdentityHashMap<>();
    private final List<Sum> begun = new ArrayList<>();
    private double weights;
    private int count;

    /** The sum for one parameter. */
    private static final class Sum {
        private final Tensor parameter;
        private final Tensor value;
        private boolean empty = true;

        private Sum(Tensor parameter) {
            this.parameter = parameter;
            // Whatever tape is open: it outlives that.
            value = Scope.outside(
                    () -> Tensor.zeros(parameter.dtype(), parameter.shape().dims()));
        }
    }

    /** Nothing yet. */
    public GradientAccumulator() {}

    /** Adds gradients with weight 1. */
    public void add(Gradients gradients) {
        add(gradients, 1);
    }

    /**
     * Adds gradients.
     *
     * @param weight the size of the batch, where batches differ and the loss is a mean
     * @throws IllegalArgumentException if the weight is not positive
     */
    public void add(Gradients gradients, double weight) {
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException("accumulate: the weight must be positive, not " + weight);
        }
        for (Tensor parameter : gradients.inputs()) {
            Tensor gradient = gradients.find(parameter);
            if (gradient != null) {
                Sum sum = sums.computeIfAbsent(parameter, Sum::new);
                ADD.update(List.of(sum.value), new double[] {weight, sum.empty ? 1 : 0}, sum.value, gradient);
                if (sum.empty) {
                    sum.empty = false;
                    begun.add(sum);
                }
            }
        }
        weights += weight;
        count++;
    }

    /** How many gradients were added since the last {@link #take}. */
    public int count() {
        return count;
    }

    /**
     * The mean, valid until the next {@link #add}; begins anew.
     *
     * @throws IllegalStateException if nothing was added
     */
    public Gradients take() {
        if (count == 0) {
            throw new IllegalStateException("accumulate: no gradients were added");
        }
        // In the order of the parameters: whoever sums over them is to have the same bits every time.
        var means = new LinkedHashMap<Tensor, Tensor>();
        for (Sum sum : begun) {
            SCALE.update(List.of(sum.value), new double[] {weights}, sum.value);
            sum.empty = true;
            means.put(sum.parameter, sum.value);
        }
        begun.clear();
        weights = 0;
        count = 0;
        return Gradients.of(means);
    }
}
