package org.culebra.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.culebra.io.AtomicFile;

/** Several runs in one page: their curves over each other, their last figures, and what they were told differently. */
public final class RunComparison {
    private final List<RunFolder> runs;
    private final List<String> names;

    private RunComparison(List<RunFolder> runs) {
        this.runs = runs;
        names = names(runs);
    }

    /**
     * Writes the page.
     *
     * @throws IOException if one of them is no folder, or a file cannot be read or written
     * @throws IllegalArgumentException if there are no runs
     */
    public static void write(List<Path> runs, Path html) throws IOException {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("compare: no runs; name at least one run folder");
        }
        var read = new ArrayList<RunFolder>();
        for (Path run : runs) {
            read.add(RunFolder.read(run));
        }
        AtomicFile.write(html, render(read).getBytes(StandardCharsets.UTF_8));
    }

    /** The page as a text. */
    public static String render(List<RunFolder> runs) {
        return new RunComparison(runs).page();
    }

    /** The curves of runs over each other, in the colours of their places in the list; none of those that diverged. */
    static String curves(List<RunFolder> runs) {
        return new RunComparison(runs).curves();
    }

    private String page() {
        var page = new Page("Runs compared: " + String.join(", ", names));
        page.section("damages", "Damaged files", RunParts.damages(runs));
        page.section("final", "Final figures", figures());
        page.section("curves", "Curves", curves());
        page.section("configuration", "What differs", differences());
        page.section("runs", "Runs", about());
        var top = new Html().raw("<p class=\"over\">").text("Comparison").raw("</p>");
        return page.html(
                top.element("h1", "", runs.size() == 1 ? "One run" : runs.size() + " runs")
                        .toString(),
                "");
    }

    /** The folders' names, with the folder above where two are alike, and a number where even that is the same. */
    private static List<String> names(List<RunFolder> runs) {
        var names = new ArrayList<String>();
        for (RunFolder run : runs) {
            boolean alone = runs.stream()
                            .filter(other -> other.name().equals(run.name()))
                            .count()
                    == 1;
            Path above = run.path().getParent();
            String name = alone || above == null || above.getFileName() == null
                    ? run.name()
                    : above.getFileName() + "/" + run.name();
            String numbered = name;
            for (int n = 2; names.contains(numbered); n++) {
                numbered = name + " (" + n + ")";
            }
            names.add(numbered);
        }
        return names;
    }

    private String curves() {
        var figures = new LinkedHashSet<String>();
        runs.forEach(run -> figures.addAll(run.metrics().names()));
        var html = new Html();
        CurveCharts.groups(figures)
                .values()
                .forEach(group -> group.forEach(figure -> {
                    String title = figure.equals("loss") || figure.equals("accuracy")
                            ? "Training " + figure
                            : Figures.title(figure);
                    var chart = new Chart(title, figure).keyed();
                    for (int i = 0; i < runs.size(); i++) {
                        RunFolder run = runs.get(i);
                        if (!run.isDiverged()) { // beyond all bounds it would flatten the curves of the others
                            chart.add(names.get(i), CurveCharts.comparable(run.metrics(), figure), i);
                        }
                    }
                    html.raw(chart.html());
                }));
        return html.isEmpty() ? "" : "<div class=\"charts\">" + html + "</div>";
    }

    private String figures() {
        var rows = new LinkedHashMap<String, double[]>();
        Set<String> results = new LinkedHashSet<>();
        Set<String> metrics = new LinkedHashSet<>();
        for (RunFolder run : runs) {
            run.result().forEach((name, value) -> {
                if (value instanceof Number) {
                    results.add(name);
                }
            });
            metrics.addAll(run.metrics().names());
        }
        results.forEach(name ->
                rows.put(name, each(run -> Values.number(run.result().get(name)))));
        metrics.removeAll(results);
        metrics.forEach(name -> rows.put(name, each(run -> run.metrics().last(name))));
        rows.put("steps", each(run -> run.metrics().lastStep()));
        if (!results.contains("seconds")) {
            rows.put("seconds", each(run -> run.metrics().seconds()));
        }
        var html = head();
        rows.forEach((name, values) -> row(html, name, values));
        return html.raw("</tbody></table></div>").toString();
    }

    private double[] each(ToDoubleFunction<RunFolder> figure) {
        return runs.stream().mapToDouble(figure).toArray();
    }

    private Html head() {
        var html = new Html().raw("<div class=\"scroll\" tabindex=\"0\"><table class=\"compare\"><thead><tr><td></td>");
        for (int i = 0; i < runs.size(); i++) {
            html.raw("<th scope=\"col\" class=\"n\"><span class=\"key " + Chart.hue(i) + "\"><i></i></span>");
            html.text(names.get(i)).raw("</th>");
        }
        return html.raw("</tr></thead><tbody>");
    }

    /** The best is marked where better and worse mean something. */
    private static void row(Html html, String name, double[] values) {
        boolean judged = Figures.isShare(name) || name.endsWith("score") || name.endsWith("loss");
        var finite = Arrays.stream(values).filter(Double::isFinite).summaryStatistics();
        double best = Figures.isGain(name) ? finite.getMax() : finite.getMin();
        boolean differ = judged && finite.getCount() > 1 && finite.getMax() > finite.getMin();
        html.raw("<tr>").element("th", "scope=\"row\"", Figures.name(name));
        for (double value : values) {
            String mark = differ && value == best ? "class=\"n best\"" : "class=\"n\"";
            html.element("td", mark, name.equals("steps") ? Figures.count((long) value) : Figures.value(name, value));
        }
        html.raw("</tr>");
    }

    private String differences() {
        var options = new LinkedHashMap<String, String[]>();
        for (int i = 0; i < runs.size(); i++) {
            for (RunFolder.Option option : runs.get(i).options()) {
                options.computeIfAbsent(option.name(), _ -> blank())[i] = option.value();
            }
        }
        options.values().removeIf(values -> Arrays.stream(values).distinct().count() == 1);
        if (options.isEmpty()) {
            return runs.size() > 1 ? "<p>Nothing: all options have the same values.</p>" : "";
        }
        return table(options);
    }

    private String[] blank() {
        String[] values = new String[runs.size()];
        Arrays.fill(values, Figures.NONE);
        return values;
    }

    private String about() {
        var rows = new LinkedHashMap<String, String[]>();
        rows.put("recipe", runs.stream().map(RunFolder::recipe).toArray(String[]::new));
        rows.put(
                "state",
                runs.stream()
                        .map(run -> run.state().name().toLowerCase(Locale.ROOT))
                        .toArray(String[]::new));
        rows.put("folder", runs.stream().map(run -> run.path().toString()).toArray(String[]::new));
        return table(rows);
    }

    private String table(Map<String, String[]> rows) {
        Html html = head();
        rows.forEach((name, values) -> {
            html.raw("<tr>").element("th", "scope=\"row\"", name);
            for (String value : values) {
                html.element("td", "class=\"n\"", value);
            }
            html.raw("</tr>");
        });
        return html.raw("</tbody></table></div>").toString();
    }
}
