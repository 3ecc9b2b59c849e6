package org.culebra.tensor;

/** Whether a gradient is a plain result or can be differentiated again. */
public enum Order {
    /** The backward pass is not recorded; what it needs on the way is given back at once. */
    FIRST,
    /** The backward pass is recorded on the tape like any other computation. */
    DIFFERENTIABLE
}
