package org.culebra.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.culebra.memory.Scope;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Against the same recurrences in plain doubles. */
class OptimizersTest {
    private static final double[] START = {1, -2, 3};

    private static Tensor parameter() {
        return Tensor.of(START).asParameter();
    }

    /** Minimizes Σ (w − 1)⁴/4: the gradient is (w − 1)³. */
    private static double[] run(Optimizer optimizer, Tensor w, int steps) {
        for (int i = 0; i < steps; i++) {
            try (var tape = Tape.open()) {
                optimizer.step(tape.gradients(w.sub(1).square().square().sum().div(4)));
            }
        }
        return w.toDoubleArray();
    }

    private static double gradient(double w) {
        return Math.pow(w - 1, 3);
    }

    @Test
    void adamIsThatOfThePaper() {
        Tensor w = parameter();
        Adam adam = Adam.of(List.of(w))
                .learningRate(.01)
                .betas(.8, .99)
                .epsilon(1e-6)
                .weightDecay(.1);
        double[] result = run(adam, w, 5);
        double[] expected = START.clone();
        for (int k = 0; k < expected.length; k++) {
            double m = 0;
            double v = 0;
            for (int t = 1; t <= 5; t++) {
                double g = gradient(expected[k]) + .1 * expected[k];
                m = .8 * m + .2 * g;
                v = .99 * v + .01 * g * g;
                double mean = m / (1 - Math.pow(.8, t));
                double square = v / (1 - Math.pow(.99, t));
                expected[k] -= .01 * mean / (Math.sqrt(square) + 1e-6);
            }
        }
        assertArrayEquals(expected, result, 1e-14);
    }

    @Test
    void theFirstStepOfAdamHasTheLengthOfTheLearningRate() {
        Tensor w = parameter();
        assertArrayEquals(new double[] {1, -2 + 1e-3, 3 - 1e-3}, run(Adam.of(List.of(w)), w, 1), 1e-10);
    }

    @Test
    void withoutBiasCorrectionItIsThreeTimesAsLong() {
        Tensor w = parameter();
        double[] moved = run(Adam.of(List.of(w)).withoutBiasCorrection(), w, 1);
        assertEquals(3 - Math.sqrt(10) * 1e-3, moved[2], 1e-9);
    }

    @Test
    void centeredRmsPropBearsGradientsThatDoNotChange() {
        Tensor w = Tensor.zeros(5).asParameter();
        Tensor slopes = Tensor.of(new float[] {.1f, .3f, .7f, 1.1f, 1e-3f});
        RmsProp centered = RmsProp.of(List.of(w)).learningRate(1e-6).rho(.5).centered();
        for (int i = 0; i < 200; i++) {
            centered.step(() -> w.mul(slopes).sum());
        }
        assertTrue(w.isFinite().all().item() == 1, w::toString);
    }

    @Test
    void sgdFollowsTheGradient() {
        Tensor w = parameter();
        double[] result = run(Sgd.of(List.of(w)).learningRate(.01).weightDecay(.5), w, 3);
        double[] expected = START.clone();
        for (int k = 0; k < expected.length; k++) {
            for (int t = 0; t < 3; t++) {
                expected[k] -= .01 * (gradient(expected[k]) + .5 * expected[k]);
            }
        }
        assertArrayEquals(expected, result, 1e-14);
    }

    @Test
    void momentumIsPyTorchs() {
        for (boolean nesterov : new boolean[] {false, true}) {
            Tensor w = parameter();
            Sgd sgd = Sgd.of(List.of(w)).learningRate(.01).momentum(.9);
            double[] result = run(nesterov ? sgd.nesterov() : sgd, w, 4);
            double[] expected = START.clone();
            for (int k = 0; k < expected.length; k++) {
                double b = 0;
                for (int t = 0; t < 4; t++) {
                    double g = gradient(expected[k]);
                    b = .9 * b + g;
                    expected[k] -= .01 * (nesterov ? g + .9 * b : b);
                }
            }
            assertArrayEquals(expected, result, 1e-14);
        }
    }

