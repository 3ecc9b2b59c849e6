package org.culebra.report;

import java.util.Arrays;

/** Counts in buckets of equal width; the last bucket holds its upper limit. */
record Histogram(double min, double max, double sum, double sumOfSquares, double[] limits, double[] counts) {
    static final int BUCKETS = 30;

    static Histogram of(double[] values) {
        double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
        double min = Arrays.stream(finite).min().orElse(0);
        double max = Arrays.stream(finite).max().orElse(0);
        int buckets = max > min ? BUCKETS : 1;
        // halves first: the difference of the two may be beyond the largest number
        double width = (max / buckets) - (min / buckets);
        double[] limits = new double[buckets];
        Arrays.setAll(limits, i -> {
            double share = (i + 1.0) / buckets;
            return i == buckets - 1 ? max : min * (1 - share) + max * share;
        });
        double[] counts = new double[buckets];
        for (double value : finite) {
            int bucket = width > 0 ? (int) (value / width - min / width) : 0;
            counts[Math.clamp(bucket, 0, buckets - 1)]++;
        }
        double sum = Arrays.stream(finite).sum();
        double squares = Arrays.stream(finite).map(value -> value * value).sum();
        return new Histogram(min, max, sum, squares, limits, counts);
    }

    /** {@code HistogramProto}. */
    Protobuf message() {
        return new Protobuf()
                .f64(1, min)
                .f64(2, max)
                .f64(3, Arrays.stream(counts).sum())
                .f64(4, sum)
                .f64(5, sumOfSquares)
                .f64s(6, limits)
                .f64s(7, counts);
    }
}
