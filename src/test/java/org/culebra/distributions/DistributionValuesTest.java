package org.culebra.distributions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.tensor.Triangle;
import org.junit.jupiter.api.Test;

/**
 * Densities, distribution functions, moments and divergences against numbers of SciPy 1.17.1: {@code scipy.stats} with the same
 * parameters; divergences between unlike families by {@code scipy.integrate.quad} over p·(ln p − ln q), split where it has a kink.
 */
class DistributionValuesTest {
    private static final double CLOSE = 1e-12;
    private static final double INTEGRATED = 1e-9;
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    private static final Normal NORMAL = Normal.of(number(1.5), number(.7));
    private static final Normal OTHER_NORMAL = Normal.of(number(.5), number(1.2));
    private static final Laplace LAPLACE = Laplace.of(number(-.5), number(.8));
    private static final Laplace OTHER_LAPLACE = Laplace.of(number(1), number(1.5));
    private static final Uniform UNIFORM = Uniform.of(number(-1), number(2));

    private static final Tensor MEAN = of(.1, -.2, .3);
    private static final Tensor COVARIANCE =
            of(2, .6, -.3, .6, 1, .2, -.3, .2, .5).reshape(3, 3);
    private static final Tensor OTHER_MEAN = of(-.3, .4, 0);
    private static final Tensor OTHER_COVARIANCE =
            of(1, .2, 0, .2, 1.5, -.4, 0, -.4, .8).reshape(3, 3);
    private static final Tensor DEVIATION = of(Math.sqrt(.5), 1, Math.sqrt(2));

    private static Tensor of(double... values) {
        return Tensor.of(values, values.length);
    }

    private static Tensor number(double value) {
        return Tensor.of(new double[] {value}).reshape();
    }

    private static void assertValues(Tensor actual, double... expected) {
        double[] values = actual.toDoubleArray();
        assertEquals(expected.length, values.length);
        for (int i = 0; i < values.length; i++) {
            assertEquals(expected[i], values[i], CLOSE * Math.max(1, Math.abs(expected[i])), "number " + i);
        }
    }

    @Test
    void normal() {
        assertValues(NORMAL.logDensity(of(-2, 1.4, 3)), -13.062263589265939, -.5724676708985933, -2.8581819566128788);
        assertValues(NORMAL.cdf(of(-2, 1.4, 3)), 2.866515718791933e-07, .44320150318353174, .9839377143961717);
        assertValues(NORMAL.entropy(), 1.0622635892659402);
        assertValues(NORMAL.mean(), 1.5);
        assertValues(NORMAL.variance(), .49);
        assertValues(NORMAL.standardDeviation(), .7);
    }

    @Test
    void normalQuantileHasAllItsDigitsFromOneTailToTheOther() {
        Tensor p = of(1e-300, 1e-20, 1e-5, .02425, .07, .3, .5, .925, .975, .999999, 0, 1);
        assertValues(
                Normal.standard(DType.F64).quantile(p),
                -37.0470962993612,
                -9.262340089798409,
                -4.264890793922825,
                -1.972961051311885,
                -1.4757910281791706,
                -.5244005127080409,
                0,
                1.4395314709384563,
                1.959963984540054,
                4.753424308817087,
                -INFINITY,
                INFINITY);
        assertTrue(Double.isNaN(NORMAL.quantile(number(1.5)).item()));
        assertTrue(Double.isNaN(NORMAL.quantile(number(-.5)).item()));
        assertEquals(
                1.959964f,
                Normal.standard(DType.F32).quantile(Tensor.scalar(.975)).item(),
                1e-6);
    }

    @Test
    void laplace() {
        Laplace laplace = Laplace.of(number(-.5), number(2));
        assertValues(laplace.logDensity(of(-3, -.5, 4)), -2.636294361119891, -1.3862943611198906, -3.636294361119891);
        assertValues(laplace.cdf(of(-3, -.5, 4)), .14325239843009505, .5, .9473003877190679);
        assertValues(laplace.quantile(of(.01, .5, .8)), -8.324046010856293, -.5, 1.3325814637483107);
        assertValues(laplace.entropy(), 2.386294361119891);
        assertValues(laplace.variance(), 8);
    }

