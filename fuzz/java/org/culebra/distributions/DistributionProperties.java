package org.culebra.distributions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.culebra.check.GradCheck;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;

/** What makes a distribution one, whatever its parameters. */
class DistributionProperties {
    private static final int POINTS = 8001;
    private static final int MANY = 4000;
    private static final double INTEGRATED = 2e-4;

    /** A chance of about 1e-11 of a wrong alarm, if samples are what they should be. */
    private static final double SIGMAS = 7;

    /** Kolmogorov's √n·sup|F̂ − F| stays below this with probability 1 − 2e-11. */
    private static final double FAR = 3.6;

    /**
     * A family of distributions of numbers.
     *
     * @param make a member, of three random numbers
     * @param from the least value that matters, of a member
     * @param to the greatest
     */
    private record Family(
            String name,
            Function<double[], Distribution> make,
            Function<Distribution, Double> from,
            Function<Distribution, Double> to) {
        Distribution member(Random random) {
            return make.apply(Tensor.normal(random, DType.F64, 0, 1, 3).toDoubleArray());
        }

        Tensor grid(Distribution member) {
            return Tensor.linspace(DType.F64, from.apply(member), to.apply(member), POINTS);
        }
    }

    private static final List<Family> NUMBERS = List.of(
            within("normal", 10, p -> Normal.of(number(p[0]), positive(p[1]))),
            within("laplace", 16, p -> Laplace.of(number(p[0]), positive(p[1]))),
            new Family(
                    "uniform",
                    p -> Uniform.of(number(p[0]), number(p[0]).add(positive(p[1]))),
                    d -> ((Uniform) d).low().item(),
                    d -> ((Uniform) d).high().item()),
            within(
                    "mixture",
                    12,
                    p -> Mixture.of(
                            Categorical.ofLogits(Tensor.of(new double[] {p[0], p[1]}, 2)),
                            Laplace.of(Tensor.of(new double[] {p[2], -1}, 2), positive(p[0])))),
            within(
                    "turned",
                    10,
                    p -> Transformed.of(
                            Normal.of(number(p[0]), positive(p[1])),
                            Bijection.affine(number(p[2]), positive(p[0]).neg()))),
            squashed("sigmoid", Bijection.sigmoid(), 0),
            squashed("tanh", Bijection.tanh(), -1));

    private static Family within(String name, double deviations, Function<double[], Distribution> make) {
        return new Family(
                name,
                make,
                d -> d.mean().item() - deviations * d.standardDeviation().item(),
                d -> d.mean().item() + deviations * d.standardDeviation().item());
    }

    private static Family squashed(String name, Bijection bijection, double low) {
        // Not so wide that the density piles up at the ends, where a trapezoid is no match for it.
        return new Family(
                name,
                p -> Transformed.of(
                        Normal.of(number(Math.tanh(p[0]) / 2), number(.6 + .2 * Math.tanh(p[1]))), bijection),
                _ -> low,
                _ -> 1.);
    }

    private static Tensor number(double value) {
        return Tensor.of(new double[] {value}).reshape();
    }

    private static Tensor positive(double value) {
        return number(Math.exp(value / 2));
    }

    private static Tensor lowerTriangle(Tensor x) {
        return x.tril(-1).add(Tensor.eye(DType.F64, x.dim(-1)).mul(x.mul(.5).exp()));
    }

    private static double[] running(double[] x, double[] density) {
        double[] sums = new double[x.length];
        for (int i = 1; i < x.length; i++) {
            sums[i] = sums[i - 1] + (x[i] - x[i - 1]) * (density[i] + density[i - 1]) / 2;
        }
        return sums;
    }

    // ---------------------------------------------------------------- densities

    @Property(seed = "20261127")
    void densitiesIntegrateToOneAndToTheDistributionFunction(@ForAll @IntRange(max = 6) int which, @ForAll long seed) {
        Family family = NUMBERS.get(which);
        Distribution member = family.member(Random.seeded(seed));
        Tensor x = family.grid(member);
        double[] integral =
                running(x.toDoubleArray(), member.logDensity(x).exp().toDoubleArray());
        assertEquals(1, integral[POINTS - 1], INTEGRATED, family.name());
        assertArrayEquals(integral, member.cdf(x).toDoubleArray(), INTEGRATED, family.name());
    }

