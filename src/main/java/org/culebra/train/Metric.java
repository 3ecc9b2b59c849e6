package org.culebra.train;

import org.culebra.tensor.Tensor;

/** A figure that grows batch by batch; {@link Metrics} makes the usual ones. */
public interface Metric {
    /** What it is called in tables and files: {@code accuracy}, {@code top_5_accuracy}, {@code f1}. */
    String name();

    /**
     * Takes one batch in. No tape is needed, and nothing is recorded if one is open.
     *
     * @param output of the model
     * @param target what it should have been
     * @throws IllegalArgumentException if the shapes do not fit the metric, or each other
     */
    void add(Tensor output, Tensor target);

    /** The figure over everything taken in; NaN of nothing. */
    double value();

    /** Forgets everything taken in. */
    void reset();
}
