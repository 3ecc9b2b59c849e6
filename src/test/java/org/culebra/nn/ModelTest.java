package org.culebra.nn;

import static org.culebra.nn.LayerCheck.message;
import static org.culebra.nn.LayerCheck.ready;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Buffers, freezing, substitution, watching. */
class ModelTest {
    private static Sequential net() {
        return new Sequential(Linear.of(2, 3), BatchNorm.of(3), Activation.TANH, Linear.of(3, 1));
    }

    @Test
    void buffersAreSavedButNotTrained() {
        Sequential net = ready(net());
        assertEquals(
                List.of("1.running_mean", "1.running_var", "1.num_batches_tracked"),
                List.copyOf(net.buffersByPath().keySet()));
        assertEquals(6, net.parameters().size());
        assertEquals(
                List.of(
                        "0.weight",
                        "0.bias",
                        "1.weight",
                        "1.bias",
                        "1.running_mean",
                        "1.running_var",
                        "1.num_batches_tracked",
                        "3.weight",
                        "3.bias"),
                List.copyOf(net.state().keySet()));
        assertEquals(9 + 6 + 4, net.parameterCount());
    }

    @Test
    void aBufferOfTheWrongTypeIsRefused() {
        Sequential net = ready(net());
        var state = new LinkedHashMap<>(net.state());
        state.put("1.num_batches_tracked", Tensor.scalar(1));
        assertEquals("state: 1.num_batches_tracked is f32[] instead of i64[]", message(() -> net.load(state)));
    }

    @Test
    void whatIsFrozenGetsNoGradient() {
        Layer first = Linear.of(2, 3);
        Sequential net = ready(new Sequential(first, Activation.TANH, Linear.of(3, 1)));
        Tensor weight = net.parameters().getFirst();
        first.freeze();
        assertEquals(2, net.parameters().size());
        assertEquals(13, net.parameterCount());
        try (var tape = Tape.open()) {
            var gradients = tape.gradients(net.forward(Tensor.ones(4, 2)).sum());
            assertEquals(2, gradients.used().size());
            assertNull(gradients.find(weight));
        }
        first.unfreeze();
        assertSame(weight, net.parameters().getFirst());
    }

    @Test
    void gradientsFlowToWhatIsPutInPlace() {
        Sequential net = ready(net());
        Tensor weight = Tensor.ones(1, 3).asParameter();
        Tensor x = Tensor.ones(2, 2);
        double before = net.forward(x).get(0, 0);
        try (var tape = Tape.open()) {
            Tensor y = net.substituting(Map.of("3.weight", weight), () -> net.forward(x));
            Tensor hidden = net.layers()
                    .get(2)
                    .forward(net.layers().get(1).forward(net.layers().get(0).forward(x)));
            assertArrayEquals(
                    hidden.sum(0).toFloatArray(), tape.gradient(y.sum(), weight).toFloatArray(), 1e-6f);
        }
        assertEquals(before, net.forward(x).get(0, 0));
    }

    @Test
    void substitutionsNestAndAreChecked() {
        Linear linear = ready(Linear.of(1, 1).withoutBias());
        double y = linear.substituting(
                Map.of("weight", Tensor.full(org.culebra.memory.DType.F32, 2, 1, 1)),
                () -> linear.substituting(
                                        Map.of("weight", Tensor.full(org.culebra.memory.DType.F32, 3, 1, 1)),
                                        () -> linear.forward(Tensor.ones(1)).item())
                                * 10
                        + linear.forward(Tensor.ones(1)).item());
        assertEquals(32, y);
        assertEquals(
                "state: unknown wait; weight is f32[2] instead of f32[1, 1]",
                message(() -> linear.substituting(
                        new LinkedHashMap<>(Map.of("weight", Tensor.zeros(2), "wait", Tensor.zeros(1))), () -> 0)));
    }

    @Test
    void aWatcherSeesEveryLayerByItsPath() {
        Sequential net = ready(
                new Sequential(Linear.of(2, 3), new Sequential(Activation.TANH, Activation.RELU), Linear.of(3, 1)));
        List<String> seen = new ArrayList<>();
        Mode mode = Mode.training(Random.seeded(0))
                .watchedBy((path, layer, x, y) -> seen.add(path + " " + Architecture.label(layer) + " " + y.shape()));
        net.forward(Tensor.ones(5, 2), mode);
        assertEquals(
                List.of(
                        "0 Linear(2 → 3) [5, 3]",
                        "1.0 Tanh [5, 3]",
                        "1.1 ReLU [5, 3]",
                        "1 Sequential [5, 3]",
                        "2 Linear(3 → 1) [5, 1]"),
                seen);
        assertTrue(mode.isTraining());
    }

    @Test
    void everyWatcherIsToldOnceAndInOrder() {
        Sequential net = ready(new Sequential(Linear.of(2, 3), Activation.RELU));
        List<String> seen = new ArrayList<>();
        Watcher first = (path, layer, x, y) -> seen.add("first " + path);
        Watcher second = (path, layer, x, y) -> seen.add("second " + path);
        Mode mode = Mode.EVALUATION.watchedBy(first).watchedBy(second).watchedBy(first);
        net.forward(Tensor.ones(5, 2), mode);
        assertEquals(List.of("first 0", "second 0", "first 1", "second 1"), seen);
    }

    @Test
    void aSharedLayerCountsOnce() {
        Linear shared = Linear.of(3, 3);
        Sequential net = ready(new Sequential(shared, Activation.RELU, shared));
        assertEquals(12, net.parameterCount());
        assertEquals(2, net.parameters().size());
        assertEquals(4, net.state().size());
    }
}