    @Property(seed = "20261127")
    void theQuantileIsTheInverse(@ForAll @IntRange(max = 6) int which, @ForAll long seed) {
        if (NUMBERS.get(which).name().equals("mixture")) {
            return;
        }
        var random = Random.seeded(seed);
        Distribution member = NUMBERS.get(which).member(random);
        Tensor p = Tensor.uniform(random, DType.F64, 1e-3, 1 - 1e-3, 50);
        assertArrayEquals(p.toDoubleArray(), member.cdf(member.quantile(p)).toDoubleArray(), 1e-12);
    }

    @Property(seed = "20261127")
    void probabilitiesSumToOne(@ForAll @IntRange(min = 1, max = 6) int categories, @ForAll long seed) {
        Tensor logits = Tensor.normal(Random.seeded(seed), DType.F64, 0, 3, categories);
        Tensor all = Categorical.ofLogits(logits).logDensity(Tensor.arange(categories));
        assertEquals(1, all.exp().sum().item(), 1e-12);
        Tensor both = Bernoulli.ofLogits(logits)
                .logDensity(Tensor.arange(2).to(DType.F64).unsqueeze(-1));
        assertArrayEquals(
                Tensor.ones(categories).toDoubleArray(), both.exp().sum(0).toDoubleArray(), 1e-12);
    }

    @Property(seed = "20261127", tries = 20)
    void multivariateDensitiesIntegrateToOne(@ForAll long seed) {
        var random = Random.seeded(seed);
        Tensor mean = Tensor.normal(random, DType.F64, 0, 1, 2);
        Tensor l = lowerTriangle(Tensor.normal(random, DType.F64, 0, 1, 2, 2));
        var normal = MultivariateNormal.ofCholesky(mean, l);
        int side = 401;
        Tensor steps = Tensor.linspace(DType.F64, -8, 8, side);
        Tensor deviation = normal.standardDeviation();
        Tensor across =
                steps.mul(deviation.get(0)).add(mean.get(0)).unsqueeze(1).expand(side, side);
        Tensor up = steps.mul(deviation.get(1)).add(mean.get(1)).expand(side, side);
        double cell = deviation.product().item() * Math.pow(16. / (side - 1), 2);
        double sum = normal.logDensity(Tensor.stack(-1, across, up)).exp().sum().item();
        assertEquals(1, sum * cell, INTEGRATED);
    }

    // ---------------------------------------------------------------- samples

    @Property(seed = "20261127")
    void samplesAreDistributedAsTheyShouldBe(@ForAll @IntRange(max = 6) int which, @ForAll long seed) {
        Family family = NUMBERS.get(which);
        var random = Random.seeded(seed);
        Distribution member = family.member(random);
        double[] rank = member.cdf(member.sample(random, MANY)).toDoubleArray();
        Arrays.sort(rank);
        double distance = 0;
        for (int i = 0; i < MANY; i++) {
            distance = Math.max(distance, Math.abs(rank[i] - (i + .5) / MANY));
        }
        double scaled = distance * Math.sqrt(MANY);
        assertTrue(scaled < FAR, () -> family.name() + ": Kolmogorov's distance " + scaled);
    }

    @Property(seed = "20261127")
    void momentsOfSamplesAreThoseThatAreTold(@ForAll @IntRange(max = 8) int which, @ForAll long seed) {
        var random = Random.seeded(seed);
        Tensor numbers = Tensor.normal(random, DType.F64, 0, 1, 2, 3);
        Distribution d = which < 5
                ? NUMBERS.get(which).member(random)
                : switch (which) {
                    case 5 -> Bernoulli.ofLogits(numbers);
                    case 6 -> Categorical.ofLogits(numbers);
                    case 7 ->
                        Mixture.of(
                                Categorical.ofLogits(Tensor.zeros(DType.F64, 2)),
                                MultivariateNormal.ofDeviation(numbers, Tensor.ones(DType.F64, 3)));
                    default -> Transformed.of(Normal.of(numbers, number(.3)), Bijection.exp());
                };
        Tensor x = d.sample(random, MANY).to(DType.F64);
        Tensor apart = x.sub(d.mean());
        assertNone("mean", apart);
        assertNone("variance", apart.square().sub(d.variance()));
    }

    /** The mean over axis 0 is 0, as far as its error tells. */
    private static void assertNone(String what, Tensor x) {
        Tensor error = x.standardDeviation(1, false, 0).div(Math.sqrt(MANY));
        Tensor far = x.mean(0).abs().div(error.add(1e-12));
        assertTrue(
                far.max().item() < SIGMAS,
                () -> what + " is off by " + far.max().item() + " standard errors");
    }

