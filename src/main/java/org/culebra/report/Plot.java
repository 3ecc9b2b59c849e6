package org.culebra.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.culebra.io.AtomicFile;
import org.culebra.train.Companion;
import org.jspecify.annotations.Nullable;

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
    private final String title;
    private final String x;
    private final String y;
    private final List<Line> lines = new ArrayList<>();
    private boolean logX;
    private boolean logY;

    /** What is drawn under one name. */
    record Line(String name, double[] x, double[] y, double @Nullable [] deviations, boolean joined) {
        /** The positions of the points that the axes have room for. */
        int[] drawn(boolean logX, boolean logY) {
            return IntStream.range(0, x.length)
                    .filter(i -> (!logX || x[i] > 0) && (!logY || y[i] > 0))
                    .toArray();
        }
    }

    private Plot(String title, String x, String y) {
        this.title = title;
        this.x = x;
        this.y = y;
    }

    /**
     * Nothing but a title and what the axes show.
     *
     * @throws IllegalStateException if XChart is not there
     */
    public static Plot of(String title, String x, String y) {
        Companion.XCHART.require("plot '" + title + "': to draw it");
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

    static double[] chosen(double[] values, int[] positions) {
        return Arrays.stream(positions).mapToDouble(i -> values[i]).toArray();
    }

    /** True if there is no point to draw. */
    public boolean isEmpty() {
        return lines.stream().allMatch(line -> line.drawn(logX, logY).length == 0);
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
        AtomicFile.write(png, new PlotPicture(title, x, y, lines, logX, logY).png());
    }
}
