package org.culebra.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.testing.SigmoidNet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A thousand steps of every optimizer on a small sigmoid net, against its formula in plain doubles, weight by weight. */
class FormulasTest {
    private static final int STEPS = 1000;
    private static final double TOLERANCE = 1e-9;

    /** The next weight, of a weight, its gradient, the number of the step and what is remembered of it, at first zeros. */
    @FunctionalInterface
    private interface Formula {
        double next(double w, double g, int t, double[] memory);
    }

    private record Case(Function<List<Tensor>, Optimizer> optimizer, Formula formula) {}

    private static final Map<String, Case> CASES = new LinkedHashMap<>();

    private static void add(String name, Function<List<Tensor>, Optimizer> optimizer, Formula formula) {
        CASES.put(name, new Case(optimizer, formula));
    }

    static {
        descent();
        adams();
        relativesOfAdam();
        meanSquares();
    }

    private static void descent() {
        add("sgd", p -> Sgd.of(p).learningRate(.5), (w, g, t, s) -> w - .5 * g);
        add(
                "sgd, weight decay",
                p -> Sgd.of(p).learningRate(.5).weightDecay(.01),
                (w, g, t, s) -> w - .5 * (g + .01 * w));
        add(
                "sgd, decoupled weight decay",
                p -> Sgd.of(p).learningRate(.5).decoupledWeightDecay(.01),
                (w, g, t, s) -> w - .5 * .01 * w - .5 * g);
        add("momentum", p -> Sgd.of(p).learningRate(.2).momentum(.9), (w, g, t, s) -> {
            s[0] = .9 * s[0] + g;
            return w - .2 * s[0];
        });
        add("momentum, dampening", p -> Sgd.of(p).learningRate(.2).momentum(.9).dampening(.4), (w, g, t, s) -> {
            s[0] = t == 1 ? g : .9 * s[0] + .6 * g;
            return w - .2 * s[0];
        });
        add("nesterov", p -> Sgd.of(p).learningRate(.2).momentum(.9).nesterov(), (w, g, t, s) -> {
            s[0] = .9 * s[0] + g;
            return w - .2 * (g + .9 * s[0]);
        });
        add("rate in velocity", p -> Sgd.of(p).learningRate(.2).momentum(.9).rateInVelocity(), (w, g, t, s) -> {
            s[0] = .9 * s[0] - .2 * g;
            return w + s[0];
        });
    }

    private static Formula adam(
            double rate, double beta1, double beta2, double epsilon, double decay, double decoupled) {
        return (w, g0, t, s) -> {
            double g = g0 + decay * w;
            s[0] = beta1 * s[0] + (1 - beta1) * g;
            s[1] = beta2 * s[1] + (1 - beta2) * g * g;
            double mean = s[0] / (1 - Math.pow(beta1, t));
            double square = s[1] / (1 - Math.pow(beta2, t));
            return w - rate * decoupled * w - rate * mean / (Math.sqrt(square) + epsilon);
        };
    }

    private static void adams() {
        add("adam", Adam::of, adam(1e-3, .9, .999, 1e-8, 0, 0));
        add(
                "adam, all options",
                p -> Adam.of(p).learningRate(.003).betas(.8, .99).epsilon(1e-6).weightDecay(.001),
                adam(.003, .8, .99, 1e-6, .001, 0));
        add("adamW", p -> AdamW.of(p).learningRate(.01), adam(.01, .9, .999, 1e-8, 0, .01));
        add(
                "adamW, weight decay",
                p -> AdamW.of(p).weightDecay(.1).learningRate(.001).betas(.5, .99),
                adam(.001, .5, .99, 1e-8, 0, .1));
        add("adam, amsgrad", p -> Adam.of(p).learningRate(.01).betas(.9, .95).amsgrad(), (w, g, t, s) -> {
            s[0] = .9 * s[0] + .1 * g;
            s[1] = .95 * s[1] + .05 * g * g;
            s[2] = Math.max(s[2], s[1]);
            double root = Math.sqrt(s[2]) / Math.sqrt(1 - Math.pow(.95, t));
            return w - .01 / (1 - Math.pow(.9, t)) * s[0] / (root + 1e-8);
        });
        add("adam without bias correction", p -> Adam.of(p).withoutBiasCorrection(), (w, g, t, s) -> {
            s[0] = .9 * s[0] + .1 * g;
            s[1] = .999 * s[1] + .001 * g * g;
            return w - .001 * s[0] / (Math.sqrt(s[1]) + 1e-8);
        });
    }

    private static double nadamMomentum(int t) {
        return .9 * (1 - .5 * Math.pow(.96, t * .004));
    }

    private static double nadam(double w, double g, int t, double[] s) {
        s[0] = .9 * s[0] + .1 * g;
        s[1] = .999 * s[1] + .001 * g * g;
        s[2] = (t == 1 ? 1 : s[2]) * nadamMomentum(t);
        double mean = nadamMomentum(t + 1) * s[0] / (1 - s[2] * nadamMomentum(t + 1))
                + (1 - nadamMomentum(t)) * g / (1 - s[2]);
        return w - .002 * mean / (Math.sqrt(s[1] / (1 - Math.pow(.999, t))) + 1e-8);
    }

