package org.culebra.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the probe of the layers found.
 *
 * @param layers in the order of the model
 * @param warnings in the order in which they came
 */
public record Health(List<Layer> layers, List<Warning> warnings) {
    /** The figures of a layer over the steps. */
    public record Layer(String name, String type, List<Metrics.Line> lines) {
        /** A figure over the steps; NaN where it was unknown. */
        Points points(String figure) {
            return new Points(
                    lines.stream().mapToDouble(Metrics.Line::step).toArray(),
                    lines.stream().mapToDouble(line -> line.figure(figure)).toArray());
        }
    }

    /** A sentence of the probe. */
    public record Warning(long step, String text) {}

    /** What a resumed run did again replaces what it did before. */
    static Health of(List<Map<String, @Nullable Object>> objects) {
        var lines = new ArrayList<Map<String, @Nullable Object>>();
        double latest = Double.NEGATIVE_INFINITY;
        for (Map<String, @Nullable Object> object : objects) {
            double step = Values.number(object.get("step"));
            if (object.containsKey("layer")) { // a warning may speak of an earlier step
                if (step < latest) {
                    lines.removeIf(line -> Values.number(line.get("step")) >= step);
                }
                latest = step;
            }
            lines.add(object);
        }
        var layers = new LinkedHashMap<String, Layer>();
        var warnings = new ArrayList<Warning>();
        for (Map<String, @Nullable Object> object : lines) {
            long step = (long) Values.number(object.get("step"));
            if (object.get("warning") instanceof String warning) {
                warnings.add(new Warning(step, warning));
            } else if (object.containsKey("layer")) {
                String name = Values.text(object.get("layer"));
                layers.computeIfAbsent(name, _ -> new Layer(name, Values.text(object.get("type")), new ArrayList<>()))
                        .lines()
                        .add(line(step, object));
            }
        }
        return new Health(List.copyOf(layers.values()), List.copyOf(warnings));
    }

    private static Metrics.Line line(long step, Map<String, @Nullable Object> object) {
        var figures = new LinkedHashMap<String, Double>();
        object.forEach((name, value) -> {
            if (value instanceof Number number) {
                figures.put(name, number.doubleValue());
            }
        });
        return new Metrics.Line(step, 0, Double.NaN, figures);
    }
}
