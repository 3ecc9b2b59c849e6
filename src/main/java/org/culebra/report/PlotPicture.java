package org.culebra.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** How a {@link Plot} looks: all that knows XChart, so that without XChart nothing but this cannot be loaded. */
record PlotPicture(String title, String x, String y, List<Plot.Line> lines, boolean logX, boolean logY) {
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

    private static final int TICK_DIGITS = 6;
    private static final double LEAST_PLAIN = 1e-5;
    private static final double MOST_PLAIN = 1e7;

    private static final Color INK = new Color(0x333333);
    private static final Color GRID = new Color(0xE4E4E4);

    /** The bytes of the file. */
    byte[] png() throws IOException {
        BufferedImage picture = BitmapEncoder.getBufferedImage(chart());
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", bytes);
        return bytes.toByteArray();
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
            Plot.Line line = lines.get(k);
            int[] kept = line.drawn(logX, logY);
            if (kept.length > 0) {
                double[] deviations = line.deviations();
                XYSeries series = deviations == null
                        ? chart.addSeries(line.name(), Plot.chosen(line.x(), kept), Plot.chosen(line.y(), kept))
                        : chart.addSeries(
                                line.name(),
                                Plot.chosen(line.x(), kept),
                                Plot.chosen(line.y(), kept),
                                Plot.chosen(deviations, kept));
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
                .flatMapToDouble(line -> Arrays.stream(line.drawn(logX, logY)).mapToDouble(i -> line.y()[i]))
                .sorted()
                .toArray();
        double low = range[0];
        double high = range[range.length - 1];
        if (!logY && low >= 0 && low < high / 3) {
            styler.setYAxisMin(0.);
        }
        styler.setYAxisLogarithmicDecadeOnly(high > MANY * low);
        styler.setxAxisTickLabelsFormattingFunction(PlotPicture::tick);
        styler.setyAxisTickLabelsFormattingFunction(PlotPicture::tick);
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

    /** A number at an axis: 0.02 as 0.1, and powers of ten only where there would be too many zeros. */
    static String tick(double value) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(TICK_DIGITS));
        double size = rounded.abs().doubleValue();
        return size == 0 || (size >= LEAST_PLAIN && size < MOST_PLAIN)
                ? rounded.stripTrailingZeros().toPlainString()
                : String.format(Locale.ROOT, "%.3g", value).replaceFirst("\\.?0+e", "e");
    }

    private static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }
}