    private static double radam(double w, double g, int t, double[] s) {
        s[0] = .9 * s[0] + .1 * g;
        s[1] = .999 * s[1] + .001 * g * g;
        double mean = s[0] / (1 - Math.pow(.9, t));
        double correction = 1 - Math.pow(.999, t);
        double most = 2 / (1 - .999) - 1;
        double length = most - 2 * t * Math.pow(.999, t) / correction;
        if (length <= 5) {
            return w - .01 * mean;
        }
        double r = Math.sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length));
        return w - .01 * mean * r * Math.sqrt(correction) / (Math.sqrt(s[1]) + 1e-8);
    }

    /** The same from a weight that was shrunk by a share of it before. */
    private static Formula decoupled(double share, Formula formula) {
        return (w, g, t, s) -> formula.next(w - share * w, g, t, s);
    }

    private static void relativesOfAdam() {
        add("adamax", p -> Adamax.of(p).weightDecay(.001), (w, g0, t, s) -> {
            double g = g0 + .001 * w;
            s[0] = .9 * s[0] + .1 * g;
            s[1] = Math.max(.999 * s[1], Math.abs(g) + 1e-8);
            return w - .002 / (1 - Math.pow(.9, t)) * s[0] / s[1];
        });
        add("nadam", NAdam::of, FormulasTest::nadam);
        add(
                "nadam, decoupled weight decay",
                p -> NAdam.of(p).decoupledWeightDecay(.1),
                decoupled(.002 * .1, FormulasTest::nadam));
        add("radam", p -> RAdam.of(p).learningRate(.01), FormulasTest::radam);
        add(
                "radam, decoupled weight decay",
                p -> RAdam.of(p).learningRate(.01).decoupledWeightDecay(.1),
                decoupled(.01 * .1, FormulasTest::radam));
        add("lion", p -> Lion.of(p).learningRate(1e-3).weightDecay(.1), (w, g, t, s) -> {
            double u = Math.signum(.9 * s[0] + .1 * g);
            s[0] = .99 * s[0] + .01 * g;
            return w - .001 * (u + .1 * w);
        });
    }

    private static void meanSquares() {
        add("rmsprop", p -> RmsProp.of(p).learningRate(1e-3), (w, g, t, s) -> {
            s[0] = .99 * s[0] + .01 * g * g;
            return w - .001 * g / (Math.sqrt(s[0]) + 1e-8);
        });
        add("rmsprop, momentum", p -> RmsProp.of(p).learningRate(1e-3).momentum(.9), (w, g, t, s) -> {
            s[0] = .99 * s[0] + .01 * g * g;
            s[1] = .9 * s[1] + g / (Math.sqrt(s[0]) + 1e-8);
            return w - .001 * s[1];
        });
        add(
                "rmsprop, centered",
                p -> RmsProp.of(p).learningRate(1e-3).rho(.9).epsilon(1e-4).centered(),
                (w, g, t, s) -> {
                    s[0] = .9 * s[0] + .1 * g * g;
                    s[1] = .9 * s[1] + .1 * g;
                    return w - .001 * g / (Math.sqrt(s[0] - s[1] * s[1]) + 1e-4);
                });
        add(
                "rmsprop, centered, momentum",
                p -> RmsProp.of(p)
                        .learningRate(1e-4)
                        .rho(.9)
                        .epsilon(1e-4)
                        .centered()
                        .momentum(.5),
                (w, g, t, s) -> {
                    s[0] = .9 * s[0] + .1 * g * g;
                    s[1] = .9 * s[1] + .1 * g;
                    s[2] = .5 * s[2] + g / (Math.sqrt(s[0] - s[1] * s[1]) + 1e-4);
                    return w - .0001 * s[2];
                });
        add("adagrad", p -> Adagrad.of(p).learningRate(.1).rateDecay(.01).initialAccumulator(.5), (w, g, t, s) -> {
            s[0] = (t == 1 ? .5 : s[0]) + g * g;
            return w - .1 / (1 + (t - 1) * .01) * g / (Math.sqrt(s[0]) + 1e-10);
        });
        add("adadelta", Adadelta::of, (w, g, t, s) -> {
            s[0] = .9 * s[0] + .1 * g * g;
            double d = Math.sqrt(s[1] + 1e-6) / Math.sqrt(s[0] + 1e-6) * g;
            s[1] = .9 * s[1] + .1 * d * d;
            return w - d;
        });
    }

    static Set<String> names() {
        return CASES.keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aThousandStepsFollowTheFormula(String name) {
        Case tested = Objects.requireNonNull(CASES.get(name), name);
        var net = new SigmoidNet();
        Optimizer optimizer = tested.optimizer.apply(net.parameters());
        double first = net.loss().item();
        for (int t = 1; t <= STEPS; t++) {
            try (var tape = Tape.open()) {
                optimizer.step(tape.gradients(net.loss()));
            }
        }
        assertClose(expected(tested.formula), net.weights(), TOLERANCE);
        assertTrue(net.loss().item() < first, "the loss fell");
    }

    private static double[] expected(Formula formula) {
        double[] w = SigmoidNet.start();
        double[] g = new double[w.length];
        double[][] memory = new double[w.length][3];
        for (int t = 1; t <= STEPS; t++) {
            SigmoidNet.loss(w, g);
            for (int k = 0; k < w.length; k++) {
                w[k] = formula.next(w[k], g[k], t, memory[k]);
            }
        }
        return w;
    }

    /** Relative to the largest weight. */
    static void assertClose(double[] expected, double[] actual, double tolerance) {
        assertEquals(expected.length, actual.length);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        for (int k = 0; k < expected.length; k++) {
            double difference = Math.abs(expected[k] - actual[k]) / largest;
            int at = k;
            assertTrue(
                    difference <= tolerance,
                    () -> "weight " + at + " differs by " + difference + "\n" + Arrays.toString(expected) + "\n"
                            + Arrays.toString(actual));
        }
    }
}
