package org.culebra.recipes;

/** Mean and sample deviation: NaN where one training did not come to the number; the deviation of one is NaN, too. */
public record Spread(double mean, double deviation, int count) {
    /** Of such values. */
    public static Spread of(double[] values) {
        double mean = 0;
        for (double value : values) {
            mean += value / values.length;
        }
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return new Spread(mean, Math.sqrt(squares / (values.length - 1)), values.length);
    }
}
