package org.culebra.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.culebra.check.GradCheck;
import org.culebra.memory.DType;
import org.culebra.tensor.ConvOptions;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The losses of adversarial pairs and the penalties of slopes, against their formulas and against differences. */
class GanLossTest {
    private static final double[] REAL = {-2, -.5, .25, 3};
    private static final double[] FAKE = {-1.5, .75, 2};

    private static double mean(double[] scores, DoubleUnaryOperator term) {
        return DoubleStream.of(scores).map(term).average().orElseThrow();
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static void assertLosses(
            GanLoss loss, DoubleUnaryOperator real, DoubleUnaryOperator fake, DoubleUnaryOperator fooled) {
        Tensor r = Tensor.of(REAL, 4, 1);
        Tensor f = Tensor.of(FAKE);
        assertEquals(
                mean(REAL, real) + mean(FAKE, fake), loss.discriminator(r, f).item(), 1e-14, loss.name());
        assertEquals(mean(FAKE, fooled), loss.generator(f).item(), 1e-14, loss.name());
    }

    @Test
    void theFormulasAreThoseOfThePapers() {
        DoubleUnaryOperator right = x -> -Math.log(sigmoid(x));
        DoubleUnaryOperator wrong = x -> -Math.log(1 - sigmoid(x));
        assertLosses(GanLoss.NON_SATURATING, right, wrong, right);
        assertLosses(GanLoss.SATURATING, right, wrong, x -> Math.log(1 - sigmoid(x)));
        assertLosses(GanLoss.LEAST_SQUARES, x -> .5 * (x - 1) * (x - 1), x -> .5 * x * x, x -> .5 * (x - 1) * (x - 1));
        assertLosses(GanLoss.WASSERSTEIN, x -> -x, x -> x, x -> -x);
        assertLosses(GanLoss.HINGE, x -> Math.max(0, 1 - x), x -> Math.max(0, 1 + x), x -> -x);
    }

    @ParameterizedTest
    @EnumSource
    void gradientsOfBothOrdersAgreeWithDifferences(GanLoss loss) {
        GradCheck.ofAll(x -> List.of(loss.discriminator(x.get(0), x.get(1)), loss.generator(x.get(1))))
                .order(2)
                .check(Tensor.of(REAL), Tensor.of(FAKE, 3, 1))
                .orThrow();
    }

    @ParameterizedTest
    @EnumSource
    void scoresAsLargeAsTheyLikeGiveFiniteLosses(GanLoss loss) {
        Tensor far = Tensor.of(new float[] {-1e4f, 1e4f});
        assertTrue(Double.isFinite(loss.discriminator(far, far).item()), loss.name());
        assertTrue(Double.isFinite(loss.generator(far).item()), loss.name());
    }

    @Test
    void theSaturatingLossHasNoSlopeWhereTheGeneratorIsBadAndTheOtherHas() {
        Tensor bad = Tensor.of(new double[] {-20});
        try (var tape = Tape.open()) {
            assertEquals(
                    0, tape.gradient(GanLoss.SATURATING.generator(bad), bad).item(), 1e-8);
            assertEquals(
                    -1,
                    tape.gradient(GanLoss.NON_SATURATING.generator(bad), bad).item(),
                    1e-8);
        }
    }

    // ---------------------------------------------------------------- penalties

    /** A critic of two layers with smooth activations: w: [2, 5], v: [5, 1]. */
    private static Tensor critic(Tensor x, Tensor w, Tensor v) {
        return x.matmul(w).tanh().matmul(v);
    }

    private static Tensor normal(int seed, long... dims) {
        return Tensor.normal(Random.seeded(seed), DType.F64, 0, 1, dims);
    }

    @Test
    void r1IsHalfTheMeanSquaredSlope() {
        Tensor x = normal(1, 3, 2);
        Tensor w = normal(2, 2, 5);
        Tensor v = normal(3, 5, 1);
        double expected = 0;
        for (int i = 0; i < 3; i++) {
            double[] inner = x.narrow(0, i, 1).matmul(w).toDoubleArray();
            for (int a = 0; a < 2; a++) {
                double slope = 0;
                for (int k = 0; k < 5; k++) {
                    double t = Math.tanh(inner[k]);
                    slope += w.get(a, k) * (1 - t * t) * v.get(k, 0);
                }
                expected += .5 * slope * slope / 3;
            }
        }
        try (var tape = Tape.open()) {
            assertEquals(expected, GradientPenalty.r1(tape, critic(x, w, v), x).item(), 1e-13);
        }
    }

    @Test
    void theGradientOfR1IsOneOfSecondOrder() {
        GradCheck.ofRecorded(
                        (tape, p) -> List.of(GradientPenalty.r1(tape, critic(p.get(0), p.get(1), p.get(2)), p.get(0))))
                .order(2)
                .check(normal(1, 3, 2), normal(2, 2, 5), normal(3, 5, 1))
                .orThrow();
    }

    @Test
    void theGradientOfTheWassersteinPenaltyIsOneOfSecondOrder() {
        Tensor real = normal(4, 3, 2);
        Tensor fake = normal(5, 3, 2);
        GradCheck.ofRecorded((tape, p) -> List.of(GradientPenalty.wasserstein(
                        tape, x -> critic(x, p.get(0), p.get(1)), real, fake, Random.seeded(6))))
                .order(2)
                .check(normal(2, 2, 5), normal(3, 5, 1))
                .orThrow();
    }

    @Test
    void imagesAndPiecewiseLinearCriticsHaveGradientsOfSecondOrder() {
        Tensor images = normal(7, 2, 1, 4, 4);
        GradCheck.ofRecorded((tape, p) -> {
                    Tensor scores = images.conv2d(p.get(0), ConvOptions.DEFAULT)
                            .leakyRelu(.2)
                            .flatten(1)
                            .matmul(p.get(1));
                    return List.of(GradientPenalty.r1(tape, scores, images));
                })
                .check(normal(8, 3, 1, 3, 3), normal(9, 12, 1))
                .orThrow();
    }

    @Test
    void theWassersteinPenaltyOfALinearCriticIsKnown() {
        Tensor w = Tensor.of(new double[] {3, 4}, 2, 1);
        try (var tape = Tape.open()) {
            Tensor penalty = GradientPenalty.wasserstein(
                    tape, x -> x.matmul(w), normal(1, 6, 2), normal(2, 6, 2), Random.seeded(3));
            assertEquals(16, penalty.item(), 1e-10);
            Tensor flat = GradientPenalty.wasserstein(
                    tape, x -> x.matmul(w.mul(0)), normal(1, 6, 2), normal(2, 6, 2), Random.seeded(3));
            assertEquals(1, flat.item(), 1e-5);
            assertTrue(Double.isFinite(tape.gradient(flat, w).norm().item()));
        }
    }

    @Test
    void theSlopeIsTakenBetweenEachPair() {
        Tensor real = Tensor.of(new double[] {0, 10, 20, 30}, 4, 1);
        Tensor fake = real.add(1);
        try (var tape = Tape.open()) {
            GradientPenalty.wasserstein(
                    tape,
                    x -> {
                        double[] along = x.sub(real).toDoubleArray();
                        assertEquals(4, DoubleStream.of(along).distinct().count());
                        assertTrue(DoubleStream.of(along).allMatch(u -> u >= 0 && u <= 1));
                        return x.square();
                    },
                    real,
                    fake,
                    Random.seeded(1));
        }
    }

    // ---------------------------------------------------------------- messages

    private static String message(Executable action) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, action).getMessage());
    }

    @Test
    void whatIsNoScoreIsSaid() {
        Tensor scores = Tensor.zeros(4, 1);
        assertEquals(
                "gan loss: needs scores, one for each example, [B] or [B, 1]\n  given   f32[4, 2]",
                message(() -> GanLoss.HINGE.discriminator(scores, Tensor.zeros(4, 2))));
        assertEquals(
                "gan loss: needs scores, one for each example, [B] or [B, 1]\n  given   f32[]",
                message(() -> GanLoss.HINGE.generator(Tensor.scalar(1).to(DType.F32))));
        try (var tape = Tape.open()) {
            assertEquals(
                    "gradient penalty: as many examples of the same shape are needed on both sides\n"
                            + "  real    f32[4, 2]\n  fake    f32[3, 2]",
                    message(() -> GradientPenalty.wasserstein(
                            tape, x -> x, Tensor.zeros(4, 2), Tensor.zeros(3, 2), Random.seeded(0))));
            assertEquals(
                    "gradient penalty: there must be one score for each example\n  scores  f32[4, 1]\n"
                            + "  x       f32[2, 2]",
                    message(() -> GradientPenalty.r1(tape, scores, Tensor.zeros(2, 2))));
        }
    }
}
