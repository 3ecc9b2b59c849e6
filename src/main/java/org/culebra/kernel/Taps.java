package org.culebra.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A sparse matrix along one axis: output i is Σ {@code weights[t]}·x[{@code sources[t]}] over t from {@code starts[i]} to
 * {@code starts[i + 1]} − 1. Pooling sums, resampling and reflecting are such matrices, and so are their adjoints.
 *
 * <p>The arrays are shared, not copied.
 */
public final class Taps {
    private final int inputs;
    private final int[] starts;
    private final int[] sources;
    private final double[] weights;
    private final float[] singles;
    private final boolean identity;
    private @Nullable Taps transposed;

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

    /** For example {@code 28→14}. */
    @Override
    public String toString() {
        return inputs + "→" + outputs();
    }
}
