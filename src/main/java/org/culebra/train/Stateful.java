package org.culebra.train;

import org.culebra.optim.State;

/** Whatever remembers something that a training needs to go on with the same bits. */
public interface Stateful {
    /** All that it remembers; the tensors are the live ones. */
    default State state() {
        return State.EMPTY;
    }

    /**
     * Goes on from a saved state: copies it.
     *
     * @throws IllegalArgumentException if it is that of something else
     */
    default void load(State state) {}
}
