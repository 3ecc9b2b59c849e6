package org.culebra.train;

import java.io.IOException;

/**
 * Hears how a training goes, and may end it. What it remembers is saved with each checkpoint if it says so in {@link #state}.
 *
 * <p>Where a method throws, the training ends with that.
 */
public interface Callback extends Stateful {
    /** Its name among the states of a checkpoint. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** The training begins, or goes on where it was interrupted. */
    default void started(Progress progress) throws IOException {}

    /** An epoch begins, or goes on. */
    default void epochStarted(Progress progress) throws IOException {}

    /** A step was made: {@link Progress#figures} are its. */
    default void stepDone(Progress progress) throws IOException {}

    /** An epoch ended: {@link Progress#figures} are its. */
    default void epochDone(Progress progress) throws IOException {}

    /** Something worth a line happened. */
    default void noted(Progress progress, String event) throws IOException {}

    /** The training ended, well or not. */
    default void ended(Progress progress) throws IOException {}
}
