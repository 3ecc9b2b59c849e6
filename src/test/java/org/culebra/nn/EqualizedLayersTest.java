package org.culebra.nn;

import static org.culebra.nn.LayerCheck.assertClose;
import static org.culebra.nn.LayerCheck.at;
import static org.culebra.nn.LayerCheck.evaluation;
import static org.culebra.nn.LayerCheck.gradients;
import static org.culebra.nn.LayerCheck.inDoubles;
import static org.culebra.nn.LayerCheck.message;
import static org.culebra.nn.LayerCheck.normal;
import static org.culebra.nn.LayerCheck.ready;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.culebra.optim.Adam;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** What StyleGAN's networks are made of. */
class EqualizedLayersTest {
    private static Tensor draw(long... dims) {
        return Tensor.normal(Random.seeded(3), 0, 1, dims);
    }

    private static double meanSquare(Tensor x) {
        return x.square().mean().item();
    }

    // ---------------------------------------------------------------- equalized learning rate

    @Test
    void variancesStayWhatTheyAreAtFirst() {
        assertEquals(1, meanSquare(ready(EqualizedLinear.of(64, 64)).forward(draw(500, 64))), .1);
        assertEquals(
                2,
                meanSquare(ready(EqualizedLinear.of(64, 64).gain(Math.sqrt(2))).forward(draw(500, 64))),
                .2);
        assertEquals(1, meanSquare(ready(EqualizedLinear.of(64, 64).rate(.01)).forward(draw(500, 64))), .1);
        // Behind a leaky ReLU times √2: 2·(1 + .04)/2.
        Layer active = ready(EqualizedLinear.of(64, 64).leakyRelu(.2, Math.sqrt(2)));
        assertEquals(1.04, meanSquare(active.forward(draw(500, 64))), .1);
        Layer conv = ready(EqualizedConv2d.of(32, 32, 3).padding(0));
        assertEquals(1, meanSquare(conv.forward(draw(8, 32, 12, 12))), .1);
        Layer activeConv = ready(EqualizedConv2d.of(32, 32, 3).padding(0).leakyRelu(.2, Math.sqrt(2)));
        assertEquals(1.04, meanSquare(activeConv.forward(draw(8, 32, 12, 12))), .1);
    }

    @Test
    void rawWeightsAreOfOneSizeWhateverTheFan() {
        assertEquals(1, meanSquare(at(ready(EqualizedLinear.of(400, 30)), "weight")), .1);
        assertEquals(1e4, meanSquare(at(ready(EqualizedLinear.of(400, 30).rate(.01)), "weight")), 1e3);
        assertEquals(1, meanSquare(at(ready(EqualizedConv2d.of(40, 30, 3)), "weight")), .1);
    }

    /** How far a first step of Adam moves the weights that x is multiplied by, as a share of their deviation. */
    private static double movement(EqualizedLinear layer, Tensor x) {
        Adam adam = Adam.of(ready(layer).parameters()).betas(0, .99).epsilon(0);
        adam.learningRate(.002);
        double[] before = layer.weight().toDoubleArray();
        double deviation = Math.sqrt(meanSquare(layer.weight()));
        try (var tape = Tape.open()) {
            adam.step(tape.gradients(layer.forward(x).sum()));
        }
        double[] after = layer.weight().toDoubleArray();
        double sum = 0;
        for (int i = 0; i < before.length; i++) {
            sum += Math.abs(after[i] - before[i]) / before.length;
        }
        return sum / deviation;
    }

    @Test
    void everyLayerLearnsAtOneRate() {
        assertEquals(.002, movement(EqualizedLinear.of(16, 50), draw(4, 16)), 2e-4);
        assertEquals(.002, movement(EqualizedLinear.of(900, 20), draw(4, 900)), 2e-4);
        assertEquals(.002, movement(EqualizedLinear.of(900, 20).gain(3), draw(4, 900)), 2e-4);
        // The mapping network: at a hundredth.
        assertEquals(2e-5, movement(EqualizedLinear.of(100, 100).rate(.01), draw(4, 100)), 2e-6);
    }

    @Test
    void biasesBeginWhereTheyAreTold() {
        Tensor zero = Tensor.zeros(2, 5);
        assertClose(
                new double[] {1, 1, 1, 1, 1, 1},
                ready(EqualizedLinear.of(5, 3).firstBias(1)).forward(zero),
                0);
        Layer slow = ready(EqualizedLinear.of(5, 3).rate(.01).firstBias(1));
        assertClose(new double[] {1, 1, 1, 1, 1, 1}, slow.forward(zero), 1e-6);
        assertClose(new double[] {100, 100, 100}, at(slow, "bias"), 1e-4);
    }

