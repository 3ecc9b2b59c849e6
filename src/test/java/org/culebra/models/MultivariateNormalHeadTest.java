package org.culebra.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.culebra.check.GradCheck;
import org.culebra.distributions.MultivariateNormal;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class MultivariateNormalHeadTest {
    private static final double LEAST = 1e-3;

    private static double softplus(double x) {
        return Math.log1p(Math.exp(x)) + LEAST;
    }

    @Test
    void eachOutputHasItsPlace() {
        Tensor outputs = Tensor.of(new double[] {1, 2, 3, .1, .2, .3, 7, 8, 9}, 9);
        MultivariateNormal full = MultivariateNormalHead.full(3).of(outputs);
        assertEquals(9, MultivariateNormalHead.full(3).outputs());
        assertArrayEquals(new double[] {1, 2, 3}, full.mean().toDoubleArray());
        assertArrayEquals(
                new double[] {softplus(.1), 0, 0, 7, softplus(.2), 0, 8, 9, softplus(.3)},
                full.choleskyFactor().toDoubleArray(),
                1e-12);
        MultivariateNormal diagonal = MultivariateNormalHead.diagonal(3).of(outputs.narrow(0, 0, 6));
        assertArrayEquals(
                new double[] {softplus(.1), softplus(.2), softplus(.3)},
                diagonal.standardDeviation().toDoubleArray(),
                1e-12);
    }

    @Test
    void leadingAxesAreTheBatch() {
        Tensor outputs = Tensor.normal(Random.seeded(0), DType.F64, 0, 1, 4, 3, 5);
        MultivariateNormal all = MultivariateNormalHead.full(2).of(outputs);
        assertEquals("[4, 3]", all.batchShape().toString());
        MultivariateNormal one =
                MultivariateNormalHead.full(2).of(outputs.select(0, 2).select(0, 1));
        assertArrayEquals(
                one.covariance().toDoubleArray(),
                all.covariance().select(0, 2).select(0, 1).toDoubleArray(),
                1e-14);
    }

    @Test
    void gradientsReachEveryOutput() {
        Tensor x = Tensor.normal(Random.seeded(1), DType.F64, 0, 1, 4, 3);
        GradCheck.of(o -> MultivariateNormalHead.full(3).of(o.get(0)).logDensity(x))
                .order(2)
                .tolerance(1e-5)
                .check(Tensor.normal(Random.seeded(2), DType.F64, 0, .5, 4, 9))
                .orThrow();
    }

    @Test
    void saysHowManyOutputsItNeeds() {
        assertEquals(
                "MultivariateNormalHead[length=2, full=true]: needs 5 outputs along the last axis, unlike f32[3, 4]",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> MultivariateNormalHead.full(2).of(Tensor.zeros(3, 4)))
                        .getMessage());
        assertEquals(
                "MultivariateNormalHead: the length must be positive, not 0",
                assertThrows(IllegalArgumentException.class, () -> MultivariateNormalHead.diagonal(0))
                        .getMessage());
    }
}
