package org.culebra.nn;

import org.culebra.tensor.Random;
import org.jspecify.annotations.Nullable;

/** What a forward pass is for. Some layers do something else in training: dropout drops. */
public final class Mode {
    /** To use what was learned. */
    public static final Mode EVALUATION = new Mode(null);

    private final @Nullable Random random;

    private Mode(@Nullable Random random) {
        this.random = random;
    }

    /** To learn, with the source of all random numbers that layers draw. */
    public static Mode training(Random random) {
        return new Mode(random);
    }

    /** True in training. */
    public boolean isTraining() {
        return random != null;
    }

    /**
     * What to draw from in training.
     *
     * @throws IllegalStateException in evaluation
     */
    public Random random() {
        if (random == null) {
            throw new IllegalStateException("mode: evaluation draws no random numbers; only training does");
        }
        return random;
    }

    @Override
    public String toString() {
        return isTraining() ? "training" : "evaluation";
    }
}