    @Property(seed = "20261127")
    void covariancesOfSamplesAreThoseThatAreTold(@ForAll long seed) {
        var random = Random.seeded(seed);
        Tensor l = lowerTriangle(Tensor.normal(random, DType.F64, 0, 1, 2, 3, 3));
        var normal = MultivariateNormal.ofCovariance(Tensor.zeros(DType.F64, 3), l.matmul(l.transpose()));
        Tensor x = normal.sample(random, MANY);
        assertNone("covariance", x.unsqueeze(-1).mul(x.unsqueeze(-2)).sub(normal.covariance()));
    }

    @Property(seed = "20261127")
    void entropiesAndDivergencesAreMeansOverSamples(@ForAll @IntRange(max = 8) int pair, @ForAll long seed) {
        var random = Random.seeded(seed);
        Distribution p = divergent(pair, random, true);
        Distribution q = divergent(pair, random, false);
        Tensor x = p.sample(random, MANY);
        Tensor surprise = p.logDensity(x).neg();
        assertNone("entropy", surprise.sub(p.entropy()));
        assertNone("divergence", q.logDensity(x).add(surprise).neg().sub(Kl.of(p, q)));
        double least = Kl.of(p, q).min().item();
        assertTrue(least >= -1e-12, () -> "divergence " + least);
        if (pair != 3 && pair != 4) {
            assertEquals(0, Kl.of(p, p).abs().max().item(), 1e-12);
        }
    }

    private static Distribution divergent(int pair, Random random, boolean first) {
        Tensor place = Tensor.normal(random, DType.F64, 0, 1, 2, 3);
        // q is the wider one: otherwise single samples would decide what the mean is.
        Tensor scale =
                Tensor.normal(random, DType.F64, first ? -.5 : .5, .2, 2, 3).exp();
        Tensor l =
                lowerTriangle(Tensor.normal(random, DType.F64, 0, .5, 2, 3, 3)).mul(first ? .7 : 1.4);
        return switch (pair) {
            case 0 -> Normal.of(place, scale);
            case 1 -> Laplace.of(place, scale);
            case 2 -> first ? Uniform.of(place, place.add(scale)) : Uniform.of(place.sub(9), place.add(9));
            case 3 -> first ? Normal.of(place, scale) : Laplace.of(place, scale);
            case 4 -> first ? Laplace.of(place, scale) : Normal.of(place, scale.mul(3));
            case 5 -> Bernoulli.ofLogits(place);
            case 6 -> Categorical.ofLogits(place);
            case 7 -> first ? MultivariateNormal.ofDeviation(place, scale) : MultivariateNormal.ofCholesky(place, l);
            default ->
                first
                        ? MultivariateNormal.ofCholesky(place, l)
                        : Normal.of(place, scale.mul(2)).independent(1);
        };
    }

    // ---------------------------------------------------------------- gradients

    /** Distributions of two vectors of three numbers. */
    private static final List<BiFunction<Tensor, Tensor, Distribution>> MADE = List.of(
            (a, b) -> Normal.of(a, b.exp()),
            (a, b) -> Laplace.of(a, b.exp()),
            (a, b) -> Uniform.of(a, a.add(b.exp())),
            (a, b) -> MultivariateNormal.ofDeviation(a, b.exp()),
            (a, b) -> MultivariateNormal.ofCholesky(a, matrix(b)),
            (a, b) -> MultivariateNormal.ofCovariance(
                    a, matrix(b).matmul(matrix(b).transpose())),
            (a, b) ->
                    MultivariateNormal.ofPrecision(a, matrix(b).matmul(matrix(b).transpose())),
            (a, b) -> Transformed.of(Normal.of(a, b.exp()), Bijection.exp()),
            (a, b) -> Transformed.of(Normal.of(a, b.exp()).independent(1), Bijection.affine(b, a.exp())),
            (a, b) -> Transformed.of(Laplace.of(a, b.exp()), Bijection.sigmoid()),
            (a, b) -> Transformed.of(Normal.of(a, b.exp()), Bijection.tanh()));

    private static Tensor matrix(Tensor b) {
        return b.unsqueeze(1)
                .mul(Tensor.of(new double[] {.3, -.5, .2}, 3))
                .tril(-1)
                .add(Tensor.eye(DType.F64, 3).mul(b.exp()));
    }

    private static Tensor[] parameters(Random random) {
        return new Tensor[] {Tensor.normal(random, DType.F64, 0, .5, 3), Tensor.normal(random, DType.F64, 0, .3, 3)};
    }

