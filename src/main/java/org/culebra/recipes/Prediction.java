package org.culebra.recipes;

import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What an image may show.
 *
 * @param label of the class
 * @param probability that a model gives it
 */
public record Prediction(String label, double probability) {
    /** All classes, the likeliest first. */
    public static List<Prediction> all(double[] probabilities, IntFunction<String> labels) {
        return IntStream.range(0, probabilities.length)
                .mapToObj(k -> new Prediction(labels.apply(k), probabilities[k]))
                .sorted(Comparator.comparingDouble(Prediction::probability).reversed())
                .toList();
    }
}
