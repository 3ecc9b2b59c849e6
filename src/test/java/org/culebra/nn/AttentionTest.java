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

import org.culebra.memory.DType;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class AttentionTest {
    private static final int WIDTH = 4;
    private static final int HEADS = 2;

    private interface Hidden {
        boolean at(int query, int key);
    }

    private static double[] project(MultiHeadAttention layer, Tensor x, int which) {
        Tensor w = at(layer, "in_proj_weight");
        Tensor b = at(layer, "in_proj_bias");
        int places = (int) x.dim(1);
        double[] y = new double[places * WIDTH];
        for (int t = 0; t < places; t++) {
            for (int e = 0; e < WIDTH; e++) {
                y[t * WIDTH + e] = b.get(which * WIDTH + e);
                for (int i = 0; i < WIDTH; i++) {
                    y[t * WIDTH + e] += w.get(which * WIDTH + e, i) * x.get(0, t, i);
                }
            }
        }
        return y;
    }

    /** One example, place by place and head by head. */
    private static double[] naive(MultiHeadAttention layer, Tensor queries, Tensor keys, Tensor values, Hidden hidden) {
        double[] q = project(layer, queries, 0);
        double[] k = project(layer, keys, 1);
        double[] v = project(layer, values, 2);
        int d = WIDTH / HEADS;
        int sources = (int) keys.dim(1);
        double[] merged = new double[q.length];
        for (int t = 0; t < queries.dim(1); t++) {
            for (int h = 0; h < HEADS; h++) {
                double[] weight = new double[sources];
                double sum = 0;
                for (int s = 0; s < sources; s++) {
                    double score = 0;
                    for (int e = 0; e < d; e++) {
                        score += q[t * WIDTH + h * d + e] * k[s * WIDTH + h * d + e];
                    }
                    weight[s] = hidden.at(t, s) ? 0 : Math.exp(score / Math.sqrt(d));
                    sum += weight[s];
                }
                for (int s = 0; s < sources; s++) {
                    for (int e = 0; e < d; e++) {
                        merged[t * WIDTH + h * d + e] += weight[s] / sum * v[s * WIDTH + h * d + e];
                    }
                }
            }
        }
        Tensor w = at(layer, "out_proj.weight");
        double[] y = new double[merged.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = at(layer, "out_proj.bias").get(i % WIDTH);
            for (int e = 0; e < WIDTH; e++) {
                y[i] += w.get(i % WIDTH, e) * merged[i / WIDTH * WIDTH + e];
            }
        }
        return y;
    }

    private static MultiHeadAttention attention() {
        return MultiHeadAttention.of(WIDTH, HEADS);
    }

    @Test
    void selfAttentionFollowsItsDefinition() {
        MultiHeadAttention layer = inDoubles(AttentionTest::attention);
        Tensor x = normal(1, 1, 3, WIDTH);
        assertClose(naive(layer, x, x, x, (t, s) -> false), layer.forward(x), 1e-13);
        MultiHeadAttention causal = inDoubles(() -> attention().causal());
        assertClose(naive(causal, x, x, x, (t, s) -> s > t), causal.forward(x), 1e-13);
    }

    @Test
    void queriesMayLookElsewhereAndNotAtEverything() {
        MultiHeadAttention layer = inDoubles(AttentionTest::attention);
        Tensor queries = normal(1, 1, 3, WIDTH);
        Tensor keys = normal(2, 1, 5, WIDTH);
        Tensor values = normal(3, 1, 5, WIDTH);
        assertClose(
                naive(layer, queries, keys, values, (t, s) -> false),
                layer.forward(queries, keys, values, null, Mode.EVALUATION),
                1e-13);
        Tensor hidden = Tensor.of(new boolean[] {false, true, false, false, true}, 1, 1, 1, 5);
        assertClose(
                naive(layer, queries, keys, values, (t, s) -> s == 1 || s == 4),
                layer.forward(queries, keys, values, hidden, Mode.EVALUATION),
                1e-13);
    }

    @Test
    void examplesDoNotSeeEachOther() {
        MultiHeadAttention layer = inDoubles(() -> attention().causal());
        Tensor x = normal(1, 3, 5, WIDTH);
        Tensor y = layer.forward(x);
        for (int b = 0; b < 3; b++) {
            assertClose(layer.forward(x.narrow(0, b, 1)).toDoubleArray(), y.narrow(0, b, 1), 1e-14);
        }
    }

    @Test
    void nothingFlowsBackFromThePastToTheFuture() {
        Layer block = inDoubles(() -> TransformerBlock.of(WIDTH, HEADS, 6).causal());
        Tensor x = normal(1, 1, 4, WIDTH);
        try (var tape = Tape.open()) {
            Tensor gradient =
                    tape.gradient(block.forward(x).narrow(1, 0, 2).square().sum(), x);
            assertEquals(0, gradient.narrow(1, 2, 2).abs().sum().item());
            assertNotEquals(0, gradient.narrow(1, 0, 2).abs().sum().item());
        }
    }

    @Test
    void gradientsOfBothOrdersAgreeWithDifferences() {
        MultiHeadAttention layer = inDoubles(AttentionTest::attention);
        gradients(2, layer, LayerCheck::evaluation, normal(1, 2, 3, WIDTH));
        gradients(
                2,
                layer,
                x -> layer.forward(x.get(0), x.get(1), x.get(2), null, training()),
                normal(1, 1, 2, WIDTH),
                normal(2, 1, 3, WIDTH),
                normal(3, 1, 3, WIDTH));
        gradients(
                2,
                inDoubles(() -> TransformerBlock.of(WIDTH, HEADS, 3)
                        .activation(Activation.GELU)
                        .normalizeFirst()
                        .dropout(.2)),
                LayerCheck::training,
                normal(4, 1, 3, WIDTH));
    }

    @Test
    void aBlockIsAttentionAndTwoLinearLayers() {
        for (boolean first : new boolean[] {false, true}) {
            TransformerBlock plain = TransformerBlock.of(WIDTH, HEADS, 5);
            TransformerBlock block = first ? plain.normalizeFirst() : plain;
            block.load(inDoubles(() -> TransformerBlock.of(WIDTH, HEADS, 5)).state());
            Tensor x = normal(1, 1, 3, WIDTH);
            var attention = (MultiHeadAttention) child(block, "self_attn");
            Tensor seen = first ? child(block, "norm1").forward(x) : x;
            Tensor z = x.add(Tensor.of(naive(attention, seen, seen, seen, (t, s) -> false), 1, 3, WIDTH));
            z = first ? z : child(block, "norm1").forward(z);
            Tensor fed = first ? child(block, "norm2").forward(z) : z;
            Tensor thought = child(block, "linear2")
                    .forward(child(block, "linear1").forward(fed).relu());
            Tensor expected = first ? z.add(thought) : child(block, "norm2").forward(z.add(thought));
            assertClose(expected.toDoubleArray(), block.forward(x), 1e-12);
        }
    }

    private static Layer child(TransformerBlock block, String name) {
        return StateCheck.get(block.children(), name);
    }

    @Test
    void dropoutIsForTraining() {
        Tensor x = normal(1, 1, 3, WIDTH);
        for (Layer layer : new Layer[] {
            ready(attention().dropout(.5)),
            ready(TransformerBlock.of(WIDTH, HEADS, 5).dropout(.5))
        }) {
            double calm = layer.forward(x).square().sum().item();
            assertEquals(calm, layer.forward(x).square().sum().item());
            assertNotEquals(calm, layer.forward(x, training()).square().sum().item());
        }
    }

    @Test
    void statesHaveTheNamesOfPyTorch() {
        roundTrip(
                AttentionTest::attention,
                Tensor.ones(1, 2, WIDTH),
                "in_proj_weight",
                "in_proj_bias",
                "out_proj.weight",
                "out_proj.bias");
        roundTrip(
                () -> TransformerBlock.of(WIDTH, HEADS, 5),
                Tensor.ones(1, 2, WIDTH),
                "self_attn.in_proj_weight",
                "self_attn.in_proj_bias",
                "self_attn.out_proj.weight",
                "self_attn.out_proj.bias",
                "linear1.weight",
                "linear1.bias",
                "linear2.weight",
                "linear2.bias",
                "norm1.weight",
                "norm1.bias",
                "norm2.weight",
                "norm2.bias");
        assertEquals(
                1,
                at(ready(TransformerBlock.of(WIDTH, HEADS, 5).activation(PRelu.shared())), "activation.weight")
                        .size());
        MultiHeadAttention fresh = ready(attention());
        assertArrayEquals(new float[3 * WIDTH], at(fresh, "in_proj_bias").toFloatArray());
        assertArrayEquals(new float[WIDTH], at(fresh, "out_proj.bias").toFloatArray());
    }

    @Test
    void whatDoesNotFitIsSaid() {
        assertEquals("attention: 3 heads must divide a width of 4", message(() -> MultiHeadAttention.of(4, 3)));
        MultiHeadAttention layer = ready(attention().causal().dropout(.1));
        Tensor x = Tensor.zeros(2, 3, WIDTH);
        assertEquals("""
                MultiHeadAttention(4, 2 heads, causal, dropout 0.1): the inputs have the wrong shapes
                  needed  [B, T, 4], and twice [B, S, 4]
                  given   f32[2, 3, 4], f32[2, 5, 4] and f32[2, 3, 4]""", message(() -> layer.forward(x, Tensor.zeros(2, 5, WIDTH), x, null, training())));
        assertEquals(
                "MultiHeadAttention(4, 2 heads, causal, dropout 0.1): the mask must be bool, true where a key is hidden,"
                        + " not f32[3, 3]",
                message(() -> layer.forward(x, x, x, Tensor.zeros(3, 3), training())));
        assertEquals(
                "the input has the wrong shape\n  needed  [B, T, 4]\n  given   f32[4]",
                message(() -> ready(TransformerBlock.of(4, 2, 3)).forward(Tensor.zeros(4)))
                        .replaceFirst("(?s)^.*: ", ""));
        assertEquals(DType.F32, layer.forward(x).dtype());
    }
}