    @Test
    void halvingIsAConvolutionAndMeansOfFour() {
        EqualizedConv2d halving =
                inDoubles(() -> EqualizedConv2d.of(3, 4, 3).gain(1.3).halving());
        EqualizedConv2d plain = EqualizedConv2d.of(3, 4, 3).gain(1.3);
        plain.load(halving.state());
        Tensor x = normal(1, 2, 3, 6, 8);
        Tensor expected = plain.forward(x).avgPool2d(2);
        assertArrayEquals(new long[] {2, 4, 3, 4}, halving.forward(x).shape().dims());
        assertClose(expected.toDoubleArray(), halving.forward(x), 1e-12);
        // And before the activation.
        EqualizedConv2d active = EqualizedConv2d.of(3, 4, 3).gain(1.3).halving().leakyRelu(.2, 1.5);
        active.load(halving.state());
        assertClose(expected.leakyRelu(.2).mul(1.5).toDoubleArray(), active.forward(x), 1e-12);
    }

    @Test
    void gradientsOfBothOrders() {
        gradients(
                2,
                inDoubles(() -> EqualizedLinear.of(4, 3).rate(.1).leakyRelu(.2, 1.4)),
                () -> evaluation(),
                normal(1, 5, 4));
        gradients(
                2,
                inDoubles(() -> EqualizedConv2d.of(2, 3, 3).stride(2).leakyRelu(.2, 1.4)),
                () -> evaluation(),
                normal(1, 2, 2, 5, 5));
        gradients(2, new MinibatchDeviation(), () -> evaluation(), normal(1, 4, 2, 2, 2));
        gradients(2, new PixelNorm(), () -> evaluation(), normal(1, 3, 4));
        gradients(2, UpFirDn2d.of(1, 3, 3, 1).up(2), () -> evaluation(), normal(1, 2, 3, 4));
    }

    // ---------------------------------------------------------------- normalization

    @Test
    void pixelsGetMeanSquareOne() {
        Tensor y = new PixelNorm().forward(normal(1, 3, 5, 2, 2).mul(7));
        double[] ones = new double[12];
        java.util.Arrays.fill(ones, 1);
        assertClose(ones, y.square().mean(1), 1e-7);
        Tensor row = new PixelNorm().forward(Tensor.of(new double[] {3, 4}, 1, 2));
        assertClose(new double[] {3 / Math.sqrt(12.5), 4 / Math.sqrt(12.5)}, row, 1e-9);
    }

    @Test
    void theDeviationOfAGroupIsAChannelMore() {
        // Groups of 2 in a batch of 4: {0, 2} and {1, 3}; two features each.
        Tensor x = Tensor.of(new double[] {0, 1, /**/ 5, 5, /**/ 4, 7, /**/ 5, 5}, 4, 2, 1, 1);
        Tensor y = new MinibatchDeviation(2, 1e-8).forward(x);
        double apart = (2 + 3) / 2.; // deviations of {0, 4} and {1, 7}
        double same = 1e-4; // √ε
        assertClose(new double[] {0, 1, apart, 5, 5, same, 4, 7, apart, 5, 5, same}, y, 1e-6);
    }

    @Test
    void groupsAreAsLargeAsTheBatchAllows() {
        Tensor x = normal(1, 6, 2, 3, 3);
        double[] threes = new MinibatchDeviation(3, 1e-8).forward(x).toDoubleArray();
        assertArrayEquals(threes, new MinibatchDeviation(4, 1e-8).forward(x).toDoubleArray());
        double[] alone =
                new MinibatchDeviation().forward(x.narrow(0, 0, 1)).select(1, 2).toDoubleArray();
        for (double each : alone) {
            assertEquals(1e-4, each, 1e-9);
        }
    }

    // ---------------------------------------------------------------- filters

    /** From the definition, along one axis; taps as they count in the end. */
    private static double[] along(double[] x, double[] taps, int up, int down, int before, int behind) {
        int length = x.length * up + before + behind;
        double[] padded = new double[length];
        for (int i = 0; i < x.length; i++) {
            padded[before + i * up] = x[i];
        }
        double[] y = new double[(length - taps.length) / down + 1];
        for (int i = 0; i < y.length; i++) {
            for (int a = 0; a < taps.length; a++) {
                y[i] += taps[a] * padded[i * down + a];
            }
        }
        return y;
    }

