package org.culebra.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.testing.SigmoidNet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Steps that compute the loss themselves: the lecture notes' Nesterov, and L-BFGS. */
class LossStepsTest {
    private static final int STEPS = 1000;

    @Test
    void lookAheadTakesTheGradientAfterTheMomentumStep() {
        var net = new SigmoidNet();
        Sgd sgd = Sgd.of(net.parameters()).learningRate(.2).momentum(.9).lookAhead();
        double[] w = SigmoidNet.start();
        double[] v = new double[w.length];
        double[] g = new double[w.length];
        for (int t = 0; t < STEPS; t++) {
            sgd.step(net::loss);
            double[] ahead = w.clone();
            for (int k = 0; k < w.length; k++) {
                ahead[k] += .9 * v[k];
            }
            SigmoidNet.loss(ahead, g);
            for (int k = 0; k < w.length; k++) {
                v[k] = .9 * v[k] - .2 * g[k];
                w[k] += v[k];
            }
        }
        FormulasTest.assertClose(w, net.weights(), 1e-9);
    }

    @Test
    void momentumOfTheNotesGoesOnAtTheOldRateWhenItChanges() {
        Tensor w = Tensor.of(new double[] {1}).asParameter();
        Sgd sgd = Sgd.of(List.of(w)).learningRate(.5).momentum(.5).rateInVelocity();
        sgd.step(() -> w.sum()); // v = −.5
        sgd.learningRate(0);
        sgd.step(() -> w.sum()); // v = −.25
        assertEquals(.25, w.item());

        Tensor other = Tensor.of(new double[] {1}).asParameter();
        Sgd pyTorch = Sgd.of(List.of(other)).learningRate(.5).momentum(.5);
        pyTorch.step(() -> other.sum());
        pyTorch.learningRate(0);
        pyTorch.step(() -> other.sum());
        assertEquals(.5, other.item());
    }

    @Test
    void aLossThatFailsLeavesTheWeightsWhereTheyWere() {
        var net = new SigmoidNet();
        Sgd sgd = Sgd.of(net.parameters()).learningRate(.2).momentum(.9).lookAhead();
        sgd.step(net::loss);
        sgd.step(net::loss);
        double[] before = net.weights();
        assertThrows(
                IllegalStateException.class,
                () -> sgd.step(() -> {
                    assertNotEquals(before[0], net.weights()[0]);
                    throw new IllegalStateException("no data");
                }));
        assertArrayEquals(before, net.weights());

        Lbfgs lbfgs = Lbfgs.of(net.parameters()).strongWolfe();
        int[] calls = {0};
        assertThrows(
                IllegalStateException.class,
                () -> lbfgs.step(() -> {
                    if (++calls[0] == 2) {
                        throw new IllegalStateException("no data");
                    }
                    return net.loss();
                }));
        assertArrayEquals(before, net.weights());
    }

    @Test
    void lbfgsNeedsFewStepsWhereDescentNeedsMany() {
        var net = new SigmoidNet();
        Lbfgs lbfgs = Lbfgs.of(net.parameters()).strongWolfe();
        for (int i = 0; i < 10; i++) {
            lbfgs.step(net::loss);
        }
        var other = new SigmoidNet();
        Sgd sgd = Sgd.of(other.parameters()).learningRate(.5);
        for (int i = 0; i < 250; i++) {
            sgd.step(other::loss);
        }
        assertTrue(net.loss().item() < .5 * other.loss().item());
    }

    @Test
    void lbfgsFindsTheMinimumOfAQuadratic() {
        Tensor w = Tensor.of(new double[] {5, -3}).asParameter();
        Tensor scale = Tensor.of(new double[] {1, 100});
        Lbfgs lbfgs = Lbfgs.of(List.of(w)).strongWolfe().tolerances(1e-12, 1e-16);
        double before = lbfgs.step(() -> w.sub(1).square().mul(scale).sum());
        assertEquals(16 + 1600, before);
        assertArrayEquals(new double[] {1, 1}, w.toDoubleArray(), 1e-6);
    }

    @Test
    void underAnOuterTapeNothingIsRecorded() {
        var net = new SigmoidNet();
        Lbfgs lbfgs = Lbfgs.of(net.parameters()).strongWolfe();
        try (var tape = Tape.open()) {
            lbfgs.step(net::loss);
            assertEquals(0, tape.size());
        }
        double after = lbfgs.step(net::loss);
        assertTrue(after < .1, () -> "what it remembers outlives the tape: " + after);
    }

    @Test
    void messages() {
        var net = new SigmoidNet();
        Sgd sgd = Sgd.of(net.parameters()).momentum(.9).lookAhead();
        Lbfgs lbfgs = Lbfgs.of(net.parameters());
        try (var tape = Tape.open()) {
            var gradients = tape.gradients(net.loss());
            assertEquals(
                    "SGD: with lookAhead() the gradient is that at another point\n"
                            + "  hint: optimizer.step(() -> loss), which takes it there",
                    message(UnsupportedOperationException.class, () -> sgd.step(gradients)));
            assertEquals(
                    "LBFGS: one step needs the loss at several points\n  hint: optimizer.step(() -> loss)",
                    message(UnsupportedOperationException.class, () -> lbfgs.step(gradients)));
        }
        assertEquals(
                "LBFGS: the number of iterations must be positive, not 0",
                message(IllegalArgumentException.class, () -> lbfgs.maxIterations(0)));
        assertEquals(
                "LBFGS: the number of evaluations must be positive, not -1",
                message(IllegalArgumentException.class, () -> lbfgs.maxEvaluations(-1)));
        assertEquals(
                "LBFGS: the size of the history must be positive, not 0",
                message(IllegalArgumentException.class, () -> lbfgs.historySize(0)));
        assertEquals(
                "LBFGS: tolerances must be 0 or more, not -1.0 and 0.0",
                message(IllegalArgumentException.class, () -> lbfgs.tolerances(-1, 0)));
        Tensor single = Tensor.of(new float[] {1}).asParameter();
        Tensor wide = Tensor.of(new double[] {1}).asParameter();
        assertEquals(
                "LBFGS: the parameters must have one type, for they are one vector to it\n  given  [f32[1], f64[1]]",
                message(IllegalArgumentException.class, () -> Lbfgs.of(List.of(single, wide))));
        assertEquals(
                "LBFGS: none of the gradients belongs to a parameter of this optimizer\n"
                        + "  hint: compute the loss from the same model, under the tape that gives the gradients",
                message(
                        IllegalArgumentException.class,
                        () -> lbfgs.step(() -> wide.mul(2).sum())));
    }

    private static String message(Class<? extends Throwable> type, Executable action) {
        return String.valueOf(assertThrows(type, action).getMessage());
    }
}