    @Test
    void theLearningRateMayChangeAtAnyTime() {
        Tensor w = parameter();
        Sgd sgd = Sgd.of(List.of(w)).learningRate(0);
        assertArrayEquals(START, run(sgd, w, 2));
        sgd.learningRate(.125);
        assertArrayEquals(new double[] {1, -2 + 27. / 8, 3 - 1}, run(sgd, w, 1), 1e-15);
        assertEquals("SGD(learning rate 0.125)", sgd.toString());
    }

    @Test
    void whatHasNoGradientStaysAsItIs() {
        Tensor w = parameter();
        Tensor other = parameter();
        double[] moved = run(Adam.of(List.of(other, w)).learningRate(.1), w, 3);
        assertTrue(moved[2] < 2.8);
        assertArrayEquals(START, other.toDoubleArray());
    }

    @Test
    void momentsOutliveEveryTapeAndScope() {
        Tensor w = Tensor.of(new float[] {1, -2, 3}).asParameter();
        Tensor twin = Tensor.of(new float[] {1, -2, 3}).asParameter();
        Adam adam = Adam.of(List.of(w));
        try (var scope = Scope.open("around")) {
            run(adam, w, 2);
            assertTrue(scope.isOpen());
        }
        assertArrayEquals(run(Adam.of(List.of(twin)), twin, 4), run(adam, w, 2));
    }

    @Test
    void anOptimizerOfOtherParametersSaysSo() {
        Tensor w = parameter();
        Adam adam = Adam.of(List.of(parameter()));
        assertEquals(
                "Adam: none of the gradients belongs to a parameter of this optimizer\n"
                        + "  hint: compute the loss from the same model, under the tape that gives the gradients",
                message(() -> run(adam, w, 1)));
    }

    @Test
    void badOptionsAreRefused() {
        Adam adam = Adam.of(List.of(parameter()));
        assertEquals("Adam: the learning rate must be 0 or more, not -1.0", message(() -> adam.learningRate(-1)));
        assertEquals(
                "Adam: the learning rate must be 0 or more, not NaN", message(() -> adam.learningRate(Double.NaN)));
        assertEquals("Adam: β₁ must be in [0.0, 1.0), not 1.0", message(() -> adam.betas(1, .999)));
        assertEquals(
                "SGD: momentum must be in [0.0, 1.0), not -0.5",
                message(() -> Sgd.of(List.of(parameter())).momentum(-.5)));
        assertEquals(
                "SGD: f64[3] is no parameter\n  hint: model.parameters(), or asParameter() on the tensor",
                message(() -> Sgd.of(List.of(Tensor.of(START)))));
    }

    @Test
    void withoutParametersThereIsNothingToLearn() {
        String rest = ": got an empty parameter list\n  hint: model.parameters() leaves out what is frozen";
        assertEquals("Adam" + rest, message(() -> Adam.of(List.of())));
        assertEquals("SGD" + rest, message(() -> Sgd.of(List.of())));
        assertEquals("Muon" + rest, message(() -> Muon.of(List.of())));
        assertEquals("LBFGS" + rest, message(() -> Lbfgs.of(List.of())));
    }

    @Test
    void nesterovsMomentumNeedsOne() {
        Tensor w = parameter();
        String said = "SGD: Nesterov momentum needs a momentum, which is 0.0\n  hint: momentum(.9).nesterov()";
        assertEquals(
                said,
                assertThrows(
                                IllegalStateException.class,
                                () -> run(Sgd.of(List.of(w)).nesterov(), w, 1))
                        .getMessage());
        assertArrayEquals(START, w.toDoubleArray());
        run(Sgd.of(List.of(w)).nesterov().momentum(.9), w, 1);
    }

    /** As PyTorch refuses it: g + μb with a dampened b is no step of Nesterov's. */
    @Test
    void nesterovsMomentumHasNoDampening() {
        Tensor w = parameter();
        var optimizer = Sgd.of(List.of(w)).nesterov().momentum(.9).dampening(.1);
        assertEquals(
                "SGD: Nesterov momentum has no dampening, which is 0.1\n  hint: leave dampening out, or nesterov()",
                assertThrows(IllegalStateException.class, () -> run(optimizer, w, 1))
                        .getMessage());
        assertArrayEquals(START, w.toDoubleArray());
    }

    private static String message(Executable action) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, action).getMessage());
    }
}
