package org.culebra.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.check.GradCheck;
import org.culebra.tensor.Gradients;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.testing.SigmoidNet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Clipping, accumulation, averages of weights, penalties and max-norm. */
class RegularizersTest {
    private static final double EXACT = 1e-15;

    private static Tensor parameter(double... values) {
        return Tensor.of(values).asParameter();
    }

    private static Gradients gradients(Tensor a, double[] ga, Tensor b, double[] gb) {
        var map = new LinkedHashMap<Tensor, Tensor>();
        map.put(a, Tensor.of(ga));
        map.put(b, Tensor.of(gb));
        return Gradients.of(map);
    }

    // ---------------------------------------------------------------- clipping

    @Test
    void clippingByNormScalesAllGradientsTogether() {
        Tensor a = parameter(0, 0);
        Tensor b = parameter(0);
        Gradients given = gradients(a, new double[] {3, 0}, b, new double[] {-4});
        assertEquals(5, GradientClip.norm(given), EXACT);
        assertEquals(7, GradientClip.norm(given, 1), EXACT);
        assertEquals(2, GradientClip.norm(given, 0), EXACT);
        assertEquals(4, GradientClip.norm(given, Double.POSITIVE_INFINITY), EXACT);
        Gradients clipped = GradientClip.byNorm(given, 1);
        double scale = 1 / (5 + 1e-6);
        assertArrayEquals(new double[] {3 * scale, 0}, clipped.of(a).toDoubleArray(), EXACT);
        assertEquals(-4 * scale, clipped.of(b).item(), EXACT);
        assertEquals(3, given.of(a).get(0), "the given ones stay");
        assertSame(given, GradientClip.byNorm(given, 6), "nothing to do");
        assertEquals(
                -4 * 2 / (4 + 1e-6),
                GradientClip.byNorm(given, 2, Double.POSITIVE_INFINITY).of(b).item(),
                EXACT);
        assertEquals(0, GradientClip.norm(Gradients.of(Map.of())));
    }

    @Test
    void clippingByValueBoundsEachNumber() {
        Tensor a = parameter(0, 0, 0);
        Tensor b = parameter(0);
        Gradients clipped =
                GradientClip.byValue(gradients(a, new double[] {3, -.25, -7}, b, new double[] {Double.NaN}), .5);
        assertArrayEquals(new double[] {.5, -.25, -.5}, clipped.of(a).toDoubleArray());
        assertTrue(Double.isNaN(clipped.of(b).item()));
        assertMessage("clip: the largest value must be positive, not 0.0", () -> GradientClip.byValue(clipped, 0));
        assertMessage(
                "clip: the largest norm must be positive, not NaN", () -> GradientClip.byNorm(clipped, Double.NaN));
    }

    @Test
    void clippedGradientsMoveAModel() {
        var net = new SigmoidNet();
        double[] before = net.weights();
        try (var tape = Tape.open()) {
            Sgd.of(net.parameters()).learningRate(1).step(GradientClip.byNorm(tape.gradients(net.loss()), 1e-3));
        }
        double squares = 0;
        double[] after = net.weights();
        for (int k = 0; k < after.length; k++) {
            squares += Math.pow(after[k] - before[k], 2);
        }
        assertEquals(1e-3, Math.sqrt(squares), 1e-6);
    }

    // ---------------------------------------------------------------- accumulation