    @Test
    void uniform() {
        double inside = -1.0986122886681098;
        assertValues(UNIFORM.logDensity(of(-1, 0, 2, 2.5, -1.5)), inside, inside, inside, -INFINITY, -INFINITY);
        assertValues(UNIFORM.cdf(of(-1.5, 0, 3)), 0, 1. / 3, 1);
        assertValues(UNIFORM.quantile(of(0, .25, 1)), -1, -.25, 2);
        assertTrue(Double.isNaN(UNIFORM.quantile(number(1.01)).item()));
        assertValues(UNIFORM.entropy(), 1.0986122886681098);
        assertValues(UNIFORM.mean(), .5);
        assertValues(UNIFORM.variance(), .75);
    }

    /** Products of floats are symmetric up to their rounding only. */
    @Test
    void asymmetryByRoundingIsNone() {
        Tensor rounded = COVARIANCE.mul(Tensor.ones(DType.F64, 3, 3)
                .add(Tensor.ones(DType.F64, 3, 3).triu(1).mul(1e-13)));
        assertValues(MultivariateNormal.ofCovariance(MEAN, rounded).entropy(), 3.982724894459139);
    }

    @Test
    void multivariateNormalByItsThreeMatrices() {
        Tensor l = COVARIANCE.cholesky();
        Tensor inverse = l.triangularSolve(Triangle.LOWER, Tensor.eye(DType.F64, 3));
        Tensor precision = inverse.transpose().matmul(inverse);
        for (MultivariateNormal each : new MultivariateNormal[] {
            MultivariateNormal.ofCovariance(MEAN, COVARIANCE),
            MultivariateNormal.ofCholesky(
                    MEAN, l.add(Tensor.ones(DType.F64, 3, 3).triu(1))),
            MultivariateNormal.ofPrecision(MEAN, precision)
        }) {
            assertValues(each.logDensity(of(0, 0, 0, 1, -1, 2).reshape(2, 3)), -2.740337351206543, -10.333762956742873);
            assertValues(each.entropy(), 3.982724894459139);
            assertArrayEquals(COVARIANCE.toDoubleArray(), each.covariance().toDoubleArray(), CLOSE);
            assertArrayEquals(l.toDoubleArray(), each.choleskyFactor().toDoubleArray(), CLOSE);
            assertValues(each.variance(), 2, 1, .5);
            assertValues(each.mean(), .1, -.2, .3);
        }
    }

    @Test
    void aDiagonalNormalIsThatOfIndependentNumbers() {
        MultivariateNormal diagonal = MultivariateNormal.ofDeviation(MEAN, DEVIATION);
        Independent numbers = Normal.of(MEAN, DEVIATION).independent(1);
        MultivariateNormal full = MultivariateNormal.ofCholesky(MEAN, diagonal.choleskyFactor());
        Tensor x = of(0, 0, 0, 1, -1, 2).reshape(2, 3);
        for (Distribution each : new Distribution[] {numbers, full}) {
            assertValues(each.logDensity(x), diagonal.logDensity(x).toDoubleArray());
            assertValues(each.entropy(), diagonal.entropy().item());
            assertValues(each.variance(), .5, 1, 2);
            assertEquals("[3]", each.eventShape().toString());
            assertEquals("[]", each.batchShape().toString());
        }
    }

    @Test
    void bernoulli() {
        Bernoulli bernoulli = Bernoulli.ofProbabilities(number(.3));
        assertValues(bernoulli.logDensity(of(0, 1)), -.35667494393873245, -1.2039728043259361);
        assertValues(bernoulli.logDensity(of(.25)), .75 * -.35667494393873245 + .25 * -1.2039728043259361);
        assertValues(bernoulli.entropy(), .6108643020548935);
        assertValues(bernoulli.cdf(of(-.5, 0, .9, 1)), 0, .7, .7, 1);
        assertValues(bernoulli.mean(), .3);
        assertValues(bernoulli.variance(), .21);
        assertValues(Bernoulli.ofLogits(number(Math.log(.3 / .7))).probabilities(), .3);
    }

