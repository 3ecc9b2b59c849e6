package org.culebra.report;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the page of a run of several trainings shows of them: a table, their curves over each other, and the pictures of each. */
final class PartsOfRun {
    private static final Set<String> SIDE_ISSUES = Set.of("learning_rate", "examples_per_second", "waiting_share");

    private PartsOfRun() {}

    /**
     * How far each of them is, those to come among them; empty of a run that is one training.
     *
     * @param linked whether their own pages can be reached
     */
    static String table(RunFolder run, boolean linked) {
        if (run.plannedParts().isEmpty()) {
            return "";
        }
        Set<String> figures = figures(run.parts());
        var html = new Html()
                .raw("<div class=\"scroll\" tabindex=\"0\"><table class=\"compare\"><thead><tr><td></td><th>State</th>")
                .raw("<th class=\"n\">Steps</th><th class=\"n\">Time</th>");
        figures.forEach(figure -> html.element("th", "class=\"n\"", Figures.name(figure)));
        html.raw("</tr></thead><tbody>");
        List<RunFolder> parts = run.parts();
        for (int i = 0; i < parts.size(); i++) {
            row(html, parts.get(i), i, figures, linked);
        }
        List<String> begun = parts.stream().map(RunFolder::name).toList();
        for (String name : run.plannedParts()) {
            if (!begun.contains(name)) {
                html.raw("<tr>").element("th", "scope=\"row\"", name);
                html.raw("<td class=\"none\">to come</td></tr>");
            }
        }
        return html.raw("</tbody></table></div>").toString();
    }

    /** Those of the epochs: first what was measured of examples that nothing was learned from. */
    private static Set<String> figures(List<RunFolder> parts) {
        var figures = new LinkedHashSet<String>();
        for (boolean held : new boolean[] {true, false}) {
            for (RunFolder part : parts) {
                for (Metrics.Line line : part.metrics().epochs()) {
                    line.figures().keySet().stream()
                            .filter(name -> name.startsWith("validation_") == held)
                            .forEach(figures::add);
                }
            }
        }
        figures.removeAll(SIDE_ISSUES);
        return figures;
    }

    private static void row(Html html, RunFolder part, int hue, Set<String> figures, boolean linked) {
        html.raw("<tr><th scope=\"row\"><span class=\"key " + Chart.hue(hue) + "\"><i></i></span>");
        if (linked) {
            html.raw("<a href=\"parts/").text(part.name()).raw("/" + HtmlReport.FILE + "\">");
            html.text(part.name()).raw("</a></th>");
        } else {
            html.text(part.name()).raw("</th>");
        }
        html.raw("<td>" + (part.isDiverged() ? "diverged" : RunParts.state(part)) + "</td>");
        Metrics metrics = part.metrics();
        double planned = part.number("steps");
        String of = planned > metrics.lastStep() ? " of " + Figures.count((long) planned) : "";
        html.element("td", "class=\"n\"", Figures.count(metrics.lastStep()) + of);
        html.element("td", "class=\"n\"", Figures.duration(metrics.seconds()));
        figures.forEach(figure -> html.element("td", "class=\"n\"", Figures.value(figure, metrics.last(figure))));
        html.raw("</tr>");
    }

    /** All curves of all parts. */
    static Page.Part curves(List<RunFolder> parts) {
        return Page.Part.section(
                "part-curves", "Curves of the parts", parts.isEmpty() ? "" : RunComparison.curves(parts));
    }

    /**
     * The warnings and pictures of one; empty if it has none.
     *
     * @param siblings how many there are to share the page
     */
    static Page.Part section(String id, RunFolder part, int siblings) throws IOException {
        String warnings = HealthParts.warnings(part.health());
        String pictures = PictureParts.strips(part.pictures(), siblings);
        return Page.Part.section(id, part.name(), warnings + pictures);
    }
}
