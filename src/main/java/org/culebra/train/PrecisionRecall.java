package org.culebra.train;

import java.util.Arrays;
import org.culebra.tensor.Tensor;

/**
 * Are generated samples like real ones, and are all kinds of real ones generated?
 *
 * <p>A set of features covers the balls around its points that reach to the k-th nearest of its other points. Precision is the share of
 * the generated points that the real set covers, recall that of the real points that the generated set covers.
 *
 * @param precision from 0 to 1: quality
 * @param recall from 0 to 1: variety
 * @see <a href="https://arxiv.org/abs/1904.06991">Kynkäänniemi et al. 2019, equations 1 and 2</a>
 */
public record PrecisionRecall(double precision, double recall) {
    private static final String NAME = "precision and recall";

    /**
     * Of two sets of features, real: [N, D], fake: [M, D].
     *
     * @param k which neighbour a ball reaches to; the paper takes 3
     * @throws IllegalArgumentException if they are not two sets of points with as many numbers each, one has not more than k, k is not
     *     positive, or a number is not finite
     */
    public static PrecisionRecall of(Tensor real, Tensor fake, int k) {
        if (k < 1) {
            throw new IllegalArgumentException(NAME + ": k must be positive, not " + k);
        }
        Points.requireAlike(NAME, "real", real, "fake", fake, k + 1L);
        return new PrecisionRecall(covered(fake, real, radii(real, k)), covered(real, fake, radii(fake, k)));
    }

    /** The squared distance of each point to the k-th nearest of the others. */
    private static double[] radii(Tensor points, int k) {
        double[][] nearest = new double[(int) points.dim(0)][k];
        for (double[] each : nearest) {
            Arrays.fill(each, Double.POSITIVE_INFINITY);
        }
        Points.distances(points, points, (row, rows, column, columns, squares) -> {
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    if (row + i != column + j) {
                        insert(nearest[row + i], squares[i * columns + j]);
                    }
                }
            }
        });
        return Arrays.stream(nearest).mapToDouble(each -> each[k - 1]).toArray();
    }

    /** Keeps the smallest, in ascending order. */
    private static void insert(double[] smallest, double value) {
        int at = smallest.length - 1;
        if (value >= smallest[at]) {
            return;
        }
        while (at > 0 && smallest[at - 1] > value) {
            smallest[at] = smallest[at - 1];
            at--;
        }
        smallest[at] = value;
    }

    /** The share of the points that lie in a ball around a centre. */
    private static double covered(Tensor points, Tensor centres, double[] radii) {
        boolean[] isCovered = new boolean[(int) points.dim(0)];
        Points.distances(points, centres, (row, rows, column, columns, squares) -> {
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns && !isCovered[row + i]; j++) {
                    isCovered[row + i] = squares[i * columns + j] <= radii[column + j];
                }
            }
        });
        int count = 0;
        for (boolean each : isCovered) {
            count += each ? 1 : 0;
        }
        return (double) count / isCovered.length;
    }
}