    @Test
    void certaintiesHaveNoEntropyAndNoNaN() {
        Bernoulli sure = Bernoulli.ofProbabilities(of(0, 1));
        assertValues(sure.logDensity(of(0, 1)), 0, 0);
        assertValues(sure.logDensity(of(1, 0)), -INFINITY, -INFINITY);
        assertValues(sure.entropy(), 0, 0);
        assertValues(sure.variance(), 0, 0);
        assertValues(Kl.of(sure, Bernoulli.ofProbabilities(of(.5, .5))), Math.log(2), Math.log(2));
        assertValues(Kl.of(Bernoulli.ofProbabilities(of(.5, .5)), sure), INFINITY, INFINITY);
        Categorical known = Categorical.ofProbabilities(of(0, 1, 0));
        assertValues(known.entropy(), 0);
        assertValues(Kl.of(known, Categorical.ofProbabilities(of(1, 2, 1))), Math.log(2));
        Tensor drawn = known.sample(Random.seeded(0), 1000);
        assertTrue(drawn.eq(1).all().item() != 0);
    }

    @Test
    void categorical() {
        Categorical categorical = Categorical.ofProbabilities(of(.4, 1, .6));
        Tensor numbers = Tensor.of(new long[] {0, 1, 2}, 3);
        assertValues(categorical.logDensity(numbers), -1.6094379124341003, -.6931471805599453, -1.2039728043259361);
        assertValues(categorical.entropy(), 1.0296530140645737);
        assertValues(categorical.cdf(of(-1, 0, 1.5, 2)), 0, .2, .7, 1);
        assertValues(categorical.mean(), 1.1);
        assertValues(categorical.variance(), .49);
        assertEquals(DType.I64, categorical.sample(Random.seeded(0)).dtype());
        assertValues(Categorical.ofLogits(of(2, 3, 4)).probabilities(), softmaxOf234());
    }

    private static double[] softmaxOf234() {
        double sum = Math.exp(-2) + Math.exp(-1) + 1;
        return new double[] {Math.exp(-2) / sum, Math.exp(-1) / sum, 1 / sum};
    }

    @Test
    void logNormal() {
        Transformed logNormal = Transformed.of(Normal.of(number(.4), number(.7)), Bijection.exp());
        assertValues(
                logNormal.logDensity(of(.3, 1, 5, 0, -1)),
                -1.9835242104677673,
                -.7255288953883893,
                -3.6642934037744843,
                -INFINITY,
                -INFINITY);
        assertValues(logNormal.cdf(of(.3, 1, 5, -1)), .010970441789017238, .2838545830986763, .9579851267081295, 0);
        assertValues(logNormal.quantile(of(.1, .9)), .6083006093795859, 3.658620251527164);
        assertValues(logNormal.mean(), 1.9059870292719228);
        assertValues(logNormal.variance(), 2.2970698628383364);
        assertValues(logNormal.entropy(), 1.4622635892659401);
    }

    @Test
    void squashedNormals() {
        Normal base = Normal.of(number(.2), number(1.1));
        assertValues(
                Transformed.of(base, Bijection.sigmoid()).logDensity(of(.1, .5, .9, 1)),
                -.9809666060863882,
                .35551672249105826,
                -.25461137390912514,
                -INFINITY);
        assertValues(
                Transformed.of(base, Bijection.tanh()).logDensity(of(-.8, 0, .6, -1)),
                -.6894544391463655,
                -1.0307776386288323,
                -.6684550573616621,
                -INFINITY);
    }

    @Test
    void anAffineFunctionOfANormalIsANormal() {
        Transformed turned = Transformed.of(NORMAL, Bijection.affine(number(2), number(-3)));
        Normal same = Normal.of(number(-2.5), number(2.1));
        Tensor x = of(-4, 0, 3);
        assertValues(turned.logDensity(x), same.logDensity(x).toDoubleArray());
        assertValues(turned.cdf(x), same.cdf(x).toDoubleArray());
        assertValues(turned.quantile(of(.2, .9)), same.quantile(of(.2, .9)).toDoubleArray());
        assertValues(turned.entropy(), same.entropy().item());
        assertValues(turned.mean(), -2.5);
        assertValues(turned.variance(), 4.41);
    }

