package org.culebra.train;

/** The loss became infinite or NaN: nothing good can come of going on. Nothing was changed by the step that found it. */
public final class DivergedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    DivergedException(String message) {
        super(message);
    }
}
