package org.culebra.distributions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Stream;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sentence that a distribution refuses with. */
class DistributionErrorsTest {
    private static final Normal NORMAL = Normal.standard(DType.F32);
    private static final Categorical TWO = Categorical.ofLogits(Tensor.zeros(2));

    private static Tensor of(float... values) {
        return Tensor.of(values, values.length);
    }

    private static Arguments wrong(String message, Executable call) {
        return Arguments.of(IllegalArgumentException.class, message, call);
    }

    private static Arguments missing(String message, Executable call) {
        return Arguments.of(UnsupportedOperationException.class, message, call);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(parameters(), shapes(), closedForms()).flatMap(List::stream);
    }

    private static List<Arguments> parameters() {
        return List.of(
                wrong(
                        "Normal: the deviation must be positive, but at [1] there is 0.0",
                        () -> Normal.of(Tensor.scalar(0), of(1, 0))),
                wrong(
                        "Normal: the deviation must be positive, but it is NaN",
                        () -> Normal.of(Tensor.scalar(0), Tensor.scalar(Double.NaN))),
                wrong(
                        "Normal: the mean must be finite, but it is Infinity",
                        () -> Normal.of(Tensor.scalar(Double.POSITIVE_INFINITY), Tensor.scalar(1))),
                wrong(
                        "Normal: the parameters do not broadcast\n  mean  [2]\n  deviation  [3]",
                        () -> Normal.of(Tensor.zeros(2), Tensor.ones(3))),
                wrong(
                        "Laplace: the scale must be positive, but it is -1.0",
                        () -> Laplace.of(Tensor.scalar(0), Tensor.scalar(-1))),
                wrong(
                        "Laplace: the location must be finite, but it is NaN",
                        () -> Laplace.of(Tensor.scalar(Double.NaN), Tensor.scalar(1))),
                wrong(
                        "Uniform: the low must be finite, but it is -Infinity",
                        () -> Uniform.of(Tensor.scalar(Double.NEGATIVE_INFINITY), Tensor.scalar(1))),
                wrong(
                        "Uniform: the high must be finite, but it is Infinity",
                        () -> Uniform.of(Tensor.scalar(0), Tensor.scalar(Double.POSITIVE_INFINITY))),
                wrong(
                        "Uniform: the width high − low must be positive, but at [0] there is 0.0",
                        () -> Uniform.of(of(1, 0), Tensor.scalar(1))),
                wrong(
                        "MultivariateNormal: the deviation must be positive, but at [1] there is -1.0",
                        () -> MultivariateNormal.ofDeviation(Tensor.zeros(2), of(1, -1))),
                wrong(
                        "MultivariateNormal: the diagonal of the Cholesky factor must be positive, but at [0] there is 0.0",
                        () -> MultivariateNormal.ofCholesky(Tensor.zeros(2), Tensor.zeros(2, 2))),
                wrong(
                        "Bernoulli: the probabilities must be in [0, 1], but at [0] there is 1.5",
                        () -> Bernoulli.ofProbabilities(of(1.5f))),
                wrong(
                        "Bernoulli: the logits must be numbers, but at [0] there is NaN",
                        () -> Bernoulli.ofLogits(of(Float.NaN))),
                wrong(
                        "Categorical: the probabilities must be 0 or more, but at [1] there is -0.5",
                        () -> Categorical.ofProbabilities(of(1, -.5f))),
                wrong(
                        "Categorical: the sum of the probabilities must be positive, but at [0] there is 0.0",
                        () -> Categorical.ofProbabilities(of(0, 0))),
                wrong(
                        "Categorical: the logits must be numbers below ∞, but at [0] there is Infinity",
                        () -> Categorical.ofLogits(of(Float.POSITIVE_INFINITY, 0))),
                wrong(
                        "Categorical: the largest of the logits must be finite, but it is -Infinity",
                        () -> Categorical.ofLogits(of(Float.NEGATIVE_INFINITY))),
                wrong(
                        "affine: the scale must be finite and not 0, but it is 0.0",
                        () -> Bijection.affine(Tensor.scalar(0), Tensor.scalar(0))),
                wrong(
                        "affine: the shift must be finite, but it is NaN",
                        () -> Bijection.affine(Tensor.scalar(Double.NaN), Tensor.scalar(1))));
    }

