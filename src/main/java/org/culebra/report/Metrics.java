package org.culebra.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a run over its steps.
 *
 * @param steps lines of single updates
 * @param epochs lines of whole epochs
 * @param events what happened, in order
 */
public record Metrics(List<Line> steps, List<Line> epochs, List<Event> events) {
    private static final Set<String> PLACES = Set.of("kind", "step", "epoch", "seconds", "text");

    /**
     * Figures at a step.
     *
     * @param seconds of training so far; NaN if unknown
     * @param figures by name; NaN where it was not finite
     */
    public record Line(long step, long epoch, double seconds, Map<String, Double> figures) {
        /** A figure; NaN if it is not there or was not finite. */
        public double figure(String name) {
            return figures.getOrDefault(name, Double.NaN);
        }
    }

    /** Something that happened. */
    public record Event(long step, long epoch, double seconds, String text) {}

    /** What a resumed run did again replaces what it did before. */
    static Metrics of(List<Map<String, @Nullable Object>> objects) {
        var steps = new ArrayList<Line>();
        var epochs = new ArrayList<Line>();
        var events = new ArrayList<Event>();
        for (Map<String, @Nullable Object> object : objects) {
            Line line = line(object);
            switch (Values.text(object.get("kind"))) {
                case "step" -> {
                    boolean again = undo(steps, line.step());
                    undo(epochs, again ? line.step() : line.step() + 1); // an epoch ends after its last step
                    steps.add(line);
                }
                case "epoch" -> {
                    undo(steps, line.step() + 1);
                    undo(epochs, line.step());
                    epochs.add(line);
                }
                case "event" ->
                    events.add(new Event(line.step(), line.epoch(), line.seconds(), Values.text(object.get("text"))));
                default -> {
                    // of a later version: what it means is not known here
                }
            }
        }
        return new Metrics(List.copyOf(steps), List.copyOf(epochs), List.copyOf(events));
    }

    /** Whether there was anything to undo. */
    private static boolean undo(List<Line> lines, long from) {
        int before = lines.size();
        while (!lines.isEmpty() && lines.getLast().step() >= from) {
            lines.removeLast();
        }
        return lines.size() < before;
    }

    private static Line line(Map<String, @Nullable Object> object) {
        var figures = new LinkedHashMap<String, Double>();
        object.forEach((name, value) -> {
            if (!PLACES.contains(name) && (value == null || value instanceof Number)) {
                figures.put(name, Values.number(value));
            }
        });
        long step = (long) Values.number(object.get("step"));
        long epoch = (long) Values.number(object.get("epoch"));
        return new Line(step, epoch, Values.number(object.get("seconds")), figures);
    }

    /** The names of all figures, in the order in which they came first: those of the epochs, then those of the steps. */
    public Set<String> names() {
        var names = new LinkedHashSet<String>();
        epochs.forEach(line -> names.addAll(line.figures().keySet()));
        steps.forEach(line -> names.addAll(line.figures().keySet()));
        return names;
    }

    /** Updates made so far. */
    public long lastStep() {
        return Math.max(
                steps.isEmpty() ? 0 : steps.getLast().step(),
                epochs.isEmpty() ? 0 : epochs.getLast().step());
    }

    /** Epochs completed. */
    public long lastEpoch() {
        return epochs.isEmpty() ? 0 : epochs.getLast().epoch();
    }

    /** Seconds of training so far; NaN if unknown. */
    public double seconds() {
        double seconds = Double.NaN;
        for (List<Line> lines : List.of(steps, epochs)) {
            if (!lines.isEmpty() && !(lines.getLast().seconds() <= seconds)) {
                seconds = lines.getLast().seconds();
            }
        }
        return seconds;
    }

    /** The last value of a figure: of the epochs, else of the steps; NaN if there is none. */
    public double last(String name) {
        for (List<Line> lines : List.of(epochs, steps)) {
            for (Line line : lines.reversed()) {
                if (line.figures().containsKey(name)) {
                    return line.figure(name);
                }
            }
        }
        return Double.NaN;
    }

    /** The epoch line with the greatest (or the least) finite value of a figure; null if there is none. */
    @Nullable
    Line best(String name, boolean greatest) {
        Line best = null;
        for (Line line : epochs) {
            double value = line.figure(name);
            boolean better = best == null || (greatest ? value > best.figure(name) : value < best.figure(name));
            if (Double.isFinite(value) && better) {
                best = line;
            }
        }
        return best;
    }

    /** A figure of the epochs over the steps. */
    Points epochPoints(String name) {
        return points(epochs, name);
    }

    /** A figure of the steps. */
    Points stepPoints(String name) {
        return points(steps, name);
    }

    private static Points points(List<Line> lines, String name) {
        List<Line> having =
                lines.stream().filter(line -> line.figures().containsKey(name)).toList();
        return new Points(
                having.stream().mapToDouble(Line::step).toArray(),
                having.stream().mapToDouble(line -> line.figure(name)).toArray());
    }
}
