package org.culebra.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.culebra.check.GradCheck;
import org.culebra.memory.DType;
import org.culebra.nn.Initializer;
import org.culebra.nn.Mode;
import org.culebra.nn.Model;
import org.culebra.nn.Parameter;
import org.culebra.optim.Adam;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class VaeTest {
    private static final double LOG_TWO_PI = Math.log(2 * Math.PI);

    /** Points of the numerical integrals over z: where the densities are smooth and vanish at the ends, the sum is exact to rounding. */
    private static final int POINTS = 4001;

    private static final double END = 10;

    private static Vae small(long latents) {
        return small(latents, 2.5);
    }

    private static Vae small(long latents, double scale) {
        Vae vae = Vae.create(Shape.of(1, 2, 3), Likelihood.bernoulli(), 7, latents);
        vae.initialize(Random.seeded(5));
        // Far from nothing learned: posteriors that differ, pixels that depend on z.
        vae.state().forEach((path, value) -> value.assign(value.mul(scale)));
        return vae;
    }

    private static Tensor images(long count) {
        return Tensor.bernoulli(Random.seeded(2), .4, count, 1, 2, 3);
    }

    private static Tensor grid() {
        return Tensor.linspace(DType.F32, -END, END, POINTS).reshape(POINTS, 1);
    }

    private static double integral(double[] values) {
        return Arrays.stream(values).sum() * 2 * END / (POINTS - 1);
    }

    private static double normal(double x, double mean, double variance) {
        return Math.exp(-.5 * ((x - mean) * (x - mean) / variance + Math.log(variance) + LOG_TWO_PI));
    }

    /** p(x|z) at all points for one image. */
    private static double[] likelihoods(Vae vae, Tensor image) {
        Tensor z = grid();
        Tensor all = image.expand(POINTS, 1, 2, 3);
        return Arrays.stream(vae.logLikelihood(all, z, Mode.EVALUATION).toDoubleArray())
                .map(Math::exp)
                .toArray();
    }

    @Test
    void logDensityIsTheBoundPlusTheDivergenceFromTheTruePosterior() {
        Vae vae = small(1);
        Tensor images = images(4);
        double[] z = grid().toDoubleArray();
        Vae.Posterior posterior = vae.encode(images);
        double[] divergences = posterior.divergence().toDoubleArray();
        double[] means = posterior.mean().toDoubleArray();
        double[] logVariances = posterior.logVariance().toDoubleArray();
        double largestGap = 0;
        for (int b = 0; b < 4; b++) {
            double[] likelihood = likelihoods(vae, images.narrow(0, b, 1));
            double[] joint = new double[POINTS];
            double[] expected = new double[POINTS];
            for (int i = 0; i < POINTS; i++) {
                joint[i] = likelihood[i] * normal(z[i], 0, 1);
            }
            double evidence = integral(joint);
            double[] gap = new double[POINTS];
            for (int i = 0; i < POINTS; i++) {
                double q = normal(z[i], means[b], Math.exp(logVariances[b]));
                expected[i] = q * Math.log(likelihood[i]);
                gap[i] = q < 1e-300 ? 0 : q * Math.log(q / (joint[i] / evidence));
            }
            double bound = integral(expected) - divergences[b]; // the model's own divergence, in closed form
            assertEquals(Math.log(evidence), bound + integral(gap), 1e-4);
            largestGap = Math.max(largestGap, integral(gap));
        }
        assertTrue(largestGap > .05, "with a bound this tight there would be nothing to see: " + largestGap);
    }

    @Test
    void boundsRiseWithTheSamplesToTheLogDensity() {
        Vae vae = small(1, 1.8); // not so far off that weights without a variance would be needed to make up for it
        Tensor image = images(1);
        double[] z = grid().toDoubleArray();
        double[] likelihood = likelihoods(vae, image);
        double[] joint = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            joint[i] = likelihood[i] * normal(z[i], 0, 1);
        }
        double evidence = Math.log(integral(joint));
        double before = Double.NEGATIVE_INFINITY;
        for (int samples : List.of(1, 5, 50)) {
            // The mean of many bounds: 4,000 copies of the image.
            double bound = Arrays.stream(vae.logDensity(image.expand(4000, 1, 2, 3), samples, Random.seeded(1)))
                    .average()
                    .orElse(Double.NaN);
            assertTrue(bound > before + 1e-3 && bound < evidence + .02, samples + ": " + bound + " of " + evidence);
            before = bound;
        }
        assertEquals(evidence, vae.logDensity(image, 100_000, Random.seeded(3))[0], .02);
    }

    @Test
    void chunksOfSamplesAreOneSum() {
        Vae vae = small(2);
        Tensor images = images(700);
        // One sample of 700 images fills a chunk: two are two chunks, and draw as two draws do.
        double[] both = vae.logDensity(images, 2, Random.seeded(4));
        Random random = Random.seeded(4);
        Tensor first = vae.logWeights(images, Tensor.normal(random, 0, 1, 1, 700, 2), Mode.EVALUATION);
        Tensor second = vae.logWeights(images, Tensor.normal(random, 0, 1, 1, 700, 2), Mode.EVALUATION);
        assertArrayEquals(Vae.importanceBound(Tensor.concat(0, first, second)).toDoubleArray(), both, 1e-5);
        assertEquals(
                "vae: a bound needs at least 1 sample, not 0",
                assertThrows(IllegalArgumentException.class, () -> vae.logDensity(images, 0, random))
                        .getMessage());
    }

    @Test
    void anImpossibleSampleCountsForNothing() {
        double infinite = Double.NEGATIVE_INFINITY;
        double[] values = {infinite, infinite, -3, infinite};
        int[] next = {0};
        double[] sum =
                Vae.importanceSum(4, 2000, 1, Random.seeded(0), _ -> Tensor.full(DType.F32, values[next[0]++], 2000));
        assertEquals(-3 - Math.log(4), sum[0], 1e-12);
    }

    @Test
    void theLossIsMinusTheMeanBound() {
        Vae vae = small(3);
        Tensor images = images(5);
        Vae.Bound bound = vae.bound(images, Tensor.normal(Random.seeded(7), 0, 1, 5, 3), Mode.EVALUATION);
        double expected = -bound.values().mean().item();
        assertEquals(expected, bound.loss(1, 0).item(), 1e-5);

        double reconstruction = -bound.logLikelihood().mean().item();
        double[] perLatent = bound.posterior().divergence().mean(0).toDoubleArray();
        double divergence = Arrays.stream(perLatent).sum();
        assertEquals(reconstruction + 4 * divergence, bound.loss(4, 0).item(), 1e-4);
        double most = Arrays.stream(perLatent).max().orElseThrow();
        double free =
                Arrays.stream(perLatent).map(kl -> Math.max(kl, .9 * most)).sum();
        assertTrue(free > divergence, "some latents must use less than is free");
        assertEquals(reconstruction + free, bound.loss(1, .9 * most).item(), 1e-4);
    }

    @Test
    void oneWeightIsTheBoundWithoutClosedForms() {
        Vae vae = small(2);
        Tensor images = images(3);
        Tensor noise = Tensor.normal(Random.seeded(8), 0, 1, 3, 2);
        Vae.Posterior q = vae.encode(images);
        double[] z = q.sample(noise).toDoubleArray();
        double[] mean = q.mean().toDoubleArray();
        double[] s = q.logVariance().toDoubleArray();
        double[] likelihood =
                vae.logLikelihood(images, q.sample(noise), Mode.EVALUATION).toDoubleArray();
        double[] expected = new double[3];
        for (int i = 0; i < 6; i++) {
            expected[i / 2] += Math.log(normal(z[i], 0, 1)) - Math.log(normal(z[i], mean[i], Math.exp(s[i])));
        }
        for (int b = 0; b < 3; b++) {
            expected[b] += likelihood[b];
        }
        double[] weights =
                vae.logWeights(images, noise.unsqueeze(0), Mode.EVALUATION).toDoubleArray();
        assertArrayEquals(expected, weights, 1e-4);
    }

    @Test
    void gradientsOfBothOrdersAreThoseOfDifferences() {
        Tensor mean = Tensor.normal(Random.seeded(1), DType.F64, 0, 1, 3, 2);
        Tensor s = Tensor.normal(Random.seeded(2), DType.F64, 0, 1, 3, 2);
        Tensor noise = Tensor.normal(Random.seeded(3), DType.F64, 0, 1, 4, 3, 2);
        GradCheck.of(x -> new Vae.Posterior(x.get(0), x.get(1)).totalDivergence())
                .order(2)
                .check(mean, s)
                .orThrow();
        GradCheck.of(x -> {
                    var q = new Vae.Posterior(x.get(0), x.get(1));
                    return q.sample(noise)
                            .square()
                            .sum()
                            .add(Vae.importanceBound(q.logRatio(noise)).sum());
                })
                .order(2)
                .check(mean, s)
                .orThrow();
        Tensor logits = Tensor.normal(Random.seeded(4), DType.F64, 0, 2, 4, 3, 5);
        Tensor pixels = Tensor.uniform(Random.seeded(5), DType.F64, 0, 1, 3, 5);
        GradCheck.of(x -> Likelihood.bernoulli().logDensity(x.get(0), pixels).sum())
                .order(2)
                .check(logits)
                .orThrow();
        Likelihood gaussian = initialized(Likelihood.gaussian());
        GradCheck.of(x -> gaussian.logDensity(x.get(0), pixels).sum())
                .order(2)
                .check(logits)
                .orThrow();
    }

    private static <M extends Model> M initialized(M model) {
        model.initialize(Random.seeded(0));
        return model;
    }

    @Test
    void densitiesOfPixelsAreThoseOfTheirDistributions() {
        Tensor logits = Tensor.of(new float[] {-2, .5f, 200, -200}, 1, 4);
        Tensor pixels = Tensor.of(new float[] {0, .25f, 1, 1}, 1, 4);
        double p = 1 / (1 + Math.exp(-.5));
        assertEquals(
                -Math.log1p(Math.exp(-2)) + .25 * Math.log(p) + .75 * Math.log1p(-p) + 0 - 200,
                Likelihood.bernoulli().logDensity(logits, pixels).item(),
                1e-4);
        Likelihood gaussian = initialized(Likelihood.gaussian());
        double expected = 0;
        for (double difference : new double[] {2, -.25, -.5, 1}) {
            expected += Math.log(normal(difference, 0, Math.exp(-2)));
        }
        Tensor output = Tensor.of(new float[] {2, 0, .5f, 2}, 1, 4);
        assertEquals(expected, gaussian.logDensity(output, pixels).item(), 1e-4);
        assertArrayEquals(output.toDoubleArray(), gaussian.mean(output).toDoubleArray());
    }

    @Test
    void aLearnedVarianceBecomesThatOfTheResiduals() {
        var gaussian = initialized(new Likelihood.Gaussian(Parameter.of(Initializer.constant(-2), 1)));
        Adam adam = Adam.of(gaussian.parameters()).learningRate(.05);
        Tensor residuals = Tensor.normal(Random.seeded(6), 0, .3, 50, 100);
        for (int i = 0; i < 200; i++) {
            try (var tape = Tape.open()) {
                adam.step(tape.gradients(gaussian.logDensity(residuals, Tensor.zeros(50, 100))
                        .mean()
                        .neg()));
            }
        }
        double variance = residuals.square().mean().item();
        assertEquals(Math.log(variance), gaussian.logVariance().value().item(), 1e-2);
    }

    @Test
    void networksHaveTheSizesOfTheirDescriptions() {
        Shape image = Shape.of(1, 28, 28);
        assertEquals(652_824, Vae.create(image, Likelihood.bernoulli(), 400, 20).parameterCount());
        assertEquals(652_825, Vae.create(image, Likelihood.gaussian(), 400, 20).parameterCount());
        assertEquals(134_165, ConvVae.create(image, Likelihood.bernoulli(), 2).parameterCount());
        assertEquals(
                784 * 200 + 200 + 40_200 + 20_100 + 10_200 + 40_200 + 784 * 200 + 784,
                IwaeVae.create(image, Likelihood.bernoulli(), 50).parameterCount());
        for (Vae vae : List.of(
                ConvVae.create(image, Likelihood.bernoulli(), 2), IwaeVae.create(image, Likelihood.bernoulli(), 2))) {
            vae.initialize(Random.seeded(0));
            assertArrayEquals(
                    new long[] {3, 1, 28, 28},
                    vae.generate(Tensor.zeros(3, 2)).shape().dims());
            assertArrayEquals(
                    new long[] {3, 2},
                    vae.encode(Tensor.zeros(3, 1, 28, 28)).logVariance().shape().dims());
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertEquals(
                "vae: at least 1 latent, not 0",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Vae.of((x, _) -> x, (z, _) -> z, Likelihood.bernoulli(), 0))
                        .getMessage());
        assertEquals(
                "conv vae: images need sides that are multiples of 4, not [1, 28, 30]",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> ConvVae.create(Shape.of(1, 28, 30), Likelihood.bernoulli(), 2))
                        .getMessage());
    }

    @Test
    void aConditionalOneIsAnotherModelForEachClass() {
        ConditionalVae conditional =
                initialized(ConditionalVae.create(Shape.of(1, 2, 3), Likelihood.bernoulli(), 7, 2, 4));
        assertEquals((6 + 4) * 7 + 7 + 7 * 4 + 4 + (2 + 4) * 7 + 7 + 7 * 6 + 6, conditional.parameterCount());
        Tensor images = images(3);
        Tensor labels = Tensor.of(new long[] {2, 0, 2});
        Vae vae = conditional.given(labels);
        Tensor noise = Tensor.normal(Random.seeded(1), 0, 1, 5, 3, 2);
        double[] together = vae.logWeights(images, noise, Mode.EVALUATION).toDoubleArray(); // (5, 3)
        // Each image by itself, with its own class: the classes of several samples are not mixed up.
        for (int b = 0; b < 3; b++) {
            Vae alone = conditional.given(labels.narrow(0, b, 1));
            double[] own = alone.logWeights(images.narrow(0, b, 1), noise.narrow(1, b, 1), Mode.EVALUATION)
                    .toDoubleArray();
            for (int k = 0; k < 5; k++) {
                assertEquals(own[k], together[3 * k + b], 1e-5);
            }
        }
        Tensor z = Tensor.zeros(1, 2);
        double[] zero = conditional.given(Tensor.of(new long[] {0})).generate(z).toDoubleArray();
        double[] one = conditional.given(Tensor.of(new long[] {1})).generate(z).toDoubleArray();
        assertTrue(Math.abs(zero[0] - one[0]) > 1e-4);
    }
}
