package org.culebra.report;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parts of a run's page that are texts and tables. */
final class RunParts {
    private static final int LONGEST_LIST = 24;
    private static final Set<String> SHOWN_ELSEWHERE = Set.of("confusion");

    private RunParts() {}

    /** Name, state and times. */
    static String top(RunFolder run) {
        var html = new Html().element("p", "class=\"over\"", run.name().equals(run.recipe()) ? "Run" : run.name());
        html.element("h1", "", run.recipe());
        html.raw("<p class=\"lead\">").text(run.text("description")).raw("</p><p class=\"state\">");
        html.raw(
                switch (run.state()) {
                    case FINISHED -> "<span class=\"chip done\">";
                    case RUNNING -> "<span class=\"chip running\">";
                    case UNFINISHED -> "<span class=\"chip stopped\">";
                });
        html.raw(state(run)).raw("</span>");
        var facts = new ArrayList<String>();
        String started = time(run.text("started"));
        if (!started.isEmpty()) {
            facts.add("started " + started);
        }
        Instant written = run.lastWritten();
        if (run.state() != RunFolder.State.FINISHED && written != null) {
            facts.add(progress(run));
            facts.add("last sign of life " + Figures.time(written));
        }
        return html.text(String.join(" · ", facts)).raw("</p>").toString();
    }

    /** How far it is, in a word or two. */
    static String state(RunFolder run) {
        return switch (run.state()) {
            case FINISHED -> "finished";
            case RUNNING -> "running";
            case UNFINISHED -> "not finished";
        };
    }

    /** What of these runs cannot be shown, because it cannot be read. */
    static String damages(List<RunFolder> runs) {
        var html = new Html();
        runs.forEach(run -> run.damages().forEach(each -> html.element("li", "", each)));
        return html.isEmpty() ? "" : "<ul class=\"warnings\">" + html + "</ul>";
    }

    private static String progress(RunFolder run) {
        if (!run.parts().isEmpty()) {
            RunFolder part = run.parts().getLast();
            int number = run.plannedParts().indexOf(part.name()) + 1;
            return "part " + number + " of " + run.plannedParts().size() + ", " + part.name() + ": " + progress(part);
        }
        double planned = run.number("steps");
        String step = "step " + Figures.count(run.metrics().lastStep());
        return planned > 0 ? step + " of " + Figures.count((long) planned) : step;
    }

    private static String time(String text) {
        try {
            return text.isEmpty() ? "" : Figures.time(Instant.parse(text));
        } catch (DateTimeException e) {
            return text;
        }
    }

    /** The handful of figures that say how the run went. */
    static String headlines(RunFolder run) {
        Metrics metrics = run.metrics();
        var html = new Html();
        for (String name : List.of("test_accuracy", "test_loss")) {
            if (run.result().get(name) instanceof Number number) {
                tile(html, Figures.value(name, number.doubleValue()), Figures.name(name), "");
            }
        }
        best(html, metrics, "validation_accuracy");
        best(html, metrics, "validation_loss");
        for (String name : metrics.names()) {
            boolean plainLoss = name.equals("loss") || name.equals("accuracy");
            boolean partLoss = name.endsWith("_loss") && !name.startsWith("validation");
            if (plainLoss || partLoss) {
                String label = plainLoss ? "training " + name : Figures.name(name);
                double last = metrics.last(name);
                tile(html, Double.isFinite(last) ? Figures.value(name, last) : "not finite", label, "last");
            }
        }
        if (metrics.lastStep() > 0) {
            tile(html, Figures.count(metrics.lastStep()), "steps", planned(run));
        }
        double seconds = run.result().get("seconds") instanceof Number n ? n.doubleValue() : metrics.seconds();
        if (Double.isFinite(seconds)) {
            tile(html, Figures.duration(seconds), "training time", "");
        }
        double speed = median(metrics, "examples_per_second");
        if (Double.isFinite(speed)) {
            tile(html, Figures.number(speed, 3), "examples per second", "median");
        }
        if (run.number("parameters") > 0) {
            tile(html, Figures.count((long) run.number("parameters")), "parameters", "");
        }
        return html.isEmpty() ? "" : "<dl class=\"tiles\">" + html + "</dl>";
    }

