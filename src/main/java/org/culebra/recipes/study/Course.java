package org.culebra.recipes.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How one training of a study went.
 *
 * @param readings in the order of the steps
 * @param steps made
 * @param seconds of training, the readings not counted
 * @param ended why it ended before its time; empty if it did not
 * @param measured before the first step, layer by layer
 */
record Course(List<Reading> readings, long steps, double seconds, String ended, Map<String, List<Double>> measured) {
    private static final String STEP = "step";
    private static final String EPOCH = "epoch";
    private static final String SECONDS = "seconds";
    private static final String ENDED = "ended";

    /**
     * What was read on the way.
     *
     * @param epoch steps by steps per epoch
     * @param seconds of training so far, the readings not counted
     * @param figures {@code loss}, the mean since the reading before, and {@code validation_…}
     */
    record Reading(long step, double epoch, double seconds, Map<String, Double> figures) {
        double figure(String name) {
            return figures.getOrDefault(name, Double.NaN);
        }
    }

    /** A figure of the last reading; NaN if there is none, or if the training did not come to its end. */
    double last(String figure) {
        return readings.isEmpty() || isDiverged()
                ? Double.NaN
                : readings.getLast().figure(figure);
    }

    boolean isDiverged() {
        return ended.startsWith("diverged");
    }

    /** The first reading where a figure is as large as that. */
    Optional<Reading> first(String figure, double atLeast) {
        return readings.stream()
                .filter(reading -> reading.figure(figure) >= atLeast)
                .findFirst();
    }

    /** The largest value of a figure; none if there are no readings. */
    OptionalDouble highest(String figure) {
        return readings.stream().mapToDouble(reading -> reading.figure(figure)).max();
    }

    // ---------------------------------------------------------------- as JSON

    /** All of it. */
    Map<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("steps", steps);
        json.put(SECONDS, seconds);
        json.put(ENDED, ended);
        json.put("measured", measured);
        var lines = new ArrayList<Map<String, Object>>();
        for (Reading reading : readings) {
            var line = new LinkedHashMap<String, Object>();
            line.put(STEP, reading.step());
            line.put(EPOCH, reading.epoch());
            line.put(SECONDS, reading.seconds());
            line.putAll(reading.figures());
            lines.add(line);
        }
        json.put("readings", lines);
        return json;
    }

    /** Out of what {@link #json} made. */
    static Course of(Map<?, ?> json) {
        var readings = new ArrayList<Reading>();
        for (Object each : list(json.get("readings"))) {
            Map<?, ?> line = each instanceof Map<?, ?> map ? map : Map.of();
            var figures = new LinkedHashMap<String, Double>();
            line.forEach((name, value) -> figures.put(String.valueOf(name), number(value)));
            List.of(STEP, EPOCH, SECONDS).forEach(figures::remove);
            readings.add(new Reading(
                    (long) number(line.get(STEP)), number(line.get(EPOCH)), number(line.get(SECONDS)), figures));
        }
        var measured = new LinkedHashMap<String, List<Double>>();
        if (json.get("measured") instanceof Map<?, ?> map) {
            map.forEach((name, values) -> measured.put(
                    String.valueOf(name),
                    list(values).stream().map(Course::number).toList()));
        }
        return new Course(
                List.copyOf(readings),
                (long) number(json.get("steps")),
                number(json.get(SECONDS)),
                String.valueOf(json.get(ENDED)),
                measured);
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private static double number(@Nullable Object value) {
        return value instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
