package org.culebra.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.testing.SigmoidNet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Muon against loops over plain doubles. */
class MuonTest {
    private static final int STEPS = 1000;

    @ParameterizedTest
    @CsvSource({"true,false", "false,false", "true,true"})
    void aThousandStepsFollowTheFormula(boolean nesterov, boolean rateOfAdam) {
        var net = new SigmoidNet();
        Muon muon = Muon.of(net.matrices()).learningRate(1e-3).momentum(.9).weightDecay(.05);
        if (!nesterov) {
            muon.withoutNesterov();
        }
        if (rateOfAdam) {
            muon.rateOfAdam();
        }
        for (int t = 0; t < STEPS; t++) {
            try (var tape = Tape.open()) {
                muon.step(tape.gradients(net.loss()));
            }
        }
        double[] w = SigmoidNet.start();
        double[] g = new double[w.length];
        double[] m = new double[w.length];
        for (int t = 0; t < STEPS; t++) {
            SigmoidNet.loss(w, g);
            step(w, g, m, 0, 4, 2, nesterov, rateOfAdam ? .2 * Math.sqrt(4) : Math.sqrt(2));
            step(w, g, m, 12, 1, 4, nesterov, rateOfAdam ? .2 * Math.sqrt(4) : 1);
        }
        FormulasTest.assertClose(w, net.weights(), 1e-8);
    }

    private static void step(
            double[] w, double[] g, double[] m, int at, int rows, int columns, boolean nesterov, double scale) {
        double[][] u = new double[rows][columns];
        double squares = 0;
        for (int i = 0; i < rows * columns; i++) {
            m[at + i] = .9 * m[at + i] + .1 * g[at + i];
            double value = nesterov ? .9 * m[at + i] + .1 * g[at + i] : m[at + i];
            u[i / columns][i % columns] = value;
            squares += value * value;
        }
        for (double[] row : u) {
            for (int j = 0; j < columns; j++) {
                row[j] /= Math.max(Math.sqrt(squares), 1e-7);
            }
        }
        for (int k = 0; k < 5; k++) {
            double[][] gram = times(u, transposed(u));
            double[][] once = times(gram, u);
            double[][] twice = times(gram, once);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    u[i][j] = 3.4445 * u[i][j] - 4.775 * once[i][j] + 2.0315 * twice[i][j];
                }
            }
        }
        for (int i = 0; i < rows * columns; i++) {
            w[at + i] = w[at + i] * (1 - 1e-3 * .05) - 1e-3 * scale * u[i / columns][i % columns];
        }
    }

    private static double[][] transposed(double[][] a) {
        double[][] result = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                result[j][i] = a[i][j];
            }
        }
        return result;
    }

    private static double[][] times(double[][] a, double[][] b) {
        double[][] result = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b[0].length; j++) {
                for (int k = 0; k < b.length; k++) {
                    result[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return result;
    }

    @Test
    void stepsAreNearlyOrthogonal() {
        Tensor w = Tensor.zeros(3, 3).asParameter();
        Tensor g = Tensor.of(new float[] {1, 2, 3, 0, 1, -1, 2, 0, 5}, 3, 3);
        Muon muon = Muon.of(List.of(w)).learningRate(1).weightDecay(0);
        try (var tape = Tape.open()) {
            muon.step(tape.gradients(w.mul(g).sum()));
        }
        Tensor gram = w.matmul(w.transpose());
        assertTrue(gram.sub(Tensor.eye(gram.dtype(), 3)).abs().max().item() < .6, gram::toString);
    }

    @Test
    void onlyMatricesAreTaken() {
        var net = new SigmoidNet();
        String message =
                "Muon: f64[4] is no matrix\n  hint: give the other parameters to AdamW, and the gradients to both";
        var all = assertThrows(IllegalArgumentException.class, () -> Muon.of(net.parameters()));
        assertEquals(message, all.getMessage());
        Muon muon = Muon.of(net.matrices());
        var later = assertThrows(
                IllegalArgumentException.class,
                () -> muon.group(net.parameters().subList(1, 2), group -> {}));
        assertEquals(message, later.getMessage());
    }
}
