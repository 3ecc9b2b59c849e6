package org.culebra.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * How the layers of a model have fared in training.
 *
 * @param step updates made
 * @param layers in the order in which they compute
 * @param warnings that stand, in plain words
 */
public record HealthReport(long step, List<LayerHealth> layers, List<String> warnings) {
    private static final String BARS = "▁▂▃▄▅▆▇█";
    private static final int CHART = 16;
    private static final int BAR = 5;

    /** Copies. */
    public HealthReport {
        layers = List.copyOf(layers);
        warnings = List.copyOf(warnings);
    }

    /**
     * Draws layers over time as a PNG: dead and saturated shares, gradient norms and update ratios.
     *
     * @throws IOException if the file cannot be written
     */
    public void draw(Path png) throws IOException {
        HealthChart.draw(this, png);
    }

    /** A table: of each layer the last probe, and how the norm of its gradient went (logarithmically); then the warnings. */
    @Override
    public String toString() {
        int path = widest(LayerHealth::path, "layer");
        int type = widest(LayerHealth::type, "type");
        var text = new StringBuilder("health after " + step + " steps\n");
        line(text, path, type, new String[] {
            "layer",
            "type",
            "mean",
            "deviation",
            "saturated",
            "",
            "dead",
            "",
            "gradient",
            "update",
            "gradient over time"
        });
        for (LayerHealth layer : layers) {
            if (!layer.readings().isEmpty()) {
                LayerHealth.Reading last = layer.readings().getLast();
                line(text, path, type, new String[] {
                    layer.path(),
                    layer.type(),
                    number(last.mean()),
                    number(last.deviation()),
                    share(last.saturated()),
                    bar(last.saturated()),
                    share(last.dead()),
                    bar(last.dead()),
                    number(last.gradientNorm()),
                    number(last.updateRatio()),
                    chart(layer)
                });
            }
        }
        warnings.forEach(warning -> text.append("! ").append(warning).append('\n'));
        int count = warnings.size();
        return text.append(count == 0 ? "no warnings" : count + (count == 1 ? " warning" : " warnings"))
                .toString();
    }

    private int widest(Function<LayerHealth, String> cell, String heading) {
        return layers.stream().mapToInt(layer -> cell.apply(layer).length()).reduce(heading.length(), Math::max);
    }

    private static void line(StringBuilder text, int path, int type, String[] cells) {
        String form =
                "%-" + path + "s  %-" + type + "s  %9s  %9s  %9s %-" + BAR + "s  %5s %-" + BAR + "s  %9s  %9s  %s";
        text.append(String.format(Locale.ROOT, form, (Object[]) cells).stripTrailing())
                .append('\n');
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.2e", value);
    }

    private static String share(double value) {
        return Double.isNaN(value) ? "" : HealthRules.percent(value);
    }

    private static String bar(double share) {
        int eighths = Double.isNaN(share) ? 0 : (int) Math.round(share * BAR * 8);
        return "█".repeat(eighths / 8) + (eighths % 8 == 0 ? "" : String.valueOf("▏▎▍▌▋▊▉".charAt(eighths % 8 - 1)));
    }

    private static String chart(LayerHealth layer) {
        return chart(layer.readings(), LayerHealth.Reading::gradientNorm);
    }

    /** The last probes, the least as the lowest bar; a dot where there is no number or none above 0. */
    private static String chart(List<LayerHealth.Reading> readings, ToDoubleFunction<LayerHealth.Reading> figure) {
        double[] logs = readings.subList(Math.max(0, readings.size() - CHART), readings.size()).stream()
                .mapToDouble(figure)
                .map(Math::log)
                .toArray();
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double log : logs) {
            low = Double.isFinite(log) ? Math.min(low, log) : low;
            high = Double.isFinite(log) ? Math.max(high, log) : high;
        }
        if (low > high) {
            return "";
        }
        var text = new StringBuilder();
        for (double log : logs) {
            double place = high > low ? (log - low) / (high - low) : .5;
            text.append(Double.isFinite(log) ? BARS.charAt((int) Math.round(place * (BARS.length() - 1))) : '·');
        }
        return text.toString();
    }
}
