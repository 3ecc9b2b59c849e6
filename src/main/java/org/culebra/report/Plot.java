package org.culebra.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.culebra.io.AtomicFile;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Lines over one axis, or points in a plane, as a PNG of 1200×720, drawn by XChart.
 *
 * <pre>{@code
 * Plot.of("Test error", "epoch", "error, %").line("SGD", epochs, errors).save(png);
 * }</pre>
 *
 * <p>Points that are not finite, or not above 0 on a logarithmic axis, are left out.
 */
public final class Plot {
    private static final int WIDTH = 1200;
    private static final int HEIGHT = 720;

    /** Okabe and Ito's, which colour-blind people can tell apart; the yellow is left out: it is too pale for a line. */
    private static final Color[] COLOURS = {
        new Color(0x0072B2),
        new Color(0xD55E00),
        new Color(0x009E73),
        new Color(0xCC79A7),
        new Color(0xE69F00),
        new Color(0x56B4E9),
        new Color(0x222222)
    };

    private static final Marker[] MARKERS = {
        SeriesMarkers.CIRCLE,
        SeriesMarkers.SQUARE,
        SeriesMarkers.DIAMOND,
        SeriesMarkers.TRIANGLE_UP,
        SeriesMarkers.TRIANGLE_DOWN,
        SeriesMarkers.CROSS,
        SeriesMarkers.OVAL
    };

    /** More points than this are a curve, and need no marks. */
    private static final int FEW = 16;

    /** More points than this of one kind are drawn small. */
    private static final int CROWD = 100;

    /** Within so small a range the powers of ten alone would be too few numbers at a logarithmic axis. */
    private static final double MANY = 30;

    private static final Color INK = new Color(0x333333);
    private static final Color GRID = new Color(0xE4E4E4);

    private final String title;
    private final String x;
    private final String y;
    private final List<Line> lines = new ArrayList<>();
    private boolean logX;
    private boolean logY;

    private record Line(String name, double[] x, double[] y, double @Nullable [] deviations, boolean joined) {}

    private Plot(String title, String x, String y) {
        this.title = title;
        this.x = x;
        this.y = y;
    }

    /** Nothing but a title and what the axes show. */
    public static Plot of(String title, String x, String y) {
        return new Plot(title, x, y);
    }

    /** Makes the horizontal axis logarithmic. */
    public Plot logX() {
        logX = true;
        return this;
    }

    /** Makes the vertical axis logarithmic. */
    public Plot logY() {
        logY = true;
        return this;
    }

    /**
     * Adds a line.
     *
     * @throws IllegalArgumentException if there are not as many values for one axis as for the other
     */
    public Plot line(String name, double[] xs, double[] ys) {
        return add(name, xs, ys, null, true);
    }

    /**
     * Adds points that no line joins.
     *
     * @throws IllegalArgumentException if there are not as many values for one axis as for the other
     */
    public Plot points(String name, double[] xs, double[] ys) {
        return add(name, xs, ys, null, false);
    }

    /**
     * Adds a line with bars of one deviation up and down.
     *
     * @throws IllegalArgumentException if there are not as many values for one axis as for the other, or as deviations
     */
    public Plot line(String name, double[] xs, double[] ys, double[] deviations) {
        return add(name, xs, ys, deviations, true);
    }

    private Plot add(String name, double[] xs, double[] ys, double @Nullable [] deviations, boolean joined) {
        if (xs.length != ys.length || (deviations != null && deviations.length != xs.length)) {
            throw new IllegalArgumentException("plot '" + title + "': line '" + name + "' has " + xs.length
                    + " places for " + ys.length + " values"
                    + (deviations == null ? "" : " and " + deviations.length + " deviations"));
        }
        int[] kept = IntStream.range(0, xs.length)
                .filter(i -> Double.isFinite(xs[i]) && Double.isFinite(ys[i]))
                .toArray();
        lines.add(new Line(
                name,
                chosen(xs, kept),
                chosen(ys, kept),
                deviations == null ? null : chosen(deviations, kept),
                joined));
        return this;
    }

    private static double[] chosen(double[] values, int[] positions) {
        return Arrays.stream(positions).mapToDouble(i -> values[i]).toArray();
    }

