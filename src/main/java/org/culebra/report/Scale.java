package org.culebra.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A stretch of numbers on an axis.
 *
 * @param logarithmic whether equal distances are equal ratios
 * @param ticks where labels stand, ascending
 */
record Scale(double min, double max, boolean logarithmic, List<Double> ticks) {
    /** A range this wide can only be seen as ratios. */
    private static final double WIDE = 30;

    /** A range this narrow, as a share of the numbers, is none. */
    private static final double FLAT = 1e-9;

    /** Exactly from the least to the greatest: for steps. */
    static Scale tight(double min, double max) {
        double room = max > min ? 0 : 1;
        List<Double> ticks = linearTicks(min - room, max + room, 5);
        // there is no half a step
        List<Double> whole =
                ticks.stream().filter(tick -> tick == Math.rint(tick)).toList();
        return new Scale(min - room, max + room, false, whole);
    }

    /** With some room above and below, logarithmic where all are positive and far apart. */
    static Scale roomy(double[] values) {
        double min = Arrays.stream(values).min().orElse(0);
        double max = Arrays.stream(values).max().orElse(1);
        if (min > 0 && max / min > WIDE) {
            double room = Math.pow(max / min, .04);
            return new Scale(min / room, max * room, true, decades(min / room, max * room));
        }
        double size = Math.max(Math.abs(min), Math.abs(max));
        // A constant whose mean was computed may differ in its last digits: that is no range to draw.
        double room = max - min > FLAT * size ? .06 * (max - min) : Math.max(size * .1, 1e-9);
        double from = min >= 0 ? Math.max(0, min - room) : min - room;
        return new Scale(from, max + room, false, linearTicks(from, max + room, 4));
    }

    /** Between 0 and 1 on the scale, below or above outside of it. */
    double at(double value) {
        return logarithmic ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
    }

    private static List<Double> linearTicks(double min, double max, int about) {
        double rough = (max - min) / about;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = power;
        for (double factor : new double[] {2, 5, 10}) {
            step = rough > 1.4 * step ? factor * power : step;
        }
        var ticks = new ArrayList<Double>();
        double first = Math.ceil(min / step - 1e-9);
        // Counted, for among huge numbers one more is the same number.
        for (int i = 0; i <= 4 * about && (first + i) * step <= max + 1e-9 * step; i++) {
            ticks.add(Math.rint(first + i) * step);
        }
        return ticks;
    }

    private static List<Double> decades(double min, double max) {
        var ticks = new ArrayList<Double>();
        int first = (int) Math.ceil(Math.log10(min) - 1e-9);
        int last = (int) Math.floor(Math.log10(max) + 1e-9);
        if (last - first < 2) {
            return withinDecades(min, max);
        }
        int stride = Math.max(1, (last - first) / 4);
        for (int exponent = first; exponent <= last; exponent += stride) {
            ticks.add(Double.parseDouble("1e" + exponent));
        }
        return ticks;
    }

    /** 1, 2, 5, 10, …: where powers of ten alone would be too few. */
    private static List<Double> withinDecades(double min, double max) {
        var ticks = new ArrayList<Double>();
        for (int exponent = (int) Math.floor(Math.log10(min)); exponent <= Math.log10(max); exponent++) {
            for (int mantissa : new int[] {1, 2, 5}) {
                double tick = Double.parseDouble(mantissa + "e" + exponent);
                if (tick >= min && tick <= max) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }
}
