package org.culebra.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.culebra.io.Safetensors;
import org.culebra.tensor.Tensor;
import org.culebra.testing.SigmoidNet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A thousand steps beside PyTorch's, recorded once: the loss before every step and the weights after every hundredth. How the
 * files were made is written beside them, in {@code src/test/resources/org/culebra/optim}.
 */
class TrajectoriesTest {
    private static final double TOLERANCE = 1e-6;
    private static final int EVERY = 100;

    private static final Map<String, Function<List<Tensor>, Optimizer>> OPTIMIZERS = new LinkedHashMap<>();
    private static final List<String> FILES =
            List.of("pytorch-trajectories.safetensors", "pytorch-python-trajectories.safetensors");
    private static final Map<String, Tensor> RECORDED = new LinkedHashMap<>();

    static {
        OPTIMIZERS.put("sgd", w -> Sgd.of(w).learningRate(.5).weightDecay(.001));
        OPTIMIZERS.put("momentum", w -> Sgd.of(w).learningRate(.2).momentum(.9).dampening(.1));
        OPTIMIZERS.put(
                "nesterov",
                w -> Sgd.of(w).learningRate(.2).momentum(.9).nesterov().weightDecay(.0001));
        OPTIMIZERS.put("adam", Adam::of);
        OPTIMIZERS.put(
                "adam_weight_decay",
                w -> Adam.of(w).learningRate(3e-3).betas(.8, .99).weightDecay(.001));
        OPTIMIZERS.put(
                "adam_amsgrad",
                w -> Adam.of(w).learningRate(3e-3).betas(.9, .99).amsgrad());
        OPTIMIZERS.put("adamw", w -> AdamW.of(w).weightDecay(.1).betas(.5, .99));
        OPTIMIZERS.put("rmsprop", w -> rmsProp(w).learningRate(1e-3));
        OPTIMIZERS.put("rmsprop_momentum", w -> rmsProp(w).momentum(.5));
        OPTIMIZERS.put("rmsprop_centered", w -> rmsProp(w).momentum(.5).centered());
        OPTIMIZERS.put(
                "adagrad",
                w -> Adagrad.of(w)
                        .learningRate(.1)
                        .rateDecay(.01)
                        .initialAccumulator(.5)
                        .weightDecay(.001));
        OPTIMIZERS.put("adamax", Adamax::of);
        OPTIMIZERS.put(
                "adamax_weight_decay",
                w -> Adamax.of(w).learningRate(1e-3).betas(.8, .99).weightDecay(.01));
        OPTIMIZERS.put("nadam", NAdam::of);
        OPTIMIZERS.put(
                "nadam_weight_decay",
                w -> NAdam.of(w)
                        .learningRate(1e-3)
                        .betas(.8, .99)
                        .momentumDecay(.01)
                        .weightDecay(.001));
        OPTIMIZERS.put("radam", RAdam::of);
        OPTIMIZERS.put(
                "radam_weight_decay",
                w -> RAdam.of(w).learningRate(3e-3).betas(.8, .99).weightDecay(.001));
        OPTIMIZERS.put("adadelta", Adadelta::of);
        OPTIMIZERS.put(
                "adadelta_weight_decay",
                w -> Adadelta.of(w).learningRate(.5).rho(.95).epsilon(1e-5).weightDecay(.001));
        OPTIMIZERS.put("lbfgs", w -> lbfgs(w).learningRate(.05));
        OPTIMIZERS.put("lbfgs_strong_wolfe", w -> lbfgs(w).strongWolfe());
    }

    private static RmsProp rmsProp(List<Tensor> w) {
        return RmsProp.of(w).learningRate(3e-4).rho(.9).epsilon(1e-4);
    }

    private static Lbfgs lbfgs(List<Tensor> w) {
        return Lbfgs.of(w).maxIterations(2).historySize(5).tolerances(1e-10, 1e-14);
    }

    static Set<String> names() {
        return OPTIMIZERS.keySet();
    }

    @BeforeAll
    static void read() throws IOException {
        for (String file : FILES) {
            RECORDED.putAll(Safetensors.read(Path.of("src/test/resources/org/culebra/optim", file))
                    .tensors());
        }
    }

    @Test
    void everyTrajectoryIsCompared() {
        var files = new TreeSet<String>();
        RECORDED.keySet().forEach(key -> files.add(key.substring(0, key.indexOf('.'))));
        assertEquals(new TreeSet<>(names()), files);
    }

    @ParameterizedTest
    @MethodSource("names")
    void aThousandStepsArePyTorchs(String name) {
        double[] losses = tensor(name + ".loss").toDoubleArray();
        Tensor weights = tensor(name + ".weights");
        double penalty = SigmoidNet.penalty(name);
        var net = new SigmoidNet();
        Optimizer optimizer = Objects.requireNonNull(OPTIMIZERS.get(name), name).apply(net.parameters());
        assertEquals(1000, losses.length);
        for (int t = 0; t < losses.length; t++) {
            double loss = optimizer.step(() -> net.loss(penalty));
            double expected = losses[t];
            int at = t;
            assertTrue(
                    Math.abs(loss - expected) <= TOLERANCE * expected,
                    () -> "step " + at + ": loss " + loss + " instead of " + expected);
            if ((t + 1) % EVERY == 0) {
                double[] row = weights.narrow(0, t / EVERY, 1).toDoubleArray();
                FormulasTest.assertClose(row, net.weights(), TOLERANCE);
            }
        }
    }

    private static Tensor tensor(String name) {
        return Objects.requireNonNull(RECORDED.get(name), name);
    }
}
