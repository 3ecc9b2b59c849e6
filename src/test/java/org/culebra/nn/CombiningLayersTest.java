package org.culebra.nn;

import static org.culebra.nn.LayerCheck.assertClose;
import static org.culebra.nn.LayerCheck.at;
import static org.culebra.nn.LayerCheck.gradients;
import static org.culebra.nn.LayerCheck.inDoubles;
import static org.culebra.nn.LayerCheck.message;
import static org.culebra.nn.LayerCheck.normal;
import static org.culebra.nn.LayerCheck.ready;
import static org.culebra.nn.LayerCheck.roundTrip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.culebra.memory.DType;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Tables, products, trained activations, residuals and branches. */
class CombiningLayersTest {
    @Test
    void embeddingLooksUpRows() {
        Embedding embedding = Embedding.of(3, 2);
        embedding.load(Map.of("weight", Tensor.of(new float[] {0, 1, 10, 11, 20, 21}, 3, 2)));
        Tensor x = Tensor.of(new long[] {2, 0, 2, 1}, 2, 2);
        Tensor y = embedding.forward(x);
        assertArrayEquals(new long[] {2, 2, 2}, y.shape().dims());
        assertArrayEquals(new float[] {20, 21, 0, 1, 20, 21, 10, 11}, y.toFloatArray());
        Embedding trained = inDoubles(() -> Embedding.of(3, 2));
        gradients(2, trained, none -> trained.forward(x).square());
        roundTrip(() -> Embedding.of(3, 2), x, "weight");
    }

    @Test
    void thePaddingIsZeroAndNotTrained() {
        Embedding embedding = ready(Embedding.of(3, 2).padding(1));
        Tensor weight = at(embedding, "weight");
        assertArrayEquals(new float[2], weight.select(0, 1).toFloatArray());
        try (var tape = Tape.open()) {
            Tensor y = embedding.forward(Tensor.of(new long[] {1, 0, 0}));
            assertArrayEquals(
                    new float[] {2, 2, 0, 0, 0, 0},
                    tape.gradient(y.sum(), weight).toFloatArray());
        }
    }

    @Test
    void bilinearMultipliesTwoInputs() {
        Bilinear bilinear = inDoubles(() -> Bilinear.of(2, 3, 4));
        Tensor x = normal(1, 5, 2);
        Tensor y = normal(2, 5, 3);
        double[] expected = new double[20];
        for (int n = 0; n < 5; n++) {
            for (int o = 0; o < 4; o++) {
                expected[4 * n + o] = at(bilinear, "bias").get(o);
                for (int i = 0; i < 2; i++) {
                    for (int j = 0; j < 3; j++) {
                        expected[4 * n + o] += at(bilinear, "weight").get(o, i, j) * x.get(n, i) * y.get(n, j);
                    }
                }
            }
        }
        assertClose(expected, bilinear.forward(x, y), 1e-14);
        assertArrayEquals(
                new long[] {4},
                bilinear.forward(x.select(0, 0), y.select(0, 0)).shape().dims());
        gradients(2, bilinear, inputs -> bilinear.forward(inputs.get(0), inputs.get(1)), x, y);
        assertEquals(24, ready(Bilinear.of(2, 3, 4).withoutBias()).parameterCount());
    }

    @Test
    void preluTrainsItsSlope() {
        PRelu each = PRelu.of(2);
        each.load(Map.of("weight", Tensor.of(new double[] {.1, .5})));
        Tensor x = Tensor.of(new double[] {-1, 2, -3, -4}, 1, 2, 2);
        assertClose(new double[] {-.1, 2, -1.5, -2}, each.forward(x), 1e-15);
        assertClose(new double[] {-.25, 2, -.75, -1}, ready(PRelu.shared()).forward(x), 0);
        gradients(2, inDoubles(() -> PRelu.of(3)), LayerCheck::evaluation, normal(1, 2, 3, 2));
        gradients(2, inDoubles(PRelu::shared), LayerCheck::evaluation, normal(1, 4));
        roundTrip(() -> PRelu.of(3), Tensor.ones(2, 3), "weight");
    }

    @Test
    void maxoutTakesTheLargestPiece() {
        Tensor x = Tensor.of(new double[] {1, 5, 2, -1, -7, -3}, 1, 6);
        assertClose(new double[] {5, -1}, new Maxout(3).forward(x), 0);
        assertClose(
                new double[] {1, 5, 2, -1, -7, -3},
                new Maxout(2).forward(Tensor.stack(2, x, x.sub(1)).reshape(1, 12)),
                0);
        assertArrayEquals(
                new long[] {2, 3, 4},
                new Maxout(2).forward(Tensor.zeros(2, 6, 4)).shape().dims());
        gradients(2, new Maxout(3), LayerCheck::evaluation, normal(2, 2, 6));
    }

    @Test
    void residualsAddTheirInput() {
        Layer residual = inDoubles(() -> Residual.of(Linear.of(3, 3), Activation.TANH));
        Tensor x = normal(1, 2, 3);
        Tensor inner = residual.children().get("inner") instanceof Layer layer ? layer.forward(x) : x;
        assertClose(inner.add(x).toDoubleArray(), residual.forward(x), 0);
        gradients(2, residual, LayerCheck::evaluation, x);
        roundTrip(
                () -> Residual.of(Linear.of(3, 2)).shortcut(Linear.of(3, 2).withoutBias()),
                x,
                "inner.weight",
                "inner.bias",
                "shortcut.weight");
    }

