package org.culebra.report;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A figure over the steps.
 *
 * @param x the steps, ascending
 * @param y the values; NaN where the figure was not finite
 */
record Points(double[] x, double[] y) {
    int size() {
        return x.length;
    }

    boolean isEmpty() {
        return finite().findAny().isEmpty();
    }

    DoubleStream finite() {
        return Arrays.stream(y).filter(Double::isFinite);
    }

    /** How many values were not finite. */
    long broken() {
        return size() - finite().count();
    }

    /** Only what is finite: no gaps. */
    Points withoutBroken() {
        int[] kept =
                IntStream.range(0, size()).filter(i -> Double.isFinite(y[i])).toArray();
        return at(kept);
    }

    private Points at(int[] indices) {
        return new Points(
                Arrays.stream(indices).mapToDouble(i -> x[i]).toArray(),
                Arrays.stream(indices).mapToDouble(i -> y[i]).toArray());
    }

    /** The last value, finite or not; NaN if there is none. */
    double last() {
        return size() == 0 ? Double.NaN : y[size() - 1];
    }

    /** An exponential average over about a fortieth of the points, of which none is drawn to zero at the start. */
    Points smooth() {
        double keep = 1 - 1 / Math.max(1, size() / 40.0);
        double[] smooth = new double[size()];
        double sum = 0;
        double weight = 0;
        for (int i = 0; i < size(); i++) {
            boolean finite = Double.isFinite(y[i]);
            sum = finite ? keep * sum + (1 - keep) * y[i] : sum;
            weight = finite ? keep * weight + 1 - keep : weight;
            smooth[i] = finite && weight > 0 ? sum / weight : y[i];
        }
        return new Points(x, smooth);
    }

    /**
     * At most about {@code most} points that look the same: of each stretch the least, the greatest, and a gap if there is one.
     */
    Points thin(int most) {
        int stretches = Math.max(1, most / 3);
        if (size() <= most) {
            return this;
        }
        int[] kept = new int[3 * stretches];
        int count = 0;
        for (int s = 0; s < stretches; s++) {
            int from = (int) ((long) size() * s / stretches);
            int to = (int) ((long) size() * (s + 1) / stretches);
            for (int index : notable(from, to)) {
                if (index >= 0) {
                    kept[count++] = index;
                }
            }
        }
        return at(Arrays.copyOf(kept, count));
    }

    /** Ascending; -1 for what is not there. */
    private int[] notable(int from, int to) {
        int least = -1;
        int greatest = -1;
        int gap = -1;
        for (int i = from; i < to; i++) {
            if (!Double.isFinite(y[i])) {
                gap = i;
            } else {
                least = least < 0 || y[i] < y[least] ? i : least;
                greatest = greatest < 0 || y[i] > y[greatest] ? i : greatest;
            }
        }
        int[] indices = {least, greatest == least ? -1 : greatest, gap};
        Arrays.sort(indices);
        return indices;
    }
}