    private static List<Arguments> shapes() {
        return List.of(
                wrong(
                        "MultivariateNormal: the covariance must be square and as wide as the mean is long\n  mean  f32[2]\n"
                                + "  covariance  f32[3, 3]",
                        () -> MultivariateNormal.ofCovariance(Tensor.zeros(2), Tensor.eye(DType.F32, 3))),
                wrong(
                        "MultivariateNormal: the precision must be square and as wide as the mean is long\n  mean  f32[2]\n"
                                + "  precision  f32[2]",
                        () -> MultivariateNormal.ofPrecision(Tensor.zeros(2), Tensor.ones(2))),
                wrong(
                        "MultivariateNormal: the covariance must be symmetric, but at [1, 0, 1] there is 0.5 and at [1, 1, 0] "
                                + "0.25\n  hint: x.add(x.transpose()).div(2) is its symmetric part",
                        () -> MultivariateNormal.ofCovariance(
                                Tensor.zeros(2), of(1, 0, 0, 1, 1, .5f, .25f, 1).reshape(2, 2, 2))),
                wrong(
                        "MultivariateNormal: the precision must be symmetric, but at [0, 1] there is 0.0 and at [1, 0] 1.0E-4\n"
                                + "  hint: x.add(x.transpose()).div(2) is its symmetric part",
                        () -> MultivariateNormal.ofPrecision(
                                Tensor.zeros(2), Tensor.of(new double[] {1, 0, 1e-4, 1}, 2, 2))),
                wrong(
                        "MultivariateNormal: the means need an axis of at least 1 number, unlike f32[]",
                        () -> MultivariateNormal.ofDeviation(Tensor.scalar(0), Tensor.ones(2))),
                wrong(
                        "MultivariateNormal: the parameters do not broadcast\n  mean  [3]\n  matrix  [2]",
                        () -> MultivariateNormal.ofCovariance(
                                Tensor.zeros(3, 2), Tensor.eye(DType.F32, 2).expand(2, 2, 2))),
                wrong(
                        "Categorical: the logits need an axis of at least 1 number, unlike f32[]",
                        () -> Categorical.ofLogits(Tensor.scalar(0))),
                wrong(
                        "Normal(batch [2], event []): the value has the wrong shape\n  needed  [2], other axes before these\n"
                                + "  given   f32[3]",
                        () -> Normal.standard(DType.F32, 2).logDensity(Tensor.zeros(3))),
                wrong(
                        "MultivariateNormal(batch [], event [2]): the value has the wrong shape\n  needed  [2], other axes before "
                                + "these\n  given   f32[4, 1]",
                        () -> MultivariateNormal.ofDeviation(Tensor.zeros(2), Tensor.ones(2))
                                .logDensity(Tensor.zeros(4, 1))),
                wrong(
                        "Categorical: the values must be in [0, 2), but at [1] there is 2.0",
                        () -> TWO.logDensity(Tensor.of(new long[] {0, 2}, 2))),
                wrong(
                        "Categorical(batch [], event []): values are whole numbers of an integer type, unlike f32[1]",
                        () -> TWO.logDensity(of(1))),
                wrong(
                        "Mixture: the components do not fit the weights\n  weights     batch [] of 2 categories\n"
                                + "  components  Normal(batch [3], event [])\n  rule: the batch of the components is that of the "
                                + "mixture, then one axis of all components",
                        () -> Mixture.of(TWO, Normal.standard(DType.F32, 3))),
                wrong(
                        "Independent: 1 axes of the batch are to become events, but it is [] of Normal(batch [], event [])",
                        () -> NORMAL.independent(1)),
                wrong(
                        "Transformed: the bijection does not fit the distribution\n  bijection     parameters [3], mixes 0 axes\n"
                                + "  distribution  Normal(batch [], event [])\n  hint: make the distribution with the batch, and with "
                                + "Independent the events, that are wanted",
                        () -> Transformed.of(NORMAL, Bijection.affine(Tensor.zeros(3), Tensor.ones(3)))),
                wrong(
                        "Kl: the distributions are of different events\n  p  Normal(batch [], event [])\n"
                                + "  q  MultivariateNormal(batch [], event [2])",
                        () -> Kl.of(NORMAL, MultivariateNormal.ofDeviation(Tensor.zeros(2), Tensor.ones(2)))),
                wrong("Kl: 2 categories of p, 3 of q", () -> Kl.of(TWO, Categorical.ofLogits(Tensor.zeros(3)))),
                wrong(
                        "Kl: the parameters do not broadcast\n  batch of p  [2]\n  batch of q  [3]",
                        () -> Kl.of(Normal.standard(DType.F32, 2), Normal.standard(DType.F32, 3))),
                wrong("Kl: at least 1 sample is needed, not 0", () -> Kl.estimate(NORMAL, NORMAL, Random.seeded(0), 0)),
                wrong("entropy: at least 1 sample is needed, not -1", () -> NORMAL.entropy(Random.seeded(0), -1)));
    }

