package org.culebra.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sparse matrix along one axis: output i is Σ {@code weights[t]}·x[{@code sources[t]}] over t from {@code starts[i]} to
 * {@code starts[i + 1]} − 1. Pooling sums, resampling and reflecting are such matrices, and so are their adjoints.
 *
 * <p>The arrays are shared, not copied.
 */
public final class Taps {
    /** Bilinear resampling to eight times the size repeats every eighth output. */
    private static final int LONGEST_PERIOD = 8;

    private final int inputs;
    private final int[] starts;
    private final int[] sources;
    private final double[] weights;
    private final float[] singles;
    private final boolean identity;
    private @Nullable Taps transposed;
    private @Nullable List<Run> runs;

    private Taps(int inputs, int[] starts, int[] sources, double[] weights) {
        this.inputs = inputs;
        this.starts = starts;
        this.sources = sources;
        this.weights = weights;
        singles = new float[weights.length];
        for (int t = 0; t < singles.length; t++) {
            singles[t] = (float) weights[t];
        }
        identity = isIdentity(inputs, starts, sources, weights);
    }

    private static boolean isIdentity(int inputs, int[] starts, int[] sources, double[] weights) {
        boolean same = starts.length == inputs + 1 && weights.length == inputs;
        for (int i = 0; same && i < inputs; i++) {
            same = starts[i] == i && sources[i] == i && weights[i] == 1;
        }
        return same;
    }

    /** Collects the rows of a matrix, one output after the other. */
    public static final class Builder {
        private final int inputs;
        private final int[] starts;
        private int[] sources;
        private double[] weights;
        private int rows;
        private int count;

        /** An empty matrix of these sizes. */
        public Builder(int inputs, int outputs) {
            this.inputs = inputs;
            starts = new int[outputs + 1];
            sources = new int[Math.max(outputs, 4)];
            weights = new double[sources.length];
        }

        /** Adds a term to the current output; one with weight 0 is left out, so that an infinity there does no harm. */
        public Builder add(int source, double weight) {
            if (weight == 0) {
                return this;
            }
            if (count == sources.length) {
                sources = Arrays.copyOf(sources, 2 * count);
                weights = Arrays.copyOf(weights, 2 * count);
            }
            sources[count] = source;
            weights[count++] = weight;
            return this;
        }

        /** Ends the current output. */
        public Builder next() {
            starts[++rows] = count;
            return this;
        }

        /** The matrix. */
        public Taps build() {
            return new Taps(inputs, starts, Arrays.copyOf(sources, count), Arrays.copyOf(weights, count));
        }
    }

    /** The axis as it is. */
    public static Taps identity(int size) {
        var builder = new Builder(size, size);
        for (int i = 0; i < size; i++) {
            builder.add(i, 1).next();
        }
        return builder.build();
    }

    /** The adjoint; terms of an output in the order of their sources. */
    public Taps transpose() {
        Taps known = transposed;
        if (known == null) {
            known = identity ? this : makeTransposed();
            transposed = known;
        }
        return known;
    }

    private Taps makeTransposed() {
        int[] places = new int[inputs + 1];
        for (int source : sources) {
            places[source + 1]++;
        }
        for (int i = 0; i < inputs; i++) {
            places[i + 1] += places[i];
        }
        int[] begins = places.clone();
        int[] to = new int[sources.length];
        double[] scales = new double[sources.length];
        for (int output = 0; output < outputs(); output++) {
            for (int t = starts[output]; t < starts[output + 1]; t++) {
                int place = places[sources[t]]++;
                to[place] = output;
                scales[place] = weights[t];
            }
        }
        var adjoint = new Taps(outputs(), begins, to, scales);
        adjoint.transposed = this;
        return adjoint;
    }

    /** Length of the axis that is read. */
    public int inputs() {
        return inputs;
    }

    /** Length of the axis that is written. */
    public int outputs() {
        return starts.length - 1;
    }

    /** True if the axis stays as it is. */
    public boolean isIdentity() {
        return identity;
    }

    /** Where the terms of each output begin, and the end of the last one's. */
    public int[] starts() {
        return starts;
    }

    /** The input of each term. */
    public int[] sources() {
        return sources;
    }

    /** The factor of each term. */
    public double[] weights() {
        return weights;
    }

    /** The factors rounded to f32. */
    public float[] singles() {
        return singles;
    }

    /**
     * Outputs {@code first}, {@code first + step}, … whose terms have the same weights and sources that move on evenly.
     *
     * @param count how many outputs these are
     * @param begin the first term of the first of them
     * @param end one behind its last
     * @param sourceStep by how much the sources of an output are ahead of those of the one before
     */
    public record Run(int first, int step, int count, int begin, int end, int sourceStep) {}

    /** All outputs, in as few runs as there are in the likes of pooling and resampling. */
    public List<Run> runs() {
        List<Run> known = runs;
        if (known == null) {
            known = makeRuns();
            runs = known;
        }
        return known;
    }

    /** From each output on, the period that repeats most often. */
    private List<Run> makeRuns() {
        var found = new ArrayList<Run>();
        int output = 0;
        while (output < outputs()) {
            int period = 1;
            int repeats = repeats(output, 1);
            for (int longer = 2; longer <= LONGEST_PERIOD; longer++) {
                int more = repeats(output, longer);
                if (more > repeats) {
                    period = longer;
                    repeats = more;
                }
            }
            for (int i = output; i < output + period; i++) {
                int step = repeats > 1 ? sourceStep(output, period) : 0;
                found.add(new Run(i, period, repeats, starts[i], starts[i + 1], step));
            }
            output += period * repeats;
        }
        return List.copyOf(found);
    }

    /** How often {@code period} outputs from {@code first} on repeat, with sources that move on evenly; at least once. */
    private int repeats(int first, int period) {
        if (first + period > outputs()) {
            return 0;
        }
        int step = first + 2 * period > outputs() ? 0 : sourceStep(first, period);
        int repeats = 1;
        while (repeatsOnceMore(first, period, repeats, step)) {
            repeats++;
        }
        return repeats;
    }

    private int sourceStep(int first, int period) {
        for (int i = first; i < first + period; i++) {
            if (starts[i] < starts[i + 1] && starts[i + period] < starts[i + period + 1]) {
                return sources[starts[i + period]] - sources[starts[i]];
            }
        }
        return 0;
    }

    private boolean repeatsOnceMore(int first, int period, int repeats, int step) {
        int ahead = period * repeats;
        if (first + ahead + period > outputs()) {
            return false;
        }
        for (int i = first; i < first + period; i++) {
            int terms = starts[i + 1] - starts[i];
            if (starts[i + ahead + 1] - starts[i + ahead] != terms) {
                return false;
            }
            for (int t = 0; t < terms; t++) {
                int here = starts[i] + t;
                int there = starts[i + ahead] + t;
                if (weights[there] != weights[here] || sources[there] != sources[here] + repeats * step) {
                    return false;
                }
            }
        }
        return true;
    }

    /** For example {@code 28→14}. */
    @Override
    public String toString() {
        return inputs + "→" + outputs();
    }
}
