package org.culebra.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which figures share a chart, and in which order the charts come. */
final class CurveCharts {
    private static final String VALIDATION = "validation_";
    private static final int ENOUGH_TO_SMOOTH = 40;

    private CurveCharts() {}

    /** The figures of each chart, under its title. */
    static Map<String, List<String>> groups(Iterable<String> names) {
        var groups = new LinkedHashMap<String, List<String>>();
        for (String first : List.of("Loss", "Accuracy", "Losses")) {
            groups.put(first, new ArrayList<>());
        }
        for (String name : names) {
            groups.computeIfAbsent(title(name), _ -> new ArrayList<>()).add(name);
        }
        for (String last : List.of("Learning rate", "Examples per second", "Waiting share")) {
            List<String> figures = groups.remove(last);
            if (figures != null) {
                groups.put(last, figures);
            }
        }
        groups.values().removeIf(List::isEmpty);
        return groups;
    }

    private static String title(String name) {
        String base = name.startsWith(VALIDATION) ? name.substring(VALIDATION.length()) : name;
        boolean oneOfSeveralLosses = base.endsWith("_loss");
        return oneOfSeveralLosses ? "Losses" : Figures.title(base);
    }

    /** All charts of a run. */
    static String of(Metrics metrics) {
        var html = new StringBuilder();
        groups(metrics.names()).forEach((title, names) -> {
            var chart = new Chart(title, names.getFirst());
            for (int hue = 0; hue < names.size(); hue++) {
                add(chart, metrics, names.get(hue), hue);
            }
            html.append(chart.html());
        });
        return html.isEmpty() ? "" : "<div class=\"charts\">" + html + "</div>";
    }

    private static void add(Chart chart, Metrics metrics, String name, int hue) {
        Points steps = metrics.stepPoints(name);
        Points epochs = metrics.epochPoints(name);
        boolean exact = name.equals("learning_rate") || steps.size() < ENOUGH_TO_SMOOTH;
        if (epochs.size() > 1) {
            if (steps.size() > 0) {
                chart.addFaint(steps, hue);
            }
            chart.add(label(name), epochs, hue);
        } else if (steps.size() == 0) {
            chart.add(label(name), epochs, hue);
        } else if (exact) {
            chart.add(label(name), steps, hue);
        } else {
            chart.addFaint(steps, hue);
            // what is not finite is said once, of the steps themselves
            chart.add(label(name), steps.smooth().withoutBroken(), hue);
        }
    }

    /** The figure that a run is best compared by, of the epochs if there are any, else smoothed. */
    static Points comparable(Metrics metrics, String name) {
        Points epochs = metrics.epochPoints(name);
        Points steps = metrics.stepPoints(name);
        if (epochs.size() > 1 || steps.size() == 0) {
            return epochs;
        }
        return name.equals("learning_rate") || steps.size() < ENOUGH_TO_SMOOTH ? steps : steps.smooth();
    }

    private static String label(String name) {
        return switch (name) {
            case "loss", "accuracy" -> "training";
            case "validation_loss", "validation_accuracy" -> "validation";
            default -> Figures.name(name);
        };
    }
}