    private static List<Arguments> closedForms() {
        Mixture mixture = Mixture.of(TWO, Normal.standard(DType.F32, 2));
        Transformed squashed = Transformed.of(NORMAL, Bijection.tanh());
        String score = "; sample(…) draws without, and the gradient of logDensity(…) is the one to use";
        return List.of(
                missing(
                        "Mixture(batch [], event []): there is no closed form of the entropy; "
                                + "entropy(random, samples) estimates it",
                        mixture::entropy),
                missing(
                        "Mixture(batch [], event []): there is no closed form of the quantile; sorted samples estimate it",
                        () -> mixture.quantile(Tensor.scalar(.5))),
                missing(
                        "MultivariateNormal(batch [], event [2]): there is no closed form of the cdf; "
                                + "the share of samples below x estimates it",
                        () -> MultivariateNormal.ofDeviation(Tensor.zeros(2), Tensor.ones(2))
                                .cdf(Tensor.zeros(2))),
                missing(
                        "Transformed(batch [], event []): there is no closed form of the mean; "
                                + "the mean of samples estimates it",
                        squashed::mean),
                missing(
                        "Transformed(batch [], event []): there is no closed form of the variance; "
                                + "the variance of samples estimates it",
                        squashed::variance),
                missing(
                        "Transformed(batch [], event []): there is no closed form of the entropy; "
                                + "entropy(random, samples) estimates it",
                        squashed::entropy),
                missing(
                        "Mixture(batch [], event []): samples have no gradients, for the choice of a component does not move with "
                                + "the weights" + score,
                        () -> mixture.sampleReparameterized(Random.seeded(0))),
                missing(
                        "Bernoulli(batch [], event []): samples have no gradients, for 0 and 1 do not move with p"
                                + score,
                        () -> Bernoulli.ofLogits(Tensor.scalar(0)).sampleReparameterized(Random.seeded(0))),
                missing(
                        "Categorical(batch [], event []): samples have no gradients, for categories do not move with their "
                                + "probabilities" + score,
                        () -> TWO.sampleReparameterized(Random.seeded(0))),
                missing(
                        "Kl: there is no closed form from Mixture(batch [], event []) to Normal(batch [], event []); "
                                + "Kl.of(p, q, random, samples) estimates it",
                        () -> Kl.of(mixture, NORMAL)));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void saysWhatIsWrong(Class<? extends Exception> type, String message, Executable call) {
        assertEquals(message, assertThrows(type, call).getMessage());
    }
}