    @Test
    void mixture() {
        Mixture mixture = Mixture.of(Categorical.ofProbabilities(of(.3, .7)), Normal.of(of(-1, 2), of(.5, 1)));
        assertValues(mixture.logDensity(of(-1, 0, 3)), -1.4168869295412427, -2.656574268737182, -1.7756134771433874);
        assertValues(mixture.cdf(of(-1, 0, 3)), .15094492862214107, .30910005277927166, .8889413222479798);
        assertValues(mixture.mean(), 1.1);
        assertValues(mixture.variance(), 2.665);
    }

    @Test
    void divergences() {
        assertEquals(.5563576118437983, Kl.of(NORMAL, OTHER_NORMAL).item(), INTEGRATED);
        assertEquals(.7103979750730025, Kl.of(LAPLACE, OTHER_LAPLACE).item(), INTEGRATED);
        assertEquals(.49983957481531377, Kl.of(NORMAL, OTHER_LAPLACE).item(), INTEGRATED);
        assertEquals(.4229231274195585, Kl.of(LAPLACE, OTHER_NORMAL).item(), INTEGRATED);
        assertEquals(.2630644679971842, Kl.of(UNIFORM, OTHER_NORMAL).item(), INTEGRATED);
        Uniform wider = Uniform.of(number(-2), number(3));
        assertEquals(.5108256237659904, Kl.of(UNIFORM, wider).item(), INTEGRATED);
        assertEquals(INFINITY, Kl.of(wider, UNIFORM).item());
        assertEquals(INFINITY, Kl.of(NORMAL, UNIFORM).item());
        assertEquals(
                .0945818719755651,
                Kl.of(Categorical.ofProbabilities(of(.2, .5, .3)), Categorical.ofProbabilities(of(.4, .4, .2)))
                        .item(),
                INTEGRATED);
        assertEquals(
                .3 * Math.log(.3 / .6) + .7 * Math.log(.7 / .4),
                Kl.of(Bernoulli.ofProbabilities(number(.3)), Bernoulli.ofProbabilities(number(.6)))
                        .item(),
                INTEGRATED);
    }

    @Test
    void divergencesOfMultivariateNormals() {
        MultivariateNormal p = MultivariateNormal.ofCovariance(MEAN, COVARIANCE);
        MultivariateNormal q = MultivariateNormal.ofCovariance(OTHER_MEAN, OTHER_COVARIANCE);
        assertEquals(.8244041550588332, Kl.of(p, q).item(), CLOSE);
        MultivariateNormal diagonal = MultivariateNormal.ofDeviation(OTHER_MEAN, DEVIATION);
        assertEquals(1.76159070515488, Kl.of(p, diagonal).item(), CLOSE);
        assertEquals(
                1.76159070515488,
                Kl.of(p, Normal.of(OTHER_MEAN, DEVIATION).independent(1)).item(),
                CLOSE);
        assertEquals(
                .8548769419674451,
                Kl.of(MultivariateNormal.ofDeviation(MEAN, DEVIATION), q).item(),
                CLOSE);
        Normal one = Normal.of(MEAN, DEVIATION);
        Normal other = Normal.of(OTHER_MEAN, of(1, 2, .5));
        double sum = Kl.of(one, other).sum().item();
        assertEquals(sum, Kl.of(one.independent(1), other.independent(1)).item(), CLOSE);
        assertEquals(
                sum,
                Kl.of(
                                MultivariateNormal.ofDeviation(MEAN, DEVIATION),
                                MultivariateNormal.ofDeviation(OTHER_MEAN, of(1, 2, .5)))
                        .item(),
                CLOSE);
        assertEquals(
                sum,
                Kl.of(
                                Transformed.of(one.independent(1), Bijection.tanh()),
                                Transformed.of(other.independent(1), Bijection.tanh()))
                        .item(),
                CLOSE);
    }

