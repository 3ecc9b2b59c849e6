package org.culebra.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.culebra.io.Safetensors;
import org.culebra.tensor.Tensor;
import org.culebra.testing.SigmoidNet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was saved in the middle and loaded elsewhere goes on with the same bits. */
class StateTest {
    private static final Map<String, Function<SigmoidNet, Optimizer>> OPTIMIZERS = new TreeMap<>(Map.ofEntries(
            Map.entry("sgd", net -> Sgd.of(net.parameters())),
            Map.entry("momentum", net -> Sgd.of(net.parameters()).momentum(.9).dampening(.5)),
            Map.entry("lookAhead", net -> Sgd.of(net.parameters()).momentum(.9).lookAhead()),
            Map.entry("adam", net -> Adam.of(net.parameters()).weightDecay(.1)),
            Map.entry("amsgrad", net -> AdamW.of(net.parameters()).amsgrad()),
            Map.entry("adamax", net -> Adamax.of(net.parameters())),
            Map.entry("nadam", net -> NAdam.of(net.parameters())),
            Map.entry("radam", net -> RAdam.of(net.parameters())),
            Map.entry("rmsprop", net -> RmsProp.of(net.parameters()).centered().momentum(.5)),
            Map.entry("adagrad", net -> Adagrad.of(net.parameters()).initialAccumulator(.1)),
            Map.entry("adadelta", net -> Adadelta.of(net.parameters())),
            Map.entry("lion", net -> Lion.of(net.parameters())),
            Map.entry("muon", net -> Muon.of(net.matrices())),
            Map.entry(
                    "lbfgs",
                    net -> Lbfgs.of(net.parameters())
                            .maxIterations(2)
                            .historySize(3)
                            .learningRate(.01)),
            Map.entry(
                    "lbfgsWolfe",
                    net -> Lbfgs.of(net.parameters())
                            .maxIterations(2)
                            .historySize(3)
                            .strongWolfe())));

    static Set<String> names() {
        return OPTIMIZERS.keySet();
    }

    private static Optimizer make(String name, SigmoidNet net) {
        return Objects.requireNonNull(OPTIMIZERS.get(name)).apply(net);
    }

