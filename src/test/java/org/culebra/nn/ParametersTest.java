package org.culebra.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Paths, states and first numbers. */
class ParametersTest {
    private static <L extends Layer> L ready(L layer) {
        layer.initialize(Random.seeded(1));
        return layer;
    }

    private static String message(Executable action) {
        return String.valueOf(assertThrows(RuntimeException.class, action).getMessage());
    }

    private static Sequential net() {
        return new Sequential(
                Linear.of(4, 3),
                Activation.TANH,
                new Sequential(Linear.of(3, 3).withoutBias(), new Dropout(.5)),
                Linear.of(3, 2));
    }

    @Test
    void parametersAreThereAfterInitializationOnly() {
        Linear linear = Linear.of(3, 2);
        assertEquals(8, linear.parameterCount());
        assertEquals(
                "parameter f32[2, 3] has no value yet\n  hint: model.initialize(Random.seeded(0)) before anything else",
                message(() -> linear.forward(Tensor.zeros(1, 3))));
        assertThrows(IllegalStateException.class, linear::parameters);
    }

    @Test
    void initializationDependsOnTheSeedAloneAndKeepsTheTensors() {
        Linear linear = ready(Linear.of(30, 20));
        List<Tensor> tensors = linear.parameters();
        float[] first = tensors.getFirst().toFloatArray();
        linear.initialize(Random.seeded(2));
        assertSame(tensors.getFirst(), linear.parameters().getFirst());
        assertNotEquals(first[0], tensors.getFirst().get(0, 0));
        linear.initialize(Random.seeded(1));
        assertArrayEquals(first, tensors.getFirst().toFloatArray());
        assertTrue(tensors.getFirst().isParameter());
    }

    @Test
    void parametersOutliveTheTapeUnderWhichTheyWereMade() {
        Linear linear = Linear.of(3, 2);
        try (var tape = Tape.open()) {
            linear.initialize(Random.seeded(0));
            assertEquals(0, tape.size());
        }
        assertEquals(2, linear.forward(Tensor.ones(3)).size());
    }

    @Test
    void theDefaultInitializationIsPyTorchs() {
        Convolution convolution = ready(Conv2d.of(8, 64, 5).groups(2));
        double bound = 1 / Math.sqrt(4 * 25);
        for (Tensor parameter : convolution.parameters()) {
            double largest = parameter.abs().max().item();
            assertTrue(largest <= (float) bound && largest > .9 * bound, () -> largest + " and " + bound);
        }
        assertEquals(
                bound / Math.sqrt(3),
                convolution.parameters().getFirst().standardDeviation().item(),
                .02 * bound);
    }

    @Test
    void initializersHaveTheSpreadOfTheirPapers() {
        Random random = Random.seeded(4);
        Shape shape = Shape.of(200, 100, 3);
        double xavier = Math.sqrt(6.0 / (300 + 600));
        Tensor uniform = Initializer.xavierUniform(1).draw(random, shape);
        assertEquals(xavier, uniform.abs().max().item(), .001 * xavier);
        double kaiming = Math.sqrt(2.0 / 300);
        Tensor normal = Initializer.kaimingNormal(Initializer.RELU_GAIN).draw(random, shape);
        assertEquals(kaiming, normal.standardDeviation().item(), .02 * kaiming);
        assertEquals(0, normal.mean().item(), .02 * kaiming);
        assertEquals(7, Initializer.constant(7).draw(random, shape).max().item());
        assertEquals(
                "initializer: fans need a weight with at least 2 axes, not [5]",
                message(() -> Initializer.fanIn().draw(random, Shape.of(5))));
    }

    @Test
    void pathsAreThoseOfPyTorch() {
        assertEquals(
                List.of("0.weight", "0.bias", "2.0.weight", "3.weight", "3.bias"),
                List.copyOf(net().parametersByPath().keySet()));
    }

    @Test
    void aStateRestoresAModel() {
        Sequential first = ready(net());
        Sequential second = net();
        second.initialize(Random.seeded(9));
        Tensor x = Tensor.arange(DType.F32, 0, 8, 1).reshape(2, 4);
        assertNotEquals(first.forward(x).get(0, 0), second.forward(x).get(0, 0));
        second.load(first.state());
        assertArrayEquals(first.forward(x).toFloatArray(), second.forward(x).toFloatArray());
        Sequential third = net();
        third.load(first.state());
        assertArrayEquals(first.forward(x).toFloatArray(), third.forward(x).toFloatArray());
    }

    @Test
    void aStateThatDoesNotFitChangesNothing() {
        Sequential net = ready(net());
        float[] before = net.parameters().getFirst().toFloatArray();
        var state = new LinkedHashMap<>(net.state());
        state.put("0.weight", Tensor.zeros(3, 4));
        state.remove("3.bias");
        state.put("3.biased", Tensor.zeros(2));
        state.put("2.0.weight", Tensor.zeros(3, 4));
        assertEquals(
                "state: missing 3.bias; unknown 3.biased; 2.0.weight is f32[3, 4] instead of" + " f32[3, 3]",
                message(() -> net.load(state)));
        assertArrayEquals(before, net.parameters().getFirst().toFloatArray());
    }

    @Test
    void aLongListOfWhatDoesNotFitIsCutShort() {
        Sequential net = ready(net());
        var state = new LinkedHashMap<>(net.state());
        for (int i = 0; i < 9; i++) {
            state.put("more." + i, Tensor.zeros(1));
        }
        assertEquals("state: unknown more.0, more.1, more.2, more.3 and 5 more", message(() -> net.load(state)));
    }

    /** f(x) + x. */
    private record Residual(Layer inner) implements Layer {
        @Override
        public Tensor forward(Tensor x, Mode mode) {
            return inner.forward(x, mode).add(x);
        }

        @Override
        public Map<String, Layer> children() {
            return Map.of("inner", inner);
        }
    }

    @Test
    void aLayerOfOthersNeedsOnlyToNameThem() {
        var residual = ready(new Residual(Linear.of(2, 2)));
        assertEquals(
                List.of("inner.weight", "inner.bias"),
                List.copyOf(residual.state().keySet()));
        Layer doubled = (x, mode) -> x.mul(2);
        assertEquals(0, doubled.parameterCount());
        assertEquals(6, doubled.forward(Tensor.scalar(3)).item());
    }
}