    @Test
    void accumulatedBatchesAreAsOne() {
        Tensor w = parameter(1, 2);
        Tensor rare = parameter(5);
        Tensor data = Tensor.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 5, 2);
        var accumulator = new GradientAccumulator();
        for (int round = 0; round < 2; round++) {
            try (var tape = Tape.open()) {
                Tensor loss = data.narrow(0, 0, 3).mul(w).square().mean();
                accumulator.add(tape.gradients(loss), 3);
            }
            try (var tape = Tape.open()) {
                Tensor loss = data.narrow(0, 3, 2).mul(w).square().mean();
                accumulator.add(tape.gradients(round == 0 ? loss : loss.add(rare.sum())), 2);
            }
            assertEquals(2, accumulator.count());
            Gradients mean = accumulator.take();
            try (var tape = Tape.open()) {
                Tensor whole = tape.gradients(data.mul(w).square().mean()).of(w);
                assertArrayEquals(whole.toDoubleArray(), mean.of(w).toDoubleArray(), 1e-13);
            }
            assertEquals(
                    round == 0 ? List.of() : List.of(rare),
                    mean.inputs().stream().filter(p -> p == rare).toList());
        }
        assertEquals(0, accumulator.count());
        var empty = assertThrows(IllegalStateException.class, accumulator::take);
        assertEquals("accumulate: no gradients were added", empty.getMessage());
        assertMessage(
                "accumulate: the weight must be positive, not 0.0", () -> accumulator.add(Gradients.of(Map.of()), 0));
    }

    @Test
    void aNanDoesNotOutliveItsStep() {
        Tensor w = parameter(1);
        var accumulator = new GradientAccumulator();
        accumulator.add(Gradients.of(Map.of(w, Tensor.of(new double[] {Double.NaN}))));
        assertTrue(Double.isNaN(accumulator.take().of(w).item()));
        accumulator.add(Gradients.of(Map.of(w, Tensor.of(new double[] {2}))));
        assertEquals(2, accumulator.take().of(w).item());
    }

    // ---------------------------------------------------------------- averages

    @Test
    void anExponentialAverageForgets() {
        Tensor w = parameter(1, 2);
        var average = WeightAverage.exponential(List.of(w), .75);
        w.assign(Tensor.of(new double[] {4, 8}));
        average.update(); // the first is a copy
        assertArrayEquals(new double[] {4, 8}, average.averages().getFirst().toDoubleArray());
        w.fill(0);
        average.update();
        average.update();
        assertArrayEquals(
                new double[] {2.25, 4.5}, average.averages().getFirst().toDoubleArray());
        assertEquals(3, average.updates());
        var half = WeightAverage.halfLife(List.of(w), 2);
        half.update();
        w.fill(1);
        half.update();
        half.update();
        assertArrayEquals(new double[] {.5, .5}, half.averages().getFirst().toDoubleArray(), EXACT);
    }

    @Test
    void stochasticWeightAveragingIsTheMean() {
        Tensor w = parameter(0);
        var average = WeightAverage.equal(List.of(w));
        for (double value : new double[] {3, 5, 10}) {
            w.fill(value);
            average.update();
        }
        assertEquals(6, average.averages().getFirst().item(), EXACT);
    }

    @Test
    void anAverageIsAppliedForAWhile() {
        Tensor w = parameter(.1, .2);
        var average = WeightAverage.exponential(List.of(w), .9);
        average.update();
        w.assign(Tensor.of(new double[] {.3, .7}));
        try (var _ = average.applied()) {
            assertArrayEquals(new double[] {.1, .2}, w.toDoubleArray());
            var again = assertThrows(IllegalStateException.class, average::update);
            assertEquals(
                    "weight average: update is not possible while the model has the average's weights\n"
                            + "  hint: close what applied() returned",
                    again.getMessage());
        }
        assertArrayEquals(new double[] {.3, .7}, w.toDoubleArray());
        assertArrayEquals(new double[] {.1, .2}, average.averages().getFirst().toDoubleArray());
    }

    @Test
    void anAverageGoesOnFromItsState() {
        Tensor w = parameter(1, 2);
        var average = WeightAverage.equal(List.of(w));
        average.update();
        w.fill(7);
        average.update();
        var restored = WeightAverage.equal(List.of(w));
        restored.load(average.state());
        w.fill(-3);
        average.update();
        restored.update();
        assertArrayEquals(
                average.averages().getFirst().toDoubleArray(),
                restored.averages().getFirst().toDoubleArray());
        assertMessage(
                "weight average: the state does not belong to it\n  missing 0, updates\n"
                        + "  hint: load it into one made and configured as the saved one was",
                () -> restored.load(State.EMPTY));
        assertMessage("weight average: β must be in [0, 1), not 1.0", () -> WeightAverage.exponential(List.of(w), 1));
        assertMessage(
                "weight average: the half-life must be positive, not 0.0", () -> WeightAverage.halfLife(List.of(w), 0));
    }

    // ---------------------------------------------------------------- penalties

    @Test
    void penaltiesAreTheirFormulas() {
        List<Tensor> weights = List.of(Tensor.of(new double[] {1, -2}, 2, 1), Tensor.of(new double[] {2, 4}));
        assertEquals(.9, Penalty.l1(.1).of(weights).item(), EXACT);
        assertEquals(.5, Penalty.l2(.1).of(weights).item(), EXACT);
        assertEquals(2.5, Penalty.squaredL2(.1).of(weights).item(), EXACT);
        assertEquals(.9 + 5, Penalty.elasticNet(.1, .2).of(weights).item(), EXACT);
        assertEquals(1.4, Penalty.l1(.1).plus(Penalty.l2(.1)).of(weights).item(), EXACT);
        assertMessage("penalty L1: λ must be 0 or more, not -1.0", () -> Penalty.l1(-1));
        assertMessage("penalty L2: λ must be 0 or more, not NaN", () -> Penalty.l2(Double.NaN));
        assertMessage(
                "penalty elastic net: there are no parameters",
                () -> Penalty.l1(1).of(List.of()));
        assertMessage("penalty L2: there are no parameters", () -> Penalty.l2(1).of(List.of()));
    }

    @Test
    void gradientsOfPenalties() {
        Tensor w = Tensor.of(new double[] {1, -2, .5, -3}, 2, 2);
        for (Penalty penalty :
                List.of(Penalty.l1(.3), Penalty.l2(.3), Penalty.squaredL2(.3), Penalty.elasticNet(.1, .2))) {
            GradCheck.of(penalty::of).order(2).check(w).orThrow();
        }
        Tensor zero = parameter(0, 0);
        for (Penalty penalty : List.of(Penalty.l1(1), Penalty.l2(1), Penalty.elasticNet(1, 1))) {
            try (var tape = Tape.open()) {
                Tensor g = tape.gradients(penalty.of(List.of(zero))).of(zero);
                assertArrayEquals(new double[] {0, 0}, g.toDoubleArray());
            }
        }
    }

    @Test
    void weightDecayIsHalfTheSquare() {
        Tensor a = parameter(1, -2);
        Tensor b = parameter(1, -2);
        Sgd decayed = Sgd.of(List.of(a)).learningRate(.1).weightDecay(.5);
        Sgd penalized = Sgd.of(List.of(b)).learningRate(.1);
        for (int i = 0; i < 5; i++) {
            decayed.step(() -> a.square().sum());
            penalized.step(() -> b.square().sum().add(Penalty.squaredL2(.25).of(List.of(b))));
        }
        assertArrayEquals(a.toDoubleArray(), b.toDoubleArray(), EXACT);
    }

    // ---------------------------------------------------------------- max-norm

    @Test
    void maxNormBoundsWhatLeadsToEachUnit() {
        Tensor w = Tensor.of(new double[] {3, 4, .3, .4, 0, 0}, 3, 2).asParameter();
        Tensor bias = parameter(100, 100, 100);
        new MaxNorm(2.5).apply(List.of(w, bias));
        assertArrayEquals(new double[] {1.5, 2, .3, .4, 0, 0}, w.toDoubleArray(), EXACT);
        assertEquals(.3, w.get(1, 0), "within the bound the bits stay");
        assertArrayEquals(new double[] {100, 100, 100}, bias.toDoubleArray());
        Tensor kernel = Tensor.ones(2, 3, 2, 2).asParameter();
        new MaxNorm(1).apply(kernel, 1);
        assertEquals(1, kernel.square().sum(0, 2, 3).max().item(), 1e-6);
        new MaxNorm(1).apply(bias, -1);
        assertArrayEquals(new double[] {1, 1, 1}, bias.toDoubleArray());
        assertMessage("max-norm: the largest norm must be positive, not 0.0", () -> new MaxNorm(0));
        assertMessage("max-norm: f64[3] has no axis 1", () -> new MaxNorm(1).apply(bias, 1));
    }

    private static void assertMessage(String expected, Executable action) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, action).getMessage());
    }
}