    @Test
    void branchesSeeTheSameInput() {
        Tensor x = Tensor.of(new double[] {1, 2}, 1, 2);
        Layer twice = (z, mode) -> z.mul(2);
        Layer negative = (z, mode) -> z.neg();
        assertClose(
                new double[] {2, 4, -1, -2}, Parallel.concat(1, twice, negative).forward(x), 0);
        assertClose(new double[] {1, 2}, Parallel.sum(twice, negative).forward(x), 0);
        gradients(2, inDoubles(() -> Parallel.sum(Linear.of(2, 3), Linear.of(2, 3))), LayerCheck::evaluation, x);
        roundTrip(() -> Parallel.concat(1, Linear.of(2, 1), PRelu.shared()), x, "0.weight", "0.bias", "1.weight");
    }

    @Test
    void activationsWithNumbers() {
        Tensor x = Tensor.of(new double[] {-1, 2}, 1, 2);
        assertClose(new double[] {-.2, 2}, Activation.leakyRelu(.2).forward(x), 1e-15);
        assertClose(new double[] {3 * Math.expm1(-1), 2}, Activation.elu(3).forward(x), 1e-15);
        assertClose(x.softmax(1).toDoubleArray(), Activation.softmax(1).forward(x), 0);
        assertClose(x.logSoftmax(-1).toDoubleArray(), Activation.logSoftmax(-1).forward(x), 0);
        assertEquals("LeakyReLU(0.2)", Activation.leakyRelu(.2).toString());
        assertEquals("Softmax(1)", Activation.softmax(1).toString());
        for (Activation activation : Activation.values()) {
            gradients(2, activation, LayerCheck::evaluation, normal(3, 7));
        }
    }

    @Test
    void modelsPrintAsTrees() {
        assertEquals(
                """
                Sequential
                  0  Residual
                     inner    Conv2d(1 → 8, 3×3, padding 1)                80
                     shortcut Conv2d(1 → 8, 1×1)                           16
                  1  Parallel
                     0  PReLU(8)                                            8
                     1  function
                  2  Embedding(10 × 2, padding 3)                          20
                  124 parameters""",
                new Sequential(
                                Residual.of(Conv2d.of(1, 8, 3).padding(1)).shortcut(Conv2d.of(1, 8, 1)),
                                Parallel.sum(PRelu.of(8), (x, mode) -> x),
                                Embedding.of(10, 2).padding(3))
                        .toString());
        assertEquals("Maxout(5)", new Maxout(5).toString());
        assertEquals("PReLU", PRelu.shared().toString());
        assertEquals(
                "Bilinear(1, 2 → 3, no bias)",
                Bilinear.of(1, 2, 3).withoutBias().toString());
        assertEquals(
                "Residual\n  inner Linear(1 → 1)" + " ".repeat(39) + "2\n  2 parameters",
                Residual.of(Linear.of(1, 1)).toString());
    }

    @Test
    void whatDoesNotFitIsSaid() {
        assertEquals(
                "Embedding(3 × 2): the input has the wrong shape\n  needed  i64[...]\n  given   f32[1]",
                message(() -> ready(Embedding.of(3, 2)).forward(Tensor.zeros(1))));
        assertEquals(
                "embedding: the padding must be from 0 to 2, not 3",
                message(() -> Embedding.of(3, 2).padding(3)));
        assertEquals(
                "Bilinear(1, 2 → 3): the inputs have the wrong shapes\n  needed  [..., 1] and [..., 2]\n"
                        + "  given   f32[4, 1] and f32[5, 2]",
                message(() -> ready(Bilinear.of(1, 2, 3)).forward(Tensor.zeros(4, 1), Tensor.zeros(5, 2))));
        assertEquals(
                "PReLU(3): the input has the wrong shape\n  needed  [B, 3, ...]\n  given   f32[2, 2]",
                message(() -> ready(PRelu.of(3)).forward(Tensor.zeros(2, 2))));
        assertEquals(
                "Maxout(3): the input has the wrong shape\n  needed  [B, O·3, ...]\n  given   f32[2, 4]",
                message(() -> new Maxout(3).forward(Tensor.zeros(2, 4))));
        assertEquals(
                "residual: the two ways end in different shapes\n  inner     f32[1, 3]\n  shortcut  f32[1, 2]\n"
                        + "  hint: a shortcut that changes the shape in the same way, such as a 1×1 convolution",
                message(() -> ready(Residual.of(Linear.of(2, 3))).forward(Tensor.zeros(1, 2))));
        assertEquals("parallel: number of branches must be positive, not 0", message(() -> Parallel.sum(new Layer[0])));
        assertEquals(
                DType.F32,
                ready(Embedding.of(1, 1)).forward(Tensor.zeros(DType.I64, 1)).dtype());
        assertEquals(
                List.of("0", "1"),
                List.copyOf(Parallel.sum(Activation.RELU, Activation.TANH)
                        .children()
                        .keySet()));
    }
}
