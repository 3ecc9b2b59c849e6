package org.culebra.train;

import java.util.Map;
import org.culebra.data.Batch;
import org.culebra.data.Loader;
import org.culebra.nn.Mode;

/**
 * What a {@link Trainer} does with a batch: {@link Supervised} for a model that learns answers; for what learns otherwise, two
 * networks against each other for instance, a class of one's own.
 *
 * <p>Its {@link #state} is all that one step leaves for the next: parameters, buffers, optimizers, schedules, averages.
 */
public interface Task extends Stateful {
    /** The figure that says whether a training has failed. */
    String LOSS = "loss";

    /**
     * One step.
     *
     * @param mode training, with the source of random numbers
     * @return figures by name, {@value #LOSS} among them. If that is not finite, nothing may have been changed.
     */
    Map<String, Double> step(Batch batch, Mode mode);

    /** All batches of an epoch were seen. */
    default void epochDone() {}

    /** Figures for data that are not learned from. */
    default Map<String, Double> evaluate(Loader data) {
        return Map.of();
    }

    /** True where {@link #state} is complete; false between the batches of one update, for instance. */
    default boolean isWhole() {
        return true;
    }

    /**
     * What must be the same for a training to be resumed, by names for a message: {@code optimizer: Adam(learning rate 0.001)}. As it
     * begins: what a schedule moves is not part of it.
     */
    default Map<String, String> signature() {
        return Map.of("task", getClass().getSimpleName());
    }
}
