package org.culebra.train;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Plain lines for people: one per epoch with its figures, speed and time, and one per event. */
public final class EpochTable implements Callback {
    private static final int LEAST_WIDTH = 9;

    private final PrintStream out;
    private final List<String> columns = new ArrayList<>();
    private double start;
    private long examplesBefore;

    /** Writes to this stream, the heading when the first epoch has ended. */
    public EpochTable(PrintStream out) {
        this.out = out;
    }

    @Override
    public void epochStarted(Progress progress) {
        start = progress.seconds();
        examplesBefore = progress.examples();
    }

    @Override
    public void epochDone(Progress progress) {
        double seconds = progress.seconds() - start;
        var figures = new LinkedHashMap<>(progress.figures());
        figures.remove("learning_rate");
        if (columns.isEmpty()) {
            columns.addAll(figures.keySet());
            out.println(heading());
        }
        var line = new StringBuilder(String.format(Locale.ROOT, "%5d", progress.epoch()));
        for (String column : columns) {
            line.append("  ").append(right(cell(column, figures), width(column)));
        }
        double speed = (progress.examples() - examplesBefore) / seconds;
        line.append(String.format(Locale.ROOT, "  %,10.0f  %8.1f", speed, seconds));
        out.println(line);
        out.flush();
    }

    private String heading() {
        var line = new StringBuilder("epoch");
        for (String column : columns) {
            line.append("  ").append(right(title(column), width(column)));
        }
        return line.append("  examples/s   seconds").toString();
    }

    private static String title(String column) {
        return column.replace("validation_", "val ").replace('_', ' ');
    }

    private static int width(String column) {
        return Math.max(LEAST_WIDTH, title(column).length());
    }

    /** Shares as percentages, everything else with four digits or more. */
    private static String cell(String column, Map<String, Double> figures) {
        Double value = figures.get(column);
        if (value == null) {
            return "–";
        }
        if (column.endsWith("accuracy")) {
            return String.format(Locale.ROOT, "%.2f %%", 100 * value);
        }
        boolean plain = value == 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5);
        return String.format(Locale.ROOT, plain ? "%.4f" : "%.3e", value);
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    @Override
    public void noted(Progress progress, String event) {
        out.println(event);
        out.flush();
    }
}
