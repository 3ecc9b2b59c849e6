package org.culebra.train;

import java.util.Arrays;
import org.culebra.memory.DType;
import org.culebra.memory.Scope;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * minⱼ ‖xᵢ − tⱼ‖: what each sample is nearest to in the training data. Is a generator copying?
 *
 * <p>Samples that are much nearer to the training data than held-out data are, have been copied from them:
 *
 * <pre>{@code
 * double usual = Neighbours.nearest(test, training).median();
 * double here = Neighbours.nearest(samples, training).median();
 * }</pre>
 *
 * @param indices i64[N], which training example each sample is nearest to; of several the first
 * @param distances f64[N], how far that is
 */
public record Neighbours(Tensor indices, Tensor distances) {
    private static final String NAME = "neighbours";
    private static final long CHUNK = 1024;

    /**
     * The nearest training example of each sample, by the Euclidean distance between all their numbers.
     *
     * <p>samples: [N, …], training: [M, …], the rest of the shape the same.
     *
     * @throws IllegalArgumentException if the shapes differ, there are no samples or no training data, or a number is not finite
     */
    public static Neighbours nearest(Tensor samples, Tensor training) {
        boolean areAlike = samples.rank() > 1
                && samples.rank() == training.rank()
                && samples.shape().without(0).equals(training.shape().without(0));
        if (!areAlike) {
            throw new IllegalArgumentException(
                    NAME + ": samples and training data need the same shape but for the first axis\n" + "  samples   "
                            + samples.describe() + "\n  training  " + training.describe());
        }
        Tensor a = samples.detach().flatten(1);
        Tensor b = training.detach().flatten(1);
        Points.requireAlike(NAME, "samples", a, "training", b, 1);
        long[] indices = indices(a, b);
        return new Neighbours(Tensor.of(indices), Tensor.of(distances(a, b, indices)));
    }

    private static long[] indices(Tensor a, Tensor b) {
        long[] nearest = new long[(int) a.dim(0)];
        double[] least = new double[nearest.length];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        Points.distances(a, b, (row, rows, column, columns, squares) -> {
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    if (squares[i * columns + j] < least[row + i]) {
                        least[row + i] = squares[i * columns + j];
                        nearest[row + i] = (long) column + j;
                    }
                }
            }
        });
        return nearest;
    }

    /** By differences: a copy is at a distance of 0, which the expanded square does not come to. */
    private static double[] distances(Tensor a, Tensor b, long[] indices) {
        double[] all = new double[indices.length];
        for (int start = 0; start < all.length; start += (int) CHUNK) {
            int from = start;
            int count = (int) Math.min(CHUNK, all.length - start);
            try (Scope _ = Scope.open(NAME)) {
                double[] some = Tape.untracked(() -> a.narrow(0, from, count)
                        .to(DType.F64)
                        .sub(b.indexSelect(0, Tensor.of(Arrays.copyOfRange(indices, from, from + count)))
                                .to(DType.F64))
                        .norm(1)
                        .toDoubleArray());
                System.arraycopy(some, 0, all, start, count);
            }
        }
        return all;
    }

    /** The distance that half of the samples are within. */
    public double median() {
        double[] sorted = distances.toDoubleArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The share of the samples that are within this distance of a training example. */
    public double within(double distance) {
        return Arrays.stream(distances.toDoubleArray())
                        .filter(each -> each <= distance)
                        .count()
                / (double) distances.size();
    }
}