    private static String planned(RunFolder run) {
        double epochs = run.number("epochs");
        long done = run.metrics().lastEpoch();
        if (done == 0) {
            return "";
        }
        return epochs > 0
                ? Figures.count(done) + " of " + Figures.count((long) epochs) + " epochs"
                : Figures.count(done) + " epochs";
    }

    private static void best(Html html, Metrics metrics, String name) {
        Metrics.Line line = metrics.best(name, Figures.isGain(name));
        if (line != null) {
            tile(html, Figures.value(name, line.figure(name)), Figures.name(name), "best, epoch " + line.epoch());
        }
    }

    private static void tile(Html html, String value, String label, String note) {
        html.raw("<div>").element("dt", "", label).element("dd", "", value);
        html.raw(
                        note.isEmpty()
                                ? ""
                                : new Html()
                                        .element("dd", "class=\"note\"", note)
                                        .toString())
                .raw("</div>");
    }

    private static double median(Metrics metrics, String name) {
        Points points = metrics.epochPoints(name);
        points = points.isEmpty() ? metrics.stepPoints(name) : points;
        double[] sorted = points.finite().sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    /** What happened, the latest last. */
    static String events(Metrics metrics) {
        if (metrics.events().isEmpty()) {
            return "";
        }
        var html = new Html()
                .raw("<div class=\"scroll tall\" tabindex=\"0\"><table><thead><tr>")
                .raw("<th class=\"n\">Step</th><th class=\"n\">Epoch</th><th class=\"n\">Time</th><th>Event</th>")
                .raw("</tr></thead><tbody>");
        for (Metrics.Event event : metrics.events()) {
            html.raw("<tr>").element("td", "class=\"n\"", Figures.count(event.step()));
            html.element("td", "class=\"n\"", event.epoch() > 0 ? Figures.count(event.epoch()) : Figures.NONE);
            html.element("td", "class=\"n\"", Figures.duration(event.seconds()));
            html.element("td", "", event.text()).raw("</tr>");
        }
        return html.raw("</tbody></table></div>").toString();
    }

    /** All that was written at the end; what has names and figures of its own is a table below. */
    static String results(Map<String, @Nullable Object> result) {
        var rows = new Html();
        var tables = new Html();
        result.forEach((name, value) -> {
            if (SHOWN_ELSEWHERE.contains(name)) {
                return;
            }
            if (value instanceof Map<?, ?> map
                    && !map.isEmpty()
                    && map.values().stream().allMatch(Map.class::isInstance)) {
                tables.element("h3", "", Figures.title(name)).raw(sideBySide(Values.object(map)));
                return;
            }
            String text = value instanceof Number n ? Figures.value(name, n.doubleValue()) : plain(name, value);
            boolean code = value instanceof String;
            rows.raw("<tr>").element("th", "scope=\"row\"", Figures.name(name));
            rows.element("td", code ? "class=\"code\"" : "", text).raw("</tr>");
        });
        return table(rows) + tables;
    }

    /** Figures by name of several things: a row for each, a column for each figure. */
    private static String sideBySide(Map<String, @Nullable Object> things) {
        var figures = new LinkedHashSet<String>();
        things.values().forEach(each -> figures.addAll(Values.object(each).keySet()));
        var html = new Html().raw("<div class=\"scroll\" tabindex=\"0\"><table class=\"compare\"><thead><tr><td></td>");
        figures.forEach(figure -> html.element("th", "class=\"n\"", Figures.name(figure)));
        html.raw("</tr></thead><tbody>");
        things.forEach((name, each) -> {
            html.raw("<tr>").element("th", "scope=\"row\"", name);
            Map<String, @Nullable Object> values = Values.object(each);
            for (String figure : figures) {
                Object value = values.get(figure);
                String text = value instanceof Number n ? Figures.value(figure, n.doubleValue()) : plain(figure, value);
                html.element("td", "class=\"n\"", text);
            }
            html.raw("</tr>");
        });
        return html.raw("</tbody></table></div>").toString();
    }

    private static String plain(String name, @Nullable Object value) {
        if (value instanceof Map<?, ?>) {
            var items = new ArrayList<String>();
            Values.object(value)
                    .forEach((key, item) -> items.add(key + " "
                            + (item instanceof Number n ? Figures.value(key, n.doubleValue()) : plain(key, item))));
            return String.join(", ", items);
        }
        if (!(value instanceof List<?> list)) {
            return value == null ? Figures.NONE : value.toString();
        }
        List<String> items = list.stream()
                .limit(LONGEST_LIST)
                .map(item -> item instanceof Number n ? Figures.value(name, n.doubleValue()) : Values.text(item))
                .toList();
        String more = list.size() > LONGEST_LIST ? ", … (" + list.size() + " in all)" : "";
        return String.join(", ", items) + more;
    }

    /** Each option with its value and what it means. */
    static String configuration(RunFolder run) {
        var rows = new Html();
        for (RunFolder.Option option : run.options()) {
            rows.raw("<tr>").element("th", "scope=\"row\" class=\"code\"", option.name());
            rows.element("td", "class=\"code\"", option.value());
            rows.element("td", "class=\"help\"", option.help()).raw("</tr>");
        }
        return table(rows);
    }

    private static String table(Html rows) {
        return rows.isEmpty()
                ? ""
                : "<div class=\"scroll\" tabindex=\"0\"><table class=\"list\"><tbody>" + rows
                        + "</tbody></table></div>";
    }

    /** The architecture and where the data came from. */
    static String model(RunFolder run) {
        var html = new Html();
        if (!run.text("data").isEmpty()) {
            html.raw("<p>").element("b", "", "Data: ").text(run.text("data")).raw("</p>");
        }
        if (!run.classes().isEmpty()) {
            html.raw("<p>")
                    .element("b", "", "Classes: ")
                    .text(String.join(", ", run.classes()))
                    .raw("</p>");
        }
        if (!run.text("model").isEmpty()) {
            html.raw("<div class=\"scroll tall\" tabindex=\"0\">")
                    .element("pre", "", run.text("model"))
                    .raw("</div>");
        }
        return html.toString();
    }

    /** How long epochs took. */
    static String timings(RunFolder run) {
        List<Metrics.Line> epochs = run.metrics().epochs();
        var rows = new Html();
        double[] seconds = new double[epochs.size()];
        Arrays.setAll(
                seconds,
                i -> epochs.get(i).seconds() - (i == 0 ? 0 : epochs.get(i - 1).seconds()));
        double[] sorted =
                Arrays.stream(seconds).filter(Double::isFinite).sorted().toArray();
        row(rows, "training so far", Figures.duration(run.metrics().seconds()));
        if (sorted.length > 0) {
            row(rows, "an epoch, median", Figures.duration(sorted[sorted.length / 2]));
            row(rows, "the fastest epoch", Figures.duration(sorted[0]));
            row(rows, "the slowest epoch", Figures.duration(sorted[sorted.length - 1]));
        }
        double waiting = median(run.metrics(), "waiting_share");
        if (Double.isFinite(waiting)) {
            row(rows, "waiting for data, of an epoch", Figures.share(waiting, 1));
        }
        long steps = run.metrics().lastStep();
        double all = run.metrics().seconds();
        if (steps > 0 && all > 0) {
            row(rows, "a step, on average", Figures.number(1000 * all / steps, 3) + "\u202fms");
        }
        double planned = run.number("steps");
        if (run.state() != RunFolder.State.FINISHED && planned > steps && steps > 0 && all > 0) {
            row(rows, "still to go, at this pace", Figures.duration(all / steps * (planned - steps)));
        }
        return table(rows);
    }

    private static void row(Html rows, String name, String value) {
        if (!value.equals(Figures.NONE)) {
            rows.raw("<tr>")
                    .element("th", "scope=\"row\"", name)
                    .element("td", "", value)
                    .raw("</tr>");
        }
    }

    /** What the run ran on. */
    static String environment(RunFolder run) {
        var rows = new Html();
        run.environment().forEach((name, value) -> row(rows, name, value));
        return table(rows);
    }
}
