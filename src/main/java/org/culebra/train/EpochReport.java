package org.culebra.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an epoch came to.
 *
 * @param epoch its number, from 1 on
 * @param step steps done at its end, in all
 * @param figures by name: means over the examples, each seen with the parameters of its step, and {@code validation_…}
 * @param examples seen
 * @param seconds it took, validation included
 */
public record EpochReport(int epoch, long step, Map<String, Double> figures, long examples, double seconds) {
    /** Keeps the order of the figures. */
    public EpochReport {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    /** Mean loss over the examples. */
    public double loss() {
        return figure(Task.LOSS);
    }

    /** A figure; NaN if there is none of this name. */
    public double figure(String name) {
        return figures.getOrDefault(name, Double.NaN);
    }

    /** Training speed. */
    public double examplesPerSecond() {
        return examples / seconds;
    }
}
