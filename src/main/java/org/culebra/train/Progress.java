package org.culebra.train;

import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** How far a training is. The same object is handed to all callbacks, and changes. */
public interface Progress {
    /** The epoch that is running or has just ended; from 1. */
    int epoch();

    /** How many there are to be, if that was said. */
    OptionalInt epochs();

    /** Steps done in all. */
    long step();

    /** How many there are to be, if that is known. */
    OptionalLong steps();

    /** Examples seen in this epoch. */
    long examples();

    /** Examples per epoch, if that is known. */
    OptionalLong examplesPerEpoch();

    /** Seconds of training, validation included, also those before an interruption. */
    double seconds();

    /** Seconds of this epoch in which a step waited for its batch: near 0 where the loader keeps up. */
    default double waited() {
        return 0;
    }

    /** Figures of the step that was done, or of the epoch: means over its examples, and those of the validation. */
    Map<String, Double> figures();

    /** Lets all callbacks know of something, in words. */
    void note(String event);

    /** Ends the training after this step or epoch. */
    void stop(String reason);
}