    @Property(seed = "20261127", tries = 44)
    void gradientsOfSamplesAgreeWithDifferences(@ForAll @IntRange(max = 10) int which, @ForAll long seed) {
        GradCheck.of(x -> MADE.get(which).apply(x.get(0), x.get(1)).sampleReparameterized(Random.seeded(seed), 2))
                .order(2)
                .tolerance(1e-5)
                .check(parameters(Random.seeded(seed + 1)))
                .orThrow();
    }

    @Property(seed = "20261127", tries = 44)
    void gradientsOfDensitiesAgreeWithDifferences(@ForAll @IntRange(max = 10) int which, @ForAll long seed) {
        var random = Random.seeded(seed);
        Tensor[] at = parameters(random);
        // Inside the support, and away from the kink of Laplace's.
        Tensor x = MADE.get(which).apply(at[0], at[1]).sample(random);
        GradCheck.of(p -> MADE.get(which).apply(p.get(0), p.get(1)).logDensity(p.get(2)))
                .order(2)
                .tolerance(1e-4)
                .check(at[0], at[1], x)
                .orThrow();
    }

    @Property(seed = "20261127", tries = 44)
    void gradientsOfDivergencesAgreeWithDifferences(@ForAll @IntRange(max = 8) int which, @ForAll long seed) {
        var random = Random.seeded(seed);
        GradCheck.of(p -> {
                    Distribution a = MADE.get(which).apply(p.get(0), p.get(1));
                    Distribution b = MADE.get(which == 2 ? 0 : which).apply(p.get(2), p.get(3));
                    return Kl.of(a, which == 8 ? transformedLike(a, p) : b).add(a.entropy());
                })
                .order(2)
                .tolerance(1e-5)
                .check(parameters(random)[0], parameters(random)[1], parameters(random)[0], parameters(random)[1])
                .orThrow();
    }

    /** Another base behind the very same bijection. */
    private static Distribution transformedLike(Distribution a, List<Tensor> p) {
        return Transformed.of(Normal.of(p.get(2), p.get(3).exp()).independent(1), ((Transformed) a).bijection());
    }

    @Property(seed = "20261127", tries = 20)
    void gradientsOfDiscreteAndMixedDensitiesAgreeWithDifferences(@ForAll long seed) {
        Tensor[] at = parameters(Random.seeded(seed));
        GradCheck.ofAll(p -> {
                    Categorical weights = Categorical.ofLogits(p.get(0));
                    Bernoulli coins = Bernoulli.ofLogits(p.get(1));
                    Mixture mixture =
                            Mixture.of(weights, Normal.of(p.get(1), p.get(0).exp()));
                    return List.of(
                            weights.logDensity(Tensor.of(new long[] {2, 0}, 2)),
                            weights.entropy(),
                            weights.variance(),
                            coins.logDensity(Tensor.of(new double[] {0, 1, .4}, 3)),
                            coins.entropy(),
                            Kl.of(coins, Bernoulli.ofLogits(p.get(0))),
                            Kl.of(weights, Categorical.ofLogits(p.get(1))),
                            Bernoulli.ofProbabilities(p.get(0).sigmoid()).logDensity(Tensor.ones(DType.F64, 3)),
                            Categorical.ofProbabilities(p.get(0).exp()).logDensity(Tensor.of(new long[] {1}, 1)),
                            mixture.logDensity(Tensor.of(new double[] {-1, .5}, 2)),
                            mixture.cdf(Tensor.of(new double[] {-1, .5}, 2)),
                            mixture.variance());
                })
                .order(2)
                .tolerance(1e-5)
                .check(at)
                .orThrow();
    }

    @Property(seed = "20261127", tries = 20)
    void gradientsOfTheDistributionFunctionAndItsInverseAgreeWithDifferences(
            @ForAll @IntRange(max = 2) int which, @ForAll long seed) {
        var random = Random.seeded(seed);
        Tensor[] at = parameters(random);
        Tensor p = Tensor.uniform(random, DType.F64, .05, .45, 3);
        GradCheck.ofAll(x -> {
                    Distribution d = MADE.get(which).apply(x.get(0), x.get(1));
                    return List.of(d.quantile(x.get(2)), d.cdf(x.get(0).add(x.get(2))));
                })
                .order(2)
                .tolerance(1e-4)
                .check(at[0], at[1], p)
                .orThrow();
    }
}
