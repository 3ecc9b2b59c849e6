package org.culebra.models;

import org.culebra.distributions.MultivariateNormal;
import org.culebra.tensor.Tensor;

/**
 * N(μ, L·Lᵀ) with Lᵢᵢ = ln(1 + e^aᵢ) + .001: the outputs of a network as the parameters of a multivariate normal distribution.
 *
 * <p>[…, D] → a batch […] of distributions of N numbers. Of the D outputs the first N are μ, the next N are a; the others, of a full Σ
 * only, are L below its diagonal, row by row.
 *
 * @param length N
 * @param full whether Σ has all its entries, else it is diagonal
 */
public record MultivariateNormalHead(int length, boolean full) {
    /** What no deviation falls below, so that one point met exactly cannot have a density without bounds. */
    private static final double LEAST_DEVIATION = 1e-3;

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if N is not positive
     */
    public MultivariateNormalHead {
        if (length < 1) {
            throw new IllegalArgumentException("MultivariateNormalHead: the length must be positive, not " + length);
        }
    }

    /** Of numbers that are independent, given the network's input. */
    public static MultivariateNormalHead diagonal(int length) {
        return new MultivariateNormalHead(length, false);
    }

    /** Of numbers whose covariances are learned too. */
    public static MultivariateNormalHead full(int length) {
        return new MultivariateNormalHead(length, true);
    }

    private int below() {
        return full ? length * (length - 1) / 2 : 0;
    }

    /** D, the number of outputs that a network needs. */
    public int outputs() {
        return 2 * length + below();
    }

    /**
     * The distributions.
     *
     * @throws IllegalArgumentException if the last axis is not of D numbers
     */
    public MultivariateNormal of(Tensor outputs) {
        if (outputs.rank() == 0 || outputs.dim(-1) != outputs()) {
            throw new IllegalArgumentException(
                    this + ": needs " + outputs() + " outputs along the last axis, unlike " + outputs.describe());
        }
        Tensor mean = outputs.narrow(-1, 0, length);
        Tensor deviation = outputs.narrow(-1, length, length).softplus().add(LEAST_DEVIATION);
        return full
                ? MultivariateNormal.ofCholesky(mean, factor(deviation, outputs.narrow(-1, 2L * length, below())))
                : MultivariateNormal.ofDeviation(mean, deviation);
    }

    /** Each number at its place among the N² of a matrix. */
    private Tensor factor(Tensor diagonal, Tensor below) {
        long square = (long) length * length;
        var shape = diagonal.shape().without(-1);
        return Tensor.zeros(diagonal.dtype(), shape.append(square).dims())
                .indexAdd(-1, places(), Tensor.concat(-1, diagonal, below))
                .reshape(shape.append(length, length));
    }

    private Tensor places() {
        long[] places = new long[length + below()];
        int count = length;
        for (int row = 0; row < length; row++) {
            places[row] = (long) row * length + row;
            for (int column = 0; column < row; column++) {
                places[count++] = (long) row * length + column;
            }
        }
        return Tensor.of(places, places.length);
    }
}
