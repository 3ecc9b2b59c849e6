package org.culebra.train;

/** A weighted mean that grows, in double. */
public final class Mean {
    private double sum;
    private long weight;

    /** Of nothing yet. */
    public Mean() {}

    /** Goes on from what another one had. */
    Mean(double sum, long weight) {
        this.sum = sum;
        this.weight = weight;
    }

    /** Adds a value that stands for {@code count} of them. */
    public void add(double value, long count) {
        sum += value * count;
        weight += count;
    }

    /** The mean; NaN of nothing. */
    public double value() {
        return sum / weight;
    }

    /** What was added. */
    double sum() {
        return sum;
    }

    /** How many values it stands for. */
    long weight() {
        return weight;
    }
}
