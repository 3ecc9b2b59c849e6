package org.culebra.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Curves over the steps as inline SVG that takes the width it is given. The SVG holds lines only, stretched without thickening;
 * labels are text of the page beside it, which no stretching makes smaller. Colours are the page's, so that one chart serves
 * light and dark.
 */
final class Chart {
    static final int HUES = 8;

    private static final int SIZE = 1000;
    private static final int POINTS = 600;

    private final String title;
    private final String figure;
    private final List<Curve> curves = new ArrayList<>();
    private boolean keyed;

    /**
     * A curve.
     *
     * @param faint behind the others, and without a name of its own
     */
    private record Curve(String label, Points points, int hue, boolean faint) {}

    /** An empty chart of this figure. */
    Chart(String title, String figure) {
        this.title = title;
        this.figure = figure;
    }

    /** Adds a curve, unless it has no value. */
    void add(String label, Points points, int hue) {
        curves.add(new Curve(label, points, hue, false));
    }

    /** Adds what lies behind a curve of the same hue. */
    void addFaint(Points points, int hue) {
        curves.add(new Curve("", points, hue, true));
    }

    /** Names its curves also where there is only one: of several runs that one has. */
    Chart keyed() {
        keyed = true;
        return this;
    }

    /** The classes of a colour; where the colours begin again, lines are dashed. */
    static String hue(int number) {
        return "h" + number % HUES + (number < HUES ? "" : " dashed");
    }

    /** Markup; empty if there is nothing to draw and nothing to say. */
    String html() {
        List<Curve> drawn =
                curves.stream().filter(curve -> !curve.points().isEmpty()).toList();
        String broken = broken();
        if (drawn.isEmpty() && broken.isEmpty()) {
            return "";
        }
        var html = new Html().raw("<figure class=\"chart\"><figcaption>").element("b", "", title);
        for (Curve curve : drawn) {
            if (!curve.faint()
                    && (keyed || drawn.stream().filter(other -> !other.faint()).count() > 1)) {
                html.raw("<span class=\"key " + hue(curve.hue()) + "\">")
                        .element("i", "", "")
                        .text(curve.label());
                html.raw("</span>");
            }
        }
        html.raw("</figcaption>");
        if (!drawn.isEmpty()) {
            plot(html, drawn);
        }
        return html.raw(broken).raw("</figure>").toString();
    }

