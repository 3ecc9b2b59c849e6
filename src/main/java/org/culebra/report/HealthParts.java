package org.culebra.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the probe of the layers found: its warnings, and a row of small charts per layer. */
final class HealthParts {
    private static final double WORRYING_SHARE = .4;

    private HealthParts() {}

    /** In plain words; what was said several times stands once, with the first and the last step. */
    static String warnings(Health health) {
        var steps = new LinkedHashMap<String, long[]>();
        for (Health.Warning warning : health.warnings()) {
            long[] range = steps.computeIfAbsent(warning.text(), _ -> new long[] {warning.step(), 0});
            range[1] = warning.step();
        }
        var html = new Html();
        for (Map.Entry<String, long[]> warning : steps.entrySet()) {
            long first = warning.getValue()[0];
            long last = warning.getValue()[1];
            String when = first == last
                    ? "step " + Figures.count(first)
                    : "steps " + Figures.count(first) + "–" + Figures.count(last);
            html.raw("<li>")
                    .text(warning.getKey())
                    .raw(" ")
                    .element("span", "class=\"at\"", when)
                    .raw("</li>");
        }
        return html.isEmpty() ? "" : "<ul class=\"warnings\">" + html + "</ul>";
    }

    private record Column(String figure, String title, boolean share) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("deviation", "Deviation", false),
            new Column("mean", "Mean", false),
            new Column("dead", "Dead", true),
            new Column("saturated", "Saturated", true),
            new Column("gradient_norm", "Gradient norm", false),
            new Column("weight_norm", "Weight norm", false),
            new Column("update_ratio", "Update to weight", false));

    /** A row per layer. */
    static String layers(Health health) {
        if (health.layers().isEmpty()) {
            return "";
        }
        List<Column> columns = COLUMNS.stream()
                .filter(column -> health.layers().stream()
                        .anyMatch(layer -> !layer.points(column.figure()).isEmpty()))
                .toList();
        var html = new Html()
                .raw(
                        "<p class=\"hint\">Each layer’s outputs and gradients from the first probe to the last, and the last ")
                .raw(
                        "value. Shares are drawn from 0 to 100\u202f%; all else on a scale of its own. An update of about ")
                .raw("10⁻³ of the weights is usual.</p>")
                .raw("<div class=\"scroll tall\" tabindex=\"0\"><table class=\"layers\"><thead><tr><th>Layer</th>");
        columns.forEach(column -> html.element("th", "", column.title()));
        html.raw("</tr></thead><tbody>");
        for (Health.Layer layer : health.layers()) {
            html.raw("<tr><th scope=\"row\">")
                    .element("span", "class=\"at\"", layer.name())
                    .raw(" ")
                    .text(layer.type());
            html.raw("</th>");
            columns.forEach(column -> cell(html, layer.points(column.figure()), column));
            html.raw("</tr>");
        }
        return html.raw("</tbody></table></div>").toString();
    }

    private static void cell(Html html, Points points, Column column) {
        if (points.isEmpty()) {
            html.element("td", "class=\"none\"", Figures.NONE);
            return;
        }
        double last = points.last();
        boolean worrying = column.share() && last >= WORRYING_SHARE;
        String value = column.share() ? Figures.share(last, 0) : Figures.number(last, 3);
        html.raw("<td" + (worrying ? " class=\"worrying\"" : "") + "><div>")
                .raw(Chart.spark(points, column.share(), worrying ? 1 : 0));
        html.element("span", "", value).raw("</div></td>");
    }
}
