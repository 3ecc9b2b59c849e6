package org.culebra.data;

import java.util.Arrays;
import org.culebra.memory.DType;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * y = (x − μ[c])/σ[c], in one pass: mean 0 and deviation 1 for each channel or feature c of the data that were fitted.
 *
 * <p>[B, C, …] → f32[B, C, …].
 *
 * @param mean μ, one per channel
 * @param deviation σ, one per channel, positive
 */
public record Standardize(double[] mean, double[] deviation) implements Transform {
    private static final Elementwise STANDARDIZE =
            Elementwise.of((x, mean, deviation) -> x.sub(mean).div(deviation));

    /** Examples looked at together when fitting. */
    private static final int PIECE = 1024;

    /**
     * Checks the statistics.
     *
     * @throws IllegalArgumentException if there are not as many means as deviations, or one is no number, or a deviation is not
     *     positive
     */
    public Standardize {
        mean = mean.clone();
        deviation = deviation.clone();
        boolean sound = mean.length == deviation.length
                && Arrays.stream(mean).allMatch(Double::isFinite)
                && Arrays.stream(deviation).allMatch(each -> each > 0 && Double.isFinite(each));
        if (!sound) {
            throw new IllegalArgumentException(
                    "standardize: needs a finite mean and a positive deviation per channel, not "
                            + Arrays.toString(mean) + " and " + Arrays.toString(deviation));
        }
    }

    /**
     * The mean and the (biased) deviation of each channel, the first axis of an example, over all others. A channel that never
     * varies gets the deviation 1. Pieces are joined as Chan, Golub and LeVeque (1983) do, in f64.
     *
     * @throws IllegalArgumentException if there are no examples, they are scalars, or a channel has NaN or infinite numbers
     */
    public static Standardize fit(Column column) {
        if (column.size() == 0 || column.shape().rank() == 0) {
            throw new IllegalArgumentException(
                    "standardize: needs at least one example with an axis of channels, not " + column);
        }
        int channels = (int) column.shape().dim(0);
        double[] mean = new double[channels];
        double[] squares = new double[channels];
        double count = 0;
        for (long start = 0; start < column.size(); start += PIECE) {
            Tensor piece = column.get(Column.range(start, Math.min(PIECE, column.size() - start)));
            count = join(piece, count, mean, squares);
            piece.release();
        }
        double[] deviation = new double[channels];
        for (int c = 0; c < channels; c++) {
            deviation[c] = squares[c] == 0 ? 1 : Math.sqrt(squares[c] / count);
        }
        return new Standardize(mean, deviation);
    }

    /** Takes the numbers of a piece into the means and the sums of squared deviations; returns how many there are now. */
    private static double join(Tensor piece, double count, double[] mean, double[] squares) {
        int channels = mean.length;
        // (B, C, ...) -> (C, B·...)
        Tensor rows = Tape.scoped(
                () -> piece.to(DType.F64).transpose(0, 1).contiguous().reshape(channels, -1));
        double[] means = Tape.scoped(() -> rows.mean(1)).toDoubleArray();
        double[] variances = Tape.scoped(() -> rows.variance(0, false, 1)).toDoubleArray();
        double more = rows.dim(1);
        rows.release();
        double total = count + more;
        for (int c = 0; c < channels; c++) {
            double distance = means[c] - mean[c];
            mean[c] += distance * more / total;
            squares[c] += variances[c] * more + distance * distance * count * more / total;
        }
        return total;
    }

    @Override
    public Tensor apply(Tensor inputs, Draws draws) {
        if (inputs.rank() < 2 || inputs.dim(1) != mean.length) {
            throw new IllegalArgumentException("standardize: was fitted to " + mean.length
                    + " channels, which are the second axis, but was given " + inputs.describe());
        }
        long[] dims = new long[inputs.rank() - 1];
        Arrays.fill(dims, 1);
        dims[0] = mean.length;
        DType dtype = inputs.dtype() == DType.F64 ? DType.F64 : DType.F32;
        return STANDARDIZE.apply(
                inputs.to(dtype),
                Tensor.of(mean, dims).to(dtype),
                Tensor.of(deviation, dims).to(dtype));
    }

    @Override
    public String toString() {
        return "Standardize[mean=" + Arrays.toString(mean) + ", deviation=" + Arrays.toString(deviation) + "]";
    }
}