    private static void assertFilter(UpFirDn2d layer, double[] taps, int up, int down, int before, int behind) {
        double[] row = normal(1, 6).toDoubleArray();
        double[] column = normal(2, 8).toDoubleArray();
        // An outer product: filtered along one axis, then the other.
        Tensor x = Tensor.of(column, 8).outer(Tensor.of(row, 6)).unsqueeze(0);
        double[] rows = along(column, taps, up, down, before, behind);
        double[] columns = along(row, taps, up, down, before, behind);
        Tensor y = layer.forward(x);
        assertArrayEquals(new long[] {1, rows.length, columns.length}, y.shape().dims());
        assertClose(
                Tensor.of(rows, rows.length)
                        .outer(Tensor.of(columns, columns.length))
                        .toDoubleArray(),
                y,
                1e-6);
    }

    @Test
    void filtersFollowTheirDefinition() {
        double[] blur = {.25, .5, .25};
        double[] four = {.125, .375, .375, .125};
        double[] doubled = {.25, .75, .75, .25};
        assertFilter(UpFirDn2d.of(1, 2, 1), blur, 1, 1, 1, 1);
        assertFilter(UpFirDn2d.of(1, 3, 3, 1).up(2), doubled, 2, 1, 2, 1);
        assertFilter(UpFirDn2d.of(1, 3, 3, 1).down(2), four, 1, 2, 1, 1);
        assertFilter(UpFirDn2d.of(1, 3, 3, 1).padding(2, 2), four, 1, 1, 2, 2);
        assertFilter(UpFirDn2d.of(1, 3, 3, 1).gain(2).padding(1, 1), doubled, 1, 1, 1, 1);
        assertFilter(UpFirDn2d.of(1, 2, 4), new double[] {1 / 7., 2 / 7., 4 / 7.}, 1, 1, 1, 1);
    }

    @Test
    void filtersAreAsBrightAsBefore() {
        for (UpFirDn2d layer : new UpFirDn2d[] {
            UpFirDn2d.of(1, 2, 1),
            UpFirDn2d.of(1, 3, 3, 1).up(2),
            UpFirDn2d.of(1, 3, 3, 1).down(2)
        }) {
            Tensor y = layer.forward(Tensor.ones(12, 12));
            long side = y.dim(0);
            double[] inside =
                    y.narrow(0, 2, side - 4).narrow(1, 2, side - 4).flatten(0).toDoubleArray();
            for (double each : inside) {
                assertEquals(1, each, 1e-6, layer.toString());
            }
        }
    }

    // ---------------------------------------------------------------- bad input

    @Test
    void whatDoesNotFitIsSaid() {
        assertEquals(
                "EqualizedLinear(3 → 2): the input has the wrong shape\n  needed  [..., 3]\n  given   f32[4]",
                message(() -> ready(EqualizedLinear.of(3, 2)).forward(Tensor.ones(4))));
        assertEquals(
                "EqualizedConv2d(3 → 2, 1×1, LeakyReLU(0.2)): the input has the wrong shape\n  needed  [B, 3, H, W]\n"
                        + "  given   f32[4, 2, 5, 5]",
                message(() ->
                        ready(EqualizedConv2d.of(3, 2, 1).leakyRelu(.2, 1)).forward(Tensor.ones(4, 2, 5, 5))));
        assertEquals(
                "equalizedLinear: rate must be positive, not 0.0",
                message(() -> EqualizedLinear.of(1, 1).rate(0)));
        assertEquals("equalizedConv2d: kernel must be positive, not 0", message(() -> EqualizedConv2d.of(1, 1, 0)));
        assertEquals("minibatchDeviation: group must be positive, not 0", message(() -> new MinibatchDeviation(0, 1)));
        assertEquals(
                "upFirDn2d: a filter needs taps with a sum other than 0, not [1.0, -1.0]",
                message(() -> UpFirDn2d.of(1, -1)));
        assertTrue(message(() -> UpFirDn2d.of(1, 3, 3, 1).padding(0, 0).forward(Tensor.ones(3, 9)))
                .endsWith("needed  [..., H, W] large enough for the filter\n  given   f32[3, 9]"));
        assertEquals(
                "MinibatchDeviation(4): the input has the wrong shape\n  needed  [B, C, H, W]\n  given   f32[3]",
                message(() -> new MinibatchDeviation().forward(Tensor.ones(3))));
        assertEquals(
                "PixelNorm: the input has the wrong shape\n  needed  [B, C, ...]\n  given   f32[3]",
                message(() -> new PixelNorm().forward(Tensor.ones(3))));
    }
}
