package org.culebra.train;

/**
 * The loss, or what a step made of the parameters, became infinite or NaN: nothing good can come of going on. A loss is looked at before
 * anything is changed. Data that hold such numbers are named first: the step, the batch and the epoch.
 */
public final class DivergedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    DivergedException(String message) {
        super(message);
    }
}
