package org.culebra.train;

import java.util.Map;

/**
 * A figure to be watched, and in which direction it is better.
 *
 * @param figure its name, such as {@code validation_loss}
 * @param rising true if more is better
 */
public record Monitor(String figure, boolean rising) {
    /** Less is better. */
    public static Monitor lowest(String figure) {
        return new Monitor(figure, false);
    }

    /** More is better. */
    public static Monitor highest(String figure) {
        return new Monitor(figure, true);
    }

    /**
     * The figure.
     *
     * @throws IllegalStateException if there is none of this name; the message begins with who asks
     */
    double value(String who, Map<String, Double> figures) {
        Double value = figures.get(figure);
        if (value == null) {
            throw new IllegalStateException(who + ": there is no figure '" + figure + "' among " + figures.keySet());
        }
        return value;
    }

    /** More is better, whatever the figure; NaN if it is not known. */
    double score(Map<String, Double> figures) {
        double value = figures.getOrDefault(figure, Double.NaN);
        return rising ? value : -value;
    }
}