    private static void steps(Optimizer optimizer, SigmoidNet net, int count) {
        for (int i = 0; i < count; i++) {
            optimizer.step(net::loss);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void restoredFromAFileItGoesOnWithTheSameBits(String name, @TempDir Path folder) throws IOException {
        var net = new SigmoidNet();
        Optimizer optimizer = make(name, net);
        steps(optimizer, net, 7);
        optimizer.learningRate(.003);
        Path file = folder.resolve("state.safetensors");
        State saved = optimizer.state();
        var tensors = new LinkedHashMap<>(saved.prefixed("optimizer").tensors());
        for (int i = 0; i < 4; i++) {
            tensors.put("model." + i, net.parameters().get(i));
        }
        var texts = new LinkedHashMap<String, String>();
        saved.numbers().forEach((key, value) -> texts.put(key, value.toString()));
        Safetensors.write(file, tensors, texts);
        steps(optimizer, net, 20);

        Safetensors read = Safetensors.read(file);
        var numbers = new LinkedHashMap<String, Double>();
        read.metadata().forEach((key, value) -> numbers.put(key, Double.valueOf(value)));
        var again = new SigmoidNet();
        for (int i = 0; i < 4; i++) {
            again.parameters()
                    .get(i)
                    .assign(Objects.requireNonNull(read.tensors().get("model." + i)));
        }
        Optimizer restored = make(name, again);
        restored.load(
                new State(new State(read.tensors(), Map.of()).under("optimizer").tensors(), numbers));
        assertEquals(.003, restored.learningRate());
        steps(restored, again, 20);
        assertArrayEquals(net.weights(), again.weights());
        assertEquals(optimizer.state().numbers(), restored.state().numbers());
    }

    @ParameterizedTest
    @MethodSource("names")
    void loadedIntoOneThatHasStepped(String name) {
        var net = new SigmoidNet();
        Optimizer fresh = make(name, net);
        State start = fresh.state();
        double[] first = net.weights();
        var other = new SigmoidNet();
        Optimizer used = make(name, other);
        steps(used, other, 5);
        used.load(start);
        for (int i = 0; i < 4; i++) {
            other.parameters().get(i).assign(net.parameters().get(i));
        }
        assertArrayEquals(first, other.weights());
        steps(fresh, net, 4);
        steps(used, other, 4);
        assertArrayEquals(net.weights(), other.weights());
    }

    @Test
    void namesSayWhatBelongsToWhat() {
        var net = new SigmoidNet();
        Adam adam =
                Adam.of(net.parameters().subList(0, 1)).group(net.parameters().subList(1, 2), g -> g.learningRate(.5));
        adam.step(net::loss);
        State state = adam.state();
        assertEquals(
                Set.of("0.exp_avg", "0.exp_avg_sq", "1.exp_avg", "1.exp_avg_sq"),
                state.tensors().keySet());
        assertEquals(1., state.numbers().get("1.steps"));
        assertEquals(.001, state.numbers().get("group.0.learning_rate"));
        assertEquals(.5, state.numbers().get("group.1.learning_rate"));
        assertEquals(.9, state.numbers().get("group.1.beta1"));
    }

    @Test
    void whatDoesNotFitIsRefusedAndChangesNothing() {
        var net = new SigmoidNet();
        Adam adam = Adam.of(net.parameters());
        steps(adam, net, 3);
        State before = adam.state();
        State good = new State(before.tensors(), before.numbers());

        State missing = new State(good.tensors(), good.numbers());
        missing.tensors().remove("1.exp_avg");
        missing.numbers().remove("group.0.beta2");
        assertEquals(problem("missing group.0.beta2, 1.exp_avg"), message(() -> adam.load(missing)));

        State wrong = new State(good.tensors(), good.numbers());
        wrong.tensors().put("1.exp_avg", Tensor.zeros(3));
        wrong.numbers().put("2.steps", 1.5);
        wrong.numbers().put("group.0.beta1", 1.);
        assertEquals(
                problem("group.0.beta1: β₁ must be in [0.0, 1.0), not 1.0, 1.exp_avg is f32[3] instead of f64[4], "
                        + "2.steps is 1.5 instead of a count"),
                message(() -> adam.load(wrong)));

        State unknown = new State(good.tensors(), good.numbers());
        for (int i = 4; i < 10; i++) {
            unknown.tensors().put(i + ".exp_avg", Tensor.zeros(3));
        }
        assertEquals(
                problem("unknown 4.exp_avg, 5.exp_avg, 6.exp_avg, 7.exp_avg and 2 more"),
                message(() -> adam.load(unknown)));

        var twin = new SigmoidNet();
        Adam other = Adam.of(twin.parameters());
        steps(other, twin, 3);
        steps(adam, net, 3);
        steps(other, twin, 3);
        assertArrayEquals(twin.weights(), net.weights());
    }

    @Test
    void thatOfAnotherOptimizerIsRefused() {
        var net = new SigmoidNet();
        Sgd sgd = Sgd.of(net.parameters());
        String text = message(() -> Adam.of(net.parameters()).load(sgd.state()));
        assertEquals(
                problem("missing group.0.beta1, group.0.beta2, group.0.epsilon, group.0.bias_correction and 1 more\n"
                        + "  unknown group.0.momentum, group.0.dampening, group.0.nesterov, group.0.rate_in_velocity"),
                text);
        Lbfgs lbfgs = Lbfgs.of(net.parameters());
        steps(lbfgs, net, 1);
        State damaged = new State(Map.of(), lbfgs.state().numbers());
        String missing = message(() -> lbfgs.load(damaged));
        assertEquals(
                "LBFGS: the state does not belong to it\n  missing gradient, direction\n"
                        + "  hint: load it into one made and configured as the saved one was",
                missing);
    }

    private static String problem(String what) {
        return "Adam: the state does not belong to it\n  " + what
                + "\n  hint: load it into one made and configured as the saved one was";
    }

    private static String message(Executable action) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, action).getMessage());
    }

    @Test
    void statesAreSavedTogetherUnderPrefixes() {
        State one = State.of(Map.of("steps", 3.));
        State two = new State(Map.of("0.sum", Tensor.zeros(2)), Map.of("steps", 4.));
        State both = one.prefixed("scheduler").and(two.prefixed("optimizer"));
        assertEquals(Map.of("scheduler.steps", 3., "optimizer.steps", 4.), both.numbers());
        assertEquals(Set.of("optimizer.0.sum"), both.tensors().keySet());
        assertEquals(two, both.under("optimizer"));
        assertEquals(one, both.under("scheduler"));
        assertEquals(State.EMPTY, both.under("average"));
    }

    @Test
    void stepsOfGroupsHaveTheirOwnOptions() {
        Tensor a = Tensor.of(new double[] {1}).asParameter();
        Tensor b = Tensor.of(new double[] {1}).asParameter();
        Sgd sgd = Sgd.of(List.of(a))
                .learningRate(.5)
                .group(List.of(b), g -> g.learningRate(.25).weightDecay(1));
        sgd.step(() -> a.add(b).sum());
        assertEquals(.5, a.item());
        assertEquals(.5, b.item()); // 1 − .25(1 + 1)
        assertEquals("SGD(learning rates 0.5, 0.25)", sgd.toString());
        sgd.learningRate(0).weightDecay(0);
        sgd.step(() -> a.add(b).sum());
        assertEquals(.5, b.item());
        assertEquals(List.of(a, b), sgd.parameters());
        assertEquals(
                "SGD: f64[1] is there twice\n  hint: a parameter belongs to one group, once",
                message(() -> sgd.group(List.of(a), g -> {})));
        assertEquals(
                "SGD has no β₁\n  options  learning rate, weight decay, decoupled weight decay, momentum, dampening, "
                        + "Nesterov momentum, rate in the velocity",
                message(() -> sgd.groups().getFirst().get(Option.BETA1)));
        assertEquals(
                "SGD: Nesterov momentum must be 0 or 1, not 0.5",
                message(() -> sgd.groups().getFirst().set(Option.NESTEROV, .5)));
    }
}
