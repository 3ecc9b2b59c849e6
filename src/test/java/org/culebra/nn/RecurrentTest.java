package org.culebra.nn;

import static org.culebra.nn.LayerCheck.assertClose;
import static org.culebra.nn.LayerCheck.at;
import static org.culebra.nn.LayerCheck.gradients;
import static org.culebra.nn.LayerCheck.inDoubles;
import static org.culebra.nn.LayerCheck.message;
import static org.culebra.nn.LayerCheck.normal;
import static org.culebra.nn.LayerCheck.ready;
import static org.culebra.nn.LayerCheck.roundTrip;
import static org.culebra.nn.LayerCheck.training;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Objects;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class RecurrentTest {
    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** W·x + b. */
    private static double[] linear(Recurrent net, String kind, String suffix, double[] x) {
        Tensor w = at(net, "weight_" + kind + suffix);
        double[] y = at(net, "bias_" + kind + suffix).toDoubleArray();
        for (int i = 0; i < y.length; i++) {
            for (int j = 0; j < x.length; j++) {
                y[i] += w.get(i, j) * x[j];
            }
        }
        return y;
    }

    /** One step as PyTorch's documentation writes it: changes h and c. */
    private static void step(Recurrent net, String suffix, String cell, double[] x, double[] h, double[] c) {
        double[] a = linear(net, "ih", suffix, x);
        double[] b = linear(net, "hh", suffix, h);
        int n = h.length;
        for (int k = 0; k < n; k++) {
            switch (cell) {
                case "rnn" -> h[k] = Math.tanh(a[k] + b[k]);
                case "lstm" -> {
                    double i = sigmoid(a[k] + b[k]);
                    double f = sigmoid(a[n + k] + b[n + k]);
                    double g = Math.tanh(a[2 * n + k] + b[2 * n + k]);
                    double o = sigmoid(a[3 * n + k] + b[3 * n + k]);
                    c[k] = f * c[k] + i * g;
                    h[k] = o * Math.tanh(c[k]);
                }
                default -> {
                    double r = sigmoid(a[k] + b[k]);
                    double z = sigmoid(a[n + k] + b[n + k]);
                    double fresh = Math.tanh(a[2 * n + k] + r * b[2 * n + k]);
                    h[k] = (1 - z) * fresh + z * h[k];
                }
            }
        }
    }

    private static Recurrent make(String cell, long inputs, long hidden) {
        return switch (cell) {
            case "rnn" -> Recurrent.rnn(inputs, hidden);
            case "lstm" -> Recurrent.lstm(inputs, hidden);
            default -> Recurrent.gru(inputs, hidden);
        };
    }

    @Test
    void eachStepFollowsTheFormulas() {
        for (String cell : new String[] {"rnn", "lstm", "gru"}) {
            Recurrent net = inDoubles(() -> make(cell, 3, 2));
            Tensor x = normal(1, 2, 5, 3);
            Recurrent.Result result = net.run(x, null, Mode.EVALUATION);
            for (int b = 0; b < 2; b++) {
                double[] h = new double[2];
                double[] c = new double[2];
                for (int t = 0; t < 5; t++) {
                    step(net, "_l0", cell, x.select(0, b).select(0, t).toDoubleArray(), h, c);
                    assertClose(h, result.outputs().select(0, b).select(0, t), 1e-14);
                }
                assertClose(h, result.state().hidden().select(0, 0).select(0, b), 1e-14);
                if (cell.equals("lstm")) {
                    assertClose(
                            c,
                            Objects.requireNonNull(result.state().cell())
                                    .select(0, 0)
                                    .select(0, b),
                            1e-14);
                }
            }
        }
    }

    @Test
    void layersFollowEachOtherInBothDirections() {
        Recurrent net = inDoubles(() -> Recurrent.gru(2, 3).layers(2).bidirectional());
        Tensor x = normal(1, 1, 4, 2);
        double[][] input = new double[4][];
        for (int t = 0; t < 4; t++) {
            input[t] = x.select(0, 0).select(0, t).toDoubleArray();
        }
        for (int layer = 0; layer < 2; layer++) {
            double[][] output = new double[4][6];
            double[] h = new double[3];
            for (int t = 0; t < 4; t++) {
                step(net, "_l" + layer, "gru", input[t], h, h);
                System.arraycopy(h, 0, output[t], 0, 3);
            }
            double[] back = new double[3];
            for (int t = 3; t >= 0; t--) {
                step(net, "_l" + layer + "_reverse", "gru", input[t], back, back);
                System.arraycopy(back, 0, output[t], 3, 3);
            }
            input = output;
        }
        Tensor y = net.forward(x);
        for (int t = 0; t < 4; t++) {
            assertClose(input[t], y.select(0, 0).select(0, t), 1e-14);
        }
        assertArrayEquals(
                new long[] {4, 1, 3},
                net.run(x, null, Mode.EVALUATION).state().hidden().shape().dims());
    }

    @Test
    void aSequenceMayBeContinued() {
        Recurrent net = inDoubles(() -> Recurrent.lstm(2, 3).layers(2));
        Tensor x = normal(1, 2, 6, 2);
        Recurrent.Result first = net.run(x.narrow(1, 0, 4), null, Mode.EVALUATION);
        Recurrent.Result rest = net.run(x.narrow(1, 4, 2), first.state(), Mode.EVALUATION);
        assertClose(net.forward(x).narrow(1, 4, 2).toDoubleArray(), rest.outputs(), 1e-14);
    }

    @Test
    void gradientsOfBothOrdersAgreeWithDifferences() {
        gradients(2, inDoubles(() -> Recurrent.rnn(2, 2).withoutBias()), LayerCheck::evaluation, normal(1, 2, 3, 2));
        gradients(2, inDoubles(() -> Recurrent.lstm(2, 2)), LayerCheck::evaluation, normal(1, 2, 3, 2));
        gradients(
                2,
                inDoubles(() -> Recurrent.gru(2, 2).layers(2).bidirectional().dropout(.3)),
                LayerCheck::training,
                normal(1, 2, 3, 2));
    }

    @Test
    void dropoutIsForTrainingAndBetweenLayersOnly() {
        Tensor x = normal(1, 1, 3, 2);
        Recurrent one = ready(Recurrent.rnn(2, 4).dropout(.5));
        assertArrayEquals(
                one.forward(x).toDoubleArray(), one.forward(x, training()).toDoubleArray());
        Recurrent two = ready(Recurrent.rnn(2, 4).layers(2).dropout(.5));
        assertNotEquals(
                two.forward(x).sum().item(), two.forward(x, training()).sum().item());
    }

    @Test
    void statesHaveTheNamesOfPyTorch() {
        roundTrip(
                () -> Recurrent.lstm(2, 3).bidirectional(),
                Tensor.ones(1, 2, 2),
                "weight_ih_l0",
                "weight_hh_l0",
                "bias_ih_l0",
                "bias_hh_l0",
                "weight_ih_l0_reverse",
                "weight_hh_l0_reverse",
                "bias_ih_l0_reverse",
                "bias_hh_l0_reverse");
        roundTrip(
                () -> Recurrent.gru(2, 3).layers(2).withoutBias(),
                Tensor.ones(1, 2, 2),
                "weight_ih_l0",
                "weight_hh_l0",
                "weight_ih_l1",
                "weight_hh_l1");
        Tensor weight = at(ready(Recurrent.lstm(8, 100)), "weight_hh_l0");
        assertEquals(.1, weight.abs().max().item(), 1e-4);
        assertArrayEquals(new long[] {400, 100}, weight.shape().dims());
    }

    @Test
    void theyPrintThemselves() {
        assertEquals("RNN(2 → 3)", Recurrent.rnn(2, 3).toString());
        assertEquals(
                "LSTM(2 → 3, 2 layers, bidirectional, no bias, dropout 0.1)",
                Recurrent.lstm(2, 3)
                        .layers(2)
                        .bidirectional()
                        .withoutBias()
                        .dropout(.1)
                        .toString());
    }

    @Test
    void whatDoesNotFitIsSaid() {
        assertEquals("gru: hidden units must be positive, not 0", message(() -> Recurrent.gru(1, 0)));
        assertEquals(
                "lstm: layers must be positive, not 0",
                message(() -> Recurrent.lstm(1, 1).layers(0)));
        assertEquals(
                "GRU(2 → 3): the input has the wrong shape\n  needed  [B, T, 2]\n  given   f32[4, 2]",
                message(() -> ready(Recurrent.gru(2, 3)).forward(Tensor.zeros(4, 2))));
        Tensor h = Tensor.zeros(1, 4, 3);
        assertEquals(
                "LSTM(2 → 3): the state has the wrong shape\n  needed  h and c [1, 4, 3]\n  given   f32[1, 4, 3]",
                message(() -> ready(Recurrent.lstm(2, 3))
                        .run(Tensor.zeros(4, 1, 2), new Recurrent.State(h, null), training())));
        assertEquals(
                "RNN(2 → 3): the state has the wrong shape\n  needed  h [1, 5, 3]\n  given   f32[1, 4, 3]",
                message(() -> ready(Recurrent.rnn(2, 3))
                        .run(Tensor.zeros(5, 1, 2), new Recurrent.State(h, null), training())));
        assertEquals(
                "dropout: the probability must be in [0, 1], not 1.5",
                message(() -> Recurrent.rnn(1, 1).dropout(1.5)));
    }
}
