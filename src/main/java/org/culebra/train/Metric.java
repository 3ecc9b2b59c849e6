package org.culebra.train;

import org.culebra.tensor.Tensor;

/** A figure that grows batch by batch. */
public interface Metric {
    /** What it is called: lower case, words joined by underscores. */
    String name();

    /** Takes in one batch: what the model said and what was right. */
    void add(Tensor output, Tensor target);

    /** The figure for all batches since the last {@link #reset}; NaN of nothing. */
    double value();

    /** Begins anew. */
    void reset();
}
