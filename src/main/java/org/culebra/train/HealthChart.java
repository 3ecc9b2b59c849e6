package org.culebra.train;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;
import org.culebra.io.AtomicFile;

/** A picture of four panels, each a row per layer and a column per probe. */
final class HealthChart {
    private static final int ROW = 20;
    private static final int WIDE = 420;
    private static final int LABEL = 190;
    private static final int MARGIN = 24;
    private static final int TITLE = 34;
    private static final int FOOT = 26;
    private static final Color PAPER = Color.WHITE;
    private static final Color INK = new Color(0x222222);
    private static final Color FAINT = new Color(0x777777);
    private static final Color NONE = new Color(0xeeeeee);

    /** Viridis (Smith and van der Walt 2015), nine of its colours. */
    private static final int[] SCALE = {
        0x440154, 0x482878, 0x3e4989, 0x31688e, 0x26828e, 0x35b779, 0x6ece58, 0xb5de2b, 0xfde725
    };

    private record Panel(String title, boolean logarithmic, ToDoubleFunction<LayerHealth.Reading> figure) {
        /** Only layers that have such a figure get a row. */
        boolean concerns(LayerHealth layer) {
            return layer.readings().stream().anyMatch(reading -> !Double.isNaN(figure.applyAsDouble(reading)));
        }

        double value(LayerHealth.Reading reading) {
            double value = figure.applyAsDouble(reading);
            return logarithmic ? Math.log10(value) : value;
        }
    }

    private static final List<Panel> PANELS = List.of(
            new Panel("dead units", false, LayerHealth.Reading::dead),
            new Panel("saturated outputs", false, LayerHealth.Reading::saturated),
            new Panel("gradient norm", true, LayerHealth.Reading::gradientNorm),
            new Panel("update / weight", true, LayerHealth.Reading::updateRatio));

    private HealthChart() {}

    static void draw(HealthReport report, Path png) throws IOException {
        int panelHeight = TITLE + ROW * Math.max(1, report.layers().size()) + FOOT;
        int panelWidth = LABEL + WIDE;
        var picture = new BufferedImage(
                3 * MARGIN + 2 * panelWidth, 3 * MARGIN + 2 * panelHeight, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = picture.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        pen.setColor(PAPER);
        pen.fillRect(0, 0, picture.getWidth(), picture.getHeight());
        for (int i = 0; i < PANELS.size(); i++) {
            Graphics2D at = (Graphics2D) pen.create();
            at.translate(MARGIN + i % 2 * (panelWidth + MARGIN), MARGIN + i / 2 * (panelHeight + MARGIN));
            Panel panel = PANELS.get(i);
            panel(at, panel, report.layers().stream().filter(panel::concerns).toList());
            at.dispose();
        }
        pen.dispose();
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", bytes);
        AtomicFile.write(png, bytes.toByteArray());
    }

    private static void panel(Graphics2D pen, Panel panel, List<LayerHealth> layers) {
        double[] range = panel.logarithmic ? range(panel, layers) : new double[] {0, 1};
        pen.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
        pen.setColor(INK);
        pen.drawString(panel.title, LABEL, 16);
        if (layers.isEmpty()) {
            pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
            pen.setColor(FAINT);
            pen.drawString("no layer has any", LABEL, TITLE + 14);
            return;
        }
        legend(pen, panel, range);
        pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        for (int row = 0; row < layers.size(); row++) {
            LayerHealth layer = layers.get(row);
            int top = TITLE + row * ROW;
            pen.setColor(INK);
            String label = (layer.path() + "  " + layer.type()).strip();
            int room = LABEL - 10;
            while (pen.getFontMetrics().stringWidth(label) > room) {
                label = label.substring(1);
            }
            pen.drawString(label, room - pen.getFontMetrics().stringWidth(label), top + 14);
            row(pen, panel, layer.readings(), range, top);
        }
        axis(pen, layers, TITLE + layers.size() * ROW);
    }

    private static void row(Graphics2D pen, Panel panel, List<LayerHealth.Reading> readings, double[] range, int top) {
        int n = readings.size();
        for (int i = 0; i < n; i++) {
            int left = LABEL + WIDE * i / n;
            int right = LABEL + WIDE * (i + 1) / n;
            pen.setColor(colour(panel.value(readings.get(i)), range));
            pen.fillRect(left, top, right - left, ROW - 2);
        }
    }

    private static void axis(Graphics2D pen, List<LayerHealth> layers, int top) {
        List<LayerHealth.Reading> readings =
                layers.isEmpty() ? List.of() : layers.getFirst().readings();
        if (!readings.isEmpty()) {
            pen.setColor(FAINT);
            pen.drawString("step " + readings.getFirst().step(), LABEL, top + 14);
            String last = "step " + readings.getLast().step();
            pen.drawString(last, LABEL + WIDE - pen.getFontMetrics().stringWidth(last), top + 14);
        }
    }

    private static void legend(Graphics2D pen, Panel panel, double[] range) {
        int wide = 120;
        int left = LABEL + WIDE - wide - 60;
        pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
        for (int i = 0; i < wide; i++) {
            pen.setColor(colour(range[0] + (range[1] - range[0]) * i / wide, range));
            pen.fillRect(left + i, 6, 1, 10);
        }
        pen.setColor(FAINT);
        String low = text(panel, range[0]);
        pen.drawString(low, left - 6 - pen.getFontMetrics().stringWidth(low), 15);
        pen.drawString(text(panel, range[1]), left + wide + 6, 15);
    }

    private static String text(Panel panel, double value) {
        return panel.logarithmic ? String.format(Locale.ROOT, "%.0e", Math.pow(10, value)) : HealthRules.percent(value);
    }

    private static double[] range(Panel panel, List<LayerHealth> layers) {
        double[] finite = layers.stream()
                .flatMap(layer -> layer.readings().stream())
                .mapToDouble(panel::value)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        if (finite.length == 0) {
            return new double[] {-1, 0};
        }
        double low = finite[0];
        double high = finite[finite.length - 1];
        return new double[] {low, Math.max(high, low + 1)};
    }

    /** Grey where there is nothing; 0, logarithmically, is the lowest. */
    private static Color colour(double value, double[] range) {
        if (Double.isNaN(value)) {
            return NONE;
        }
        double place = Math.clamp((value - range[0]) / (range[1] - range[0]), 0, 1) * (SCALE.length - 1);
        int below = Math.min((int) place, SCALE.length - 2);
        double share = place - below;
        int colour = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            double mixed = (SCALE[below] >> shift & 0xff) * (1 - share) + (SCALE[below + 1] >> shift & 0xff) * share;
            colour |= (int) Math.round(mixed) << shift;
        }
        return new Color(colour);
    }
}