    /** True if there is no point to draw. */
    public boolean isEmpty() {
        return lines.stream().allMatch(line -> drawn(line).length == 0);
    }

    private int[] drawn(Line line) {
        return IntStream.range(0, line.x().length)
                .filter(i -> (!logX || line.x()[i] > 0) && (!logY || line.y()[i] > 0))
                .toArray();
    }

    /**
     * Writes the file.
     *
     * @throws IllegalStateException if there is no point to draw
     * @throws IOException if that is not possible
     */
    public void save(Path png) throws IOException {
        if (isEmpty()) {
            throw new IllegalStateException("plot '" + title + "': no line has a point to draw");
        }
        BufferedImage picture = BitmapEncoder.getBufferedImage(chart());
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", bytes);
        AtomicFile.write(png, bytes.toByteArray());
    }

    private XYChart chart() {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        style(chart.getStyler());
        for (int k = 0; k < lines.size(); k++) {
            Line line = lines.get(k);
            int[] kept = drawn(line);
            if (kept.length > 0) {
                double[] deviations = line.deviations();
                XYSeries series = deviations == null
                        ? chart.addSeries(line.name(), chosen(line.x(), kept), chosen(line.y(), kept))
                        : chart.addSeries(
                                line.name(), chosen(line.x(), kept), chosen(line.y(), kept), chosen(deviations, kept));
                series.setLineColor(COLOURS[k % COLOURS.length]);
                series.setLineStyle(stroke(k / COLOURS.length));
                series.setMarkerColor(COLOURS[k % COLOURS.length]);
                series.setMarker(line.joined() && kept.length > FEW ? SeriesMarkers.NONE : MARKERS[k % MARKERS.length]);
                if (!line.joined()) {
                    series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
                    // The second time round the colours are lighter: no dashes tell points apart.
                    series.setMarkerColor(lighter(COLOURS[k % COLOURS.length], k / COLOURS.length));
                }
            }
        }
        return chart;
    }

    private static Color lighter(Color colour, int times) {
        double share = Math.pow(.5, times);
        return new Color(
                towardsWhite(colour.getRed(), share),
                towardsWhite(colour.getGreen(), share),
                towardsWhite(colour.getBlue(), share));
    }

    private static int towardsWhite(int level, double share) {
        return (int) Math.round(255 - share * (255 - level));
    }

    /** Dashed, when the colours begin again. */
    private static BasicStroke stroke(int round) {
        return round == 0
                ? new BasicStroke(2.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)
                : new BasicStroke(2.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {9, 6}, 0);
    }

    private void style(XYStyler styler) {
        styler.setXAxisLogarithmic(logX).setYAxisLogarithmic(logY).setLocale(Locale.ROOT);
        double[] range = lines.stream()
                .flatMapToDouble(line -> Arrays.stream(drawn(line)).mapToDouble(i -> line.y()[i]))
                .sorted()
                .toArray();
        double low = range[0];
        double high = range[range.length - 1];
        if (!logY && low >= 0 && low < high / 3) {
            styler.setYAxisMin(0.);
        }
        styler.setYAxisLogarithmicDecadeOnly(high > MANY * low);
        styler.setPlotGridLinesColor(GRID)
                .setPlotGridLinesStroke(new BasicStroke(1))
                .setAxisTickLabelsFont(font(Font.PLAIN, 15))
                .setAxisTitleFont(font(Font.PLAIN, 17))
                .setAxisTickLabelsColor(INK)
                .setErrorBarsColorSeriesColor(true)
                .setXAxisTickMarkSpacingHint(90)
                .setPlotMargin(0);
        styler.setChartTitleFont(font(Font.BOLD, 19))
                .setChartTitleBoxVisible(false)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setChartFontColor(INK)
                .setChartPadding(18)
                .setMarkerSize(lines.stream().anyMatch(line -> line.x().length > CROWD) ? 5 : 9)
                .setLegendPosition(Styler.LegendPosition.OutsideE)
                .setLegendFont(font(Font.PLAIN, 16))
                .setLegendBorderColor(Color.WHITE)
                .setLegendBackgroundColor(Color.WHITE)
                .setLegendSeriesLineLength(28)
                .setAntiAlias(true);
    }

    private static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }
}
