package org.culebra.train;

import java.util.function.IntToDoubleFunction;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;

/**
 * What predictions of numbers and their targets have in common, per column: [B, ...] is B rows of D columns.
 *
 * @param rows B
 * @param absolute Σ|x − y|
 * @param squared Σ(x − y)²
 * @param mean of y
 * @param spread Σ(y − mean)²
 */
record Deviations(long rows, double[] absolute, double[] squared, double[] mean, double[] spread) {
    static Deviations of(String metric, Tensor output, Tensor target) {
        boolean fits = output.rank() >= 1
                && target.rank() >= 1
                && output.dim(0) == target.dim(0)
                && output.size() == target.size();
        if (!fits) {
            throw new IllegalArgumentException(metric + ": needs one target per number of the output\n  output  "
                    + output.describe() + "\n  target  " + target.describe());
        }
        long rows = output.dim(0);
        long columns = rows == 0 ? 1 : output.size() / rows;
        Tensor x = output.to(DType.F64).reshape(rows, columns);
        Tensor y = target.to(DType.F64).reshape(rows, columns);
        Tensor mean = y.mean(true, 0);
        return new Deviations(
                rows,
                x.sub(y).abs().sum(0).toDoubleArray(),
                x.sub(y).square().sum(0).toDoubleArray(),
                mean.toDoubleArray(),
                y.sub(mean).square().sum(0).toDoubleArray());
    }

    /** Both; means and spreads as Chan, Golub and LeVeque (1979) merge them. */
    Deviations and(Deviations other) {
        if (other.rows == 0 || rows == 0) {
            return rows == 0 ? other : this;
        }
        int columns = absolute.length;
        if (other.absolute.length != columns) {
            throw new IllegalArgumentException("metrics: a batch of " + other.absolute.length
                    + " numbers per example after batches of " + columns + "\n  hint: reset() between models");
        }
        var sum = new Deviations(
                rows + other.rows, new double[columns], new double[columns], new double[columns], new double[columns]);
        for (int k = 0; k < columns; k++) {
            double step = other.mean[k] - mean[k];
            double share = (double) other.rows / sum.rows;
            sum.absolute[k] = absolute[k] + other.absolute[k];
            sum.squared[k] = squared[k] + other.squared[k];
            sum.mean[k] = mean[k] + step * share;
            sum.spread[k] = spread[k] + other.spread[k] + step * step * rows * share;
        }
        return sum;
    }

    double meanAbsolute() {
        return average(k -> absolute[k] / rows);
    }

    double meanSquared() {
        return average(k -> squared[k] / rows);
    }

    double rootMeanSquared() {
        return average(k -> Math.sqrt(squared[k] / rows));
    }

    /** 1 − Σ(x − y)²/Σ(y − mean)²; where y is constant 1 if x is right everywhere, else 0; NaN of fewer than two rows. */
    double r2() {
        return rows < 2
                ? Double.NaN
                : average(k -> spread[k] > 0 ? 1 - squared[k] / spread[k] : squared[k] == 0 ? 1 : 0);
    }

    private double average(IntToDoubleFunction column) {
        double sum = 0;
        for (int k = 0; k < absolute.length; k++) {
            sum += column.applyAsDouble(k);
        }
        return sum / absolute.length;
    }
}