    private void plot(Html html, List<Curve> drawn) {
        Scale x = steps(drawn);
        Scale y = Scale.roomy(domain(drawn));
        html.raw("<div class=\"plot\" role=\"img\" aria-label=\"")
                .text(describe(drawn))
                .raw("\">");
        html.raw("<svg viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
        for (double tick : y.ticks()) {
            html.raw("<path class=\"grid\" d=\"M0 " + number(SIZE * (1 - y.at(tick))) + "H1000\"/>");
        }
        drawn.stream().filter(Curve::faint).forEach(curve -> html.raw(line(curve, x, y)));
        drawn.stream().filter(curve -> !curve.faint()).forEach(curve -> html.raw(line(curve, x, y)));
        html.raw("</svg>");
        for (double tick : y.ticks()) {
            html.element("span", "class=\"y\" style=\"bottom:" + number(100 * y.at(tick)) + "%\"", label(tick, y));
        }
        for (double tick : x.ticks()) {
            double at = x.at(tick);
            String side = at < .03 ? " first" : at > .94 ? " last" : "";
            html.element(
                    "span",
                    "class=\"x" + side + "\" style=\"left:" + number(100 * at) + "%\"",
                    Figures.count(Math.round(tick)));
        }
        html.raw("</div>");
        html.element("div", "class=\"axis\"", y.logarithmic() ? "step · logarithmic scale" : "step");
    }

    private String label(double tick, Scale scale) {
        if (Figures.isShare(figure)) {
            double distance = scale.ticks().size() > 1
                    ? scale.ticks().get(1) - scale.ticks().get(0)
                    : 1;
            return Figures.share(tick, distance < .01 ? 1 : 0);
        }
        // one form for a whole axis, not 0.001 above 5·10⁻⁴
        double greatest = scale.ticks().getLast();
        boolean plain = !scale.logarithmic() && greatest >= 1e-3 && Math.abs(tick) < 1e-3 && tick != 0;
        return plain
                ? new BigDecimal(Double.toString(tick))
                        .round(new MathContext(3))
                        .stripTrailingZeros()
                        .toPlainString()
                : Figures.number(tick, 4);
    }

    private String describe(List<Curve> drawn) {
        var text = new StringBuilder(title).append(" over the steps");
        for (Curve curve : drawn) {
            if (!curve.faint()) {
                text.append("; ").append(curve.label()).append(": ");
                text.append(Figures.value(figure, curve.points().last()));
            }
        }
        return text.toString();
    }

    /** What a reader must know of values that cannot be drawn. */
    private String broken() {
        var html = new Html();
        for (Curve curve : curves) {
            Points points = curve.points();
            if (points.broken() > 0) {
                int first = 0;
                while (Double.isFinite(points.y()[first])) {
                    first++;
                }
                String of = curve.label().isEmpty() ? Figures.name(figure) + ", each step" : curve.label();
                html.element(
                        "p",
                        "class=\"broken\"",
                        "%s: not finite in %s of %s values, first at step %s"
                                .formatted(
                                        of,
                                        Figures.count(points.broken()),
                                        Figures.count(points.size()),
                                        Figures.count(Math.round(points.x()[first]))));
            }
        }
        return html.toString();
    }

    private static Scale steps(List<Curve> drawn) {
        double[] all = drawn.stream()
                .flatMapToDouble(curve -> Arrays.stream(curve.points().x()))
                .toArray();
        double from = Arrays.stream(all).min().orElse(0);
        double to = Arrays.stream(all).max().orElse(1);
        return Scale.tight(from < .1 * to ? 0 : from, to);
    }

    /** All of the curves; of what lies behind them the middle 98 of 100, so that a single spike does not flatten all else. */
    private static double[] domain(List<Curve> drawn) {
        return drawn.stream()
                .flatMapToDouble(curve -> {
                    double[] sorted = curve.points().finite().sorted().toArray();
                    int cut = curve.faint() ? sorted.length / 100 : 0;
                    return Arrays.stream(sorted, cut, sorted.length - cut);
                })
                .toArray();
    }

    private static String line(Curve curve, Scale x, Scale y) {
        return "<path class=\"line " + hue(curve.hue()) + (curve.faint() ? " faint" : "")
                + (curve.points().finite().count() == 1 ? " dot" : "") + "\" d=\""
                + path(curve.points().thin(POINTS), x, y) + "\"/>";
    }

    /** A line with gaps where values are not finite; a value between two gaps is a dot. */
    private static String path(Points points, Scale x, Scale y) {
        var path = new StringBuilder();
        boolean pen = false;
        for (int i = 0; i < points.size(); i++) {
            double value = points.y()[i];
            if (Double.isFinite(value) && !(y.logarithmic() && value <= 0)) {
                path.append(pen ? 'L' : 'M').append(number(SIZE * x.at(points.x()[i])));
                path.append(' ').append(number(SIZE * (1 - y.at(value))));
                path.append(pen ? "" : "h0");
                pen = true;
            } else {
                pen = false;
            }
        }
        return path.toString();
    }

    /** A chart of a table's cell: one line, no labels. */
    static String spark(Points points, boolean share, int hue) {
        if (points.isEmpty()) {
            return "";
        }
        double[] finite = points.finite().toArray();
        Scale y = share ? new Scale(-.03, 1.03, false, List.of()) : Scale.roomy(finite);
        Scale x = Scale.tight(points.x()[0], points.x()[points.size() - 1]);
        return "<svg class=\"spark\" viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
                + "<path class=\"line h" + hue + "\" d=\"" + path(points.thin(POINTS / 6), x, y) + "\"/></svg>";
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
