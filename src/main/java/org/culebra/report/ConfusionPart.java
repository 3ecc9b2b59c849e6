package org.culebra.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The confusion matrix as a coloured table: a row per true class, a column per predicted one. */
final class ConfusionPart {
    private static final int SHORT_NAME = 3;

    private ConfusionPart() {}

    static String of(RunFolder run) {
        double[][] counts = matrix(Values.list(run.result().get("confusion")));
        return counts.length == 0 ? "" : table(counts, names(run.classes(), counts.length));
    }

    /** Empty unless it is square. */
    private static double[][] matrix(List<?> rows) {
        double[][] counts = rows.stream()
                .map(row ->
                        Values.list(row).stream().mapToDouble(Values::number).toArray())
                .toArray(double[][]::new);
        boolean square = Arrays.stream(counts)
                .allMatch(
                        row -> row.length == counts.length && Arrays.stream(row).allMatch(count -> count >= 0));
        return square ? counts : new double[0][];
    }

    private static String[] names(List<String> classes, int count) {
        String[] names = new String[count];
        Arrays.setAll(names, k -> k < classes.size() ? classes.get(k) : Integer.toString(k));
        return names;
    }

    private static String table(double[][] counts, String[] names) {
        boolean upright = Arrays.stream(names).anyMatch(name -> name.length() > SHORT_NAME);
        var html = new Html()
                .raw("<p class=\"hint\">Rows are the true classes, columns the predicted ones. ")
                .raw("Blue: right. Orange: taken for another.</p>")
                .raw("<div class=\"scroll\" tabindex=\"0\"><table class=\"matrix" + (upright ? " upright" : "")
                        + "\"><thead><tr><td></td>");
        for (String name : names) {
            html.raw("<th scope=\"col\">").element("span", "", name).raw("</th>");
        }
        html.raw("<th scope=\"col\" class=\"sum\"><span>Recall</span></th></tr></thead><tbody>");
        for (int row = 0; row < counts.length; row++) {
            html.raw("<tr>").element("th", "scope=\"row\"", names[row]);
            double total = Arrays.stream(counts[row]).sum();
            for (int column = 0; column < counts.length; column++) {
                cell(html, counts[row][column], total, row == column);
            }
            html.element("td", "class=\"sum\"", Figures.share(counts[row][row] / total, 1))
                    .raw("</tr>");
        }
        html.raw("</tbody><tfoot><tr><th scope=\"row\">Precision</th>");
        double right = 0;
        double all = 0;
        for (int k = 0; k < counts.length; k++) {
            int column = k;
            double predicted =
                    Arrays.stream(counts).mapToDouble(row -> row[column]).sum();
            html.element("td", "class=\"sum\"", Figures.share(counts[k][k] / predicted, 1));
            right += counts[k][k];
            all += predicted;
        }
        html.element("td", "class=\"sum\"", Figures.share(right / all, 1));
        return html.raw("</tr></tfoot></table></div>").toString();
    }

    /** Mistakes are few: their square roots can be told apart. */
    private static void cell(Html html, double count, double total, boolean right) {
        double share = total > 0 ? count / total : 0;
        double strength = right ? .55 * share : .75 * Math.sqrt(share);
        String colour = count == 0
                ? "class=\"zero\""
                : String.format(Locale.ROOT, "class=\"%s\" style=\"--a:%.3f\"", right ? "hit" : "miss", strength);
        html.element("td", colour, count == 0 ? "·" : Figures.number(count, 6));
    }
}
