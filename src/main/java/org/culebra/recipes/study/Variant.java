package org.culebra.recipes.study;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.culebra.nn.Layer;
import org.culebra.tensor.Random;
import org.culebra.train.Run;
import org.culebra.train.Task;

/**
 * One of the things that a study compares.
 *
 * @param name lower case, words joined by hyphens: it names a folder
 * @param what it is, for people
 * @param batchSize examples per step
 * @param maker makes what learns
 */
record Variant(String name, String what, int batchSize, Maker maker) {
    /** Makes what learns. */
    @FunctionalInterface
    interface Maker {
        /**
         * A new one.
         *
         * @param random of its first numbers
         * @param run where it may leave what it found out about itself
         */
        Learner of(Random random, Run run) throws IOException;
    }

    /**
     * What learns.
     *
     * @param measured before the first step, layer by layer
     */
    record Learner(Layer model, Task task, Map<String, List<Double>> measured) {
        /** One that nothing was measured of. */
        Learner(Layer model, Task task) {
            this(model, task, Map.of());
        }
    }
}
