package org.culebra.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LayersTest {
    private static <L extends Layer> L ready(L layer) {
        layer.initialize(Random.seeded(1));
        return layer;
    }

    private static String message(Executable action) {
        return String.valueOf(assertThrows(RuntimeException.class, action).getMessage());
    }

    private static long[] shape(Layer layer, Tensor x) {
        return ready(layer).forward(x).shape().dims();
    }

    @Test
    void linearIsAMatrixProductAndABias() {
        Linear linear = Linear.of(3, 2);
        linear.load(Map.of(
                "weight", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3), "bias", Tensor.of(new float[] {10, 20})));
        Tensor y = linear.forward(Tensor.of(new float[] {1, 0, -1, 2, 2, 2}, 2, 3));
        assertArrayEquals(new float[] {8, 18, 22, 50}, y.toFloatArray());
        assertArrayEquals(new long[] {4, 5, 2}, shape(linear, Tensor.ones(4, 5, 3)));
    }

    @Test
    void linearWithoutBias() {
        Linear linear = ready(Linear.of(3, 2).withoutBias());
        assertEquals(List.of("weight"), List.copyOf(linear.state().keySet()));
        assertArrayEquals(new float[2], linear.forward(Tensor.zeros(3)).toFloatArray());
    }

    @Test
    void aWrongInputIsShown() {
        assertEquals(
                "Linear(3 → 2): the input has the wrong shape\n  needed  [..., 3]\n  given   f32[4, 5]",
                message(() -> ready(Linear.of(3, 2)).forward(Tensor.zeros(4, 5))));
        assertEquals(
                "Conv2d(3 → 8, 5×5): the input has the wrong shape\n  needed  [B, 3, H, W]\n  given   f32[1, 1, 9, 9]",
                message(() -> ready(Conv2d.of(3, 8, 5)).forward(Tensor.zeros(1, 1, 9, 9))));
        assertEquals(
                "MaxPool2d(2×2): the input has the wrong shape\n  needed  [B, C, H, W]\n  given   f32[4, 4]",
                message(() -> MaxPool2d.of(2).forward(Tensor.zeros(4, 4))));
    }

    @Test
    void convolutionsHaveTheShapesOfPyTorch() {
        Tensor x = Tensor.ones(2, 4, 9, 7);
        assertArrayEquals(new long[] {2, 6, 7, 5}, shape(Conv2d.of(4, 6, 3), x));
        assertArrayEquals(new long[] {2, 6, 9, 7}, shape(Conv2d.of(4, 6, 3).padding(1), x));
        assertArrayEquals(
                new long[] {2, 6, 5, 4}, shape(Conv2d.of(4, 6, 3).padding(1).stride(2), x));
        assertArrayEquals(new long[] {2, 6, 5, 3}, shape(Conv2d.of(4, 6, 3).dilation(2), x));
        Convolution depthwise = Conv2d.of(4, 4, 3).groups(4).withoutBias();
        assertArrayEquals(new long[] {2, 4, 7, 5}, shape(depthwise, x));
        assertArrayEquals(
                new long[] {4, 1, 3, 3},
                depthwise.parameters().getFirst().shape().dims());
    }

    @Test
    void convolutionAddsUpWhatItSees() {
        Convolution convolution = Conv2d.of(1, 1, 3).padding(1);
        convolution.load(Map.of("weight", Tensor.ones(1, 1, 3, 3), "bias", Tensor.of(new float[] {.5f}, 1)));
        Tensor y = convolution.forward(Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 1, 3, 3));
        assertArrayEquals(
                new float[] {12.5f, 21.5f, 16.5f, 27.5f, 45.5f, 33.5f, 24.5f, 39.5f, 28.5f}, y.toFloatArray());
    }

    @Test
    void poolingKeepsTheLargest() {
        Tensor x = Tensor.arange(DType.F32, 0, 16, 1).reshape(1, 1, 4, 4);
        assertArrayEquals(new float[] {5, 7, 13, 15}, MaxPool2d.of(2).forward(x).toFloatArray());
        assertArrayEquals(
                new float[] {10, 11, 14, 15},
                MaxPool2d.of(3).stride(1).forward(x).toFloatArray());
        assertArrayEquals(
                new float[] {5, 7, 13, 15},
                MaxPool2d.of(3).stride(2).padding(1).forward(x).toFloatArray());
    }

    @Test
    void flattenKeepsTheBatch() {
        assertArrayEquals(new long[] {2, 24}, shape(new Flatten(), Tensor.zeros(2, 4, 3, 2)));
    }

    @Test
    void activationsAreTheMethodsOfTensors() {
        Tensor x = Tensor.of(new float[] {-2, 0, 3});
        assertArrayEquals(new float[] {0, 0, 3}, Activation.RELU.forward(x).toFloatArray());
        assertArrayEquals(
                new float[] {-.02f, 0, 3}, Activation.LEAKY_RELU.forward(x).toFloatArray());
        assertArrayEquals(x.gelu().toFloatArray(), Activation.GELU.forward(x).toFloatArray());
        for (Activation activation : Activation.values()) {
            assertEquals(x.shape(), activation.forward(x).shape());
        }
    }

    @Test
    void dropoutDropsInTrainingOnly() {
        Tensor x = Tensor.ones(10_000);
        Layer dropout = new Dropout(.25);
        assertSame(x, dropout.forward(x));
        assertSame(x, new Dropout(0).forward(x, Mode.training(Random.seeded(0))));
        float[] y = dropout.forward(x, Mode.training(Random.seeded(3))).toFloatArray();
        int dropped = 0;
        for (float value : y) {
            assertTrue(value == 0 || Math.abs(value - 4 / 3f) < 1e-6, () -> "neither dropped nor scaled: " + value);
            dropped += value == 0 ? 1 : 0;
        }
        assertEquals(2500, dropped, 200);
        assertArrayEquals(y, dropout.forward(x, Mode.training(Random.seeded(3))).toFloatArray());
    }

    @Test
    void theGradientOfDropoutDropsTheSameElements() {
        Tensor x = Tensor.ones(1000);
        try (var tape = Tape.open()) {
            Tensor y = new Dropout(.5).forward(x, Mode.training(Random.seeded(5)));
            assertArrayEquals(y.toFloatArray(), tape.gradient(y.sum(), x).toFloatArray());
        }
    }

    @Test
    void evaluationDrawsNothing() {
        assertEquals(
                "mode: evaluation draws no random numbers; only training does",
                message(() -> Mode.EVALUATION.random()));
        assertEquals("training", Mode.training(Random.seeded(0)).toString());
    }

    @Test
    void layersPrintThemselves() {
        assertEquals(
                """
                Sequential
                  0  Linear(4 → 3)                                         15
                  1  Tanh
                  2  Sequential
                     0  Linear(3 → 3, no bias)                              9
                     1  Dropout(0.5)
                  3  Linear(3 → 2)                                          8
                  32 parameters""",
                new Sequential(
                                Linear.of(4, 3),
                                Activation.TANH,
                                new Sequential(Linear.of(3, 3).withoutBias(), new Dropout(.5)),
                                Linear.of(3, 2))
                        .toString());
        assertEquals(
                "Conv2d(4 → 8, 3×3, stride 2, padding 1, dilation 2, groups 4, no bias)",
                Conv2d.of(4, 8, 3)
                        .stride(2)
                        .padding(1)
                        .dilation(2)
                        .groups(4)
                        .withoutBias()
                        .toString());
        assertEquals(
                "MaxPool2d(3×3, stride 2, padding 1)",
                MaxPool2d.of(3).stride(2).padding(1).toString());
    }

    @Test
    void badOptionsAreRefused() {
        assertEquals("linear: inputs must be positive, not 0", message(() -> Linear.of(0, 1)));
        assertEquals("conv2d: kernel must be positive, not -1", message(() -> Conv2d.of(1, 1, -1)));
        assertEquals(
                "convolution: padding must not be negative, as -1 is",
                message(() -> Conv2d.of(1, 1, 1).padding(-1)));
        assertEquals(
                "conv2d: 3 groups must divide 4 input and 6 output channels",
                message(() -> Conv2d.of(4, 6, 1).groups(3)));
        assertEquals(
                "pooling: stride must be positive, not 0",
                message(() -> MaxPool2d.of(2).stride(0)));
        assertEquals("dropout: the probability must be in [0, 1], not -0.1", message(() -> new Dropout(-.1)));
    }
}