    @Test
    void whereThereIsNoClosedFormSamplesEstimate() {
        Mixture mixture = Mixture.of(Categorical.ofProbabilities(of(1, 1)), Normal.of(of(0, 0), of(1, 1)));
        // Both components are one and the same distribution, so what is estimated is known.
        Normal other = Normal.of(number(1), number(2));
        double exact = Kl.of(Normal.standard(DType.F64), other).item();
        assertEquals(exact, Kl.of(mixture, other, Random.seeded(1), 20_000).item(), .03);
        assertEquals(
                Normal.standard(DType.F64).entropy().item(),
                mixture.entropy(Random.seeded(1), 20_000).item(),
                .03);
        assertEquals(
                exact,
                Kl.of(Normal.standard(DType.F64), other, Random.seeded(1), 1).item(),
                CLOSE);
    }

    @Test
    void anEstimateTakesTheBatchesOfBoth() {
        Normal p = Normal.standard(DType.F64);
        Normal q = Normal.of(of(0, 1, 2, 0, 1, 2).reshape(2, 3), number(1));
        assertArrayEquals(
                Kl.of(p, q).toDoubleArray(),
                Kl.estimate(p, q, Random.seeded(3), 20_000).toDoubleArray(),
                .1);
        assertArrayEquals(
                Kl.of(q, p).toDoubleArray(),
                Kl.estimate(q, p, Random.seeded(3), 20_000).toDoubleArray(),
                .1);
    }

    @Test
    void samplesHaveTheAxesAskedForThenTheBatchThenTheEvent() {
        Normal batch = Normal.of(Tensor.zeros(2, 1), Tensor.ones(3));
        assertEquals("[2, 3]", batch.batchShape().toString());
        assertEquals("[4, 2, 3]", batch.sample(Random.seeded(0), 4).shape().toString());
        assertEquals("[2, 3]", batch.logDensity(Tensor.zeros(3)).shape().toString());
        assertEquals("[2]", batch.independent(1).entropy().shape().toString());
        MultivariateNormal vectors = MultivariateNormal.ofCholesky(Tensor.zeros(5, 1, 2), Tensor.eye(DType.F32, 2));
        assertEquals("[7, 5, 1, 2]", vectors.sample(Random.seeded(0), 7).shape().toString());
        assertEquals("[5, 1, 2, 2]", vectors.covariance().shape().toString());
        Mixture mixture = Mixture.of(
                Categorical.ofLogits(Tensor.zeros(3)),
                MultivariateNormal.ofDeviation(Tensor.zeros(4, 3, 2), Tensor.ones(2)));
        assertEquals("[4]", mixture.batchShape().toString());
        Tensor drawn = mixture.sample(Random.seeded(0), 6);
        assertEquals("[6, 4, 2]", drawn.shape().toString());
        assertEquals("[6, 4]", mixture.logDensity(drawn).shape().toString());
        assertEquals("[4, 2]", mixture.variance().shape().toString());
        assertEquals("Mixture(batch [4], event [2])", mixture.toString());
    }

    @Test
    void samplesAloneHaveNoGradientsReparameterizedOnesDo() {
        Tensor mean = Tensor.zeros(3);
        try (var tape = Tape.open()) {
            Normal normal = Normal.of(mean, Tensor.ones(3));
            Tensor moved = normal.sampleReparameterized(Random.seeded(0), 4);
            assertValues(tape.gradient(moved.sum(), mean), 4, 4, 4);
            Tensor plain = normal.sample(Random.seeded(0), 4);
            assertArrayEquals(moved.toDoubleArray(), plain.toDoubleArray());
            assertValues(tape.gradient(moved.sum().add(plain.sum()), mean), 4, 4, 4);
        }
        assertTrue(Normal.standard(DType.F32).isReparameterized());
        assertFalse(Bernoulli.ofLogits(number(0)).isReparameterized());
    }
}
