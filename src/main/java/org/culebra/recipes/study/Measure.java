package org.culebra.recipes.study;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.culebra.recipes.Spread;

/**
 * A number that a training came to; a column of a study's table.
 *
 * @param name in the results: lower case, words joined by underscores
 * @param heading of the column
 * @param decimals that are shown; negative for powers of ten
 * @param of the number; NaN if the training did not come to it
 */
record Measure(String name, String heading, int decimals, ToDoubleFunction<Course> of) {
    static final String ACCURACY = "validation_accuracy";

    static Measure testError() {
        return new Measure("test_error", "test error, %", 2, course -> 100 * (1 - course.last(ACCURACY)));
    }

    static Measure trainLoss() {
        return new Measure("train_loss", "training loss", 4, course -> course.last("loss"));
    }

    static Measure stepsTo(double accuracy) {
        return new Measure(
                "steps_to_target",
                "steps to " + percent(accuracy),
                0,
                course -> course.first(ACCURACY, accuracy)
                        .map(reading -> (double) reading.step())
                        .orElse(Double.NaN));
    }

    static Measure secondsTo(double accuracy) {
        return new Measure(
                "seconds_to_target",
                "seconds to " + percent(accuracy),
                2,
                course -> course.first(ACCURACY, accuracy)
                        .map(Course.Reading::seconds)
                        .orElse(Double.NaN));
    }

    static Measure steps() {
        return new Measure("steps", "steps", 0, Course::steps);
    }

    static Measure seconds() {
        return new Measure("seconds", "seconds", 2, Course::seconds);
    }

    /** Something that was measured in a layer before the first step; layers from 0 on, or from −1 backwards. */
    static Measure atInit(String name, String heading, String figure, int layer) {
        return new Measure(name, heading, -1, course -> {
            List<Double> values = course.measured().getOrDefault(figure, List.of());
            int place = layer < 0 ? values.size() + layer : layer;
            return place < 0 || place >= values.size() ? Double.NaN : values.get(place);
        });
    }

    private static String percent(double share) {
        double value = 100 * share;
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f %%", value)
                : String.format(Locale.ROOT, "%.1f %%", value);
    }

    Spread spread(List<Course> courses) {
        return Spread.of(courses.stream().mapToDouble(of).toArray());
    }

    /** For example {@code 3.21 ± 0.05}. */
    String cell(List<Course> courses) {
        Spread spread = spread(courses);
        if (!Double.isFinite(spread.mean())) {
            return "–";
        }
        String mean = number(spread.mean());
        return spread.count() == 1 ? mean : mean + " ± " + number(spread.deviation());
    }

    private String number(double value) {
        return decimals < 0
                ? String.format(Locale.ROOT, "%.1e", value)
                : String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
