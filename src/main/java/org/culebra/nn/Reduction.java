package org.culebra.nn;

import java.util.Arrays;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;

/** What becomes of the terms of a loss: lᵢ, one for each element or example. */
public enum Reduction {
    /** Σ lᵢ / n. */
    MEAN,
    /** Σ lᵢ. */
    SUM,
    /** Σ lᵢ / B: summed over all that belongs to one example, the mean over the first axis. */
    BATCH_MEAN,
    /** All lᵢ as they are. */
    NONE;

    /** Terms that are there. */
    Tensor of(Tensor terms) {
        return this == NONE ? terms : scaled(terms.sum(), terms);
    }

    /** Terms f(x…; s), added up in the pass that computes them. The first input has their shape. */
    Tensor of(Elementwise function, double[] numbers, Tensor... inputs) {
        if (this == NONE) {
            return function.apply(numbers, inputs);
        }
        return scaled(function.sum(numbers, false, Arrays.asList(inputs)), inputs[0]);
    }

    private Tensor scaled(Tensor sum, Tensor terms) {
        return switch (this) {
            case MEAN -> sum.div((double) terms.size());
            case BATCH_MEAN -> sum.div(terms.rank() == 0 ? 1 : (double) terms.dim(0));
            case SUM, NONE -> sum;
        };
    }

    /** Terms that count by their weights: the mean is Σ lᵢ / Σ wᵢ. */
    Tensor weighted(Tensor terms, Tensor weights) {
        return this == MEAN ? terms.sum().div(weights.expand(terms.shape()).sum()) : of(terms);
    }
}
