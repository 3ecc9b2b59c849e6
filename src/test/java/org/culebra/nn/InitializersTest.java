package org.culebra.nn;

import static org.culebra.nn.LayerCheck.message;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.culebra.memory.DType;
import org.culebra.tensor.Order;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InitializersTest {
    private static final Shape WEIGHT = Shape.of(200, 100, 3); // fans 300 and 600

    private static Tensor draw(Initializer initializer, long... dims) {
        return initializer.draw(Random.seeded(5), Shape.of(dims));
    }

    private static void assertNormal(double mean, double deviation, Initializer initializer) {
        Tensor drawn = initializer.draw(Random.seeded(5), WEIGHT);
        assertEquals(mean, drawn.mean().item(), .02 * deviation);
        assertEquals(deviation, drawn.standardDeviation().item(), .02 * deviation);
        assertTrue(drawn.sub(mean).abs().max().item() > 3.5 * deviation, "not as far out as normal numbers are");
    }

    private static void assertUniform(double bound, Initializer initializer) {
        Tensor drawn = initializer.draw(Random.seeded(5), WEIGHT);
        assertEquals(bound, drawn.abs().max().item(), .001 * bound);
        assertEquals(bound / Math.sqrt(3), drawn.standardDeviation().item(), .02 * bound);
    }

    @Test
    void spreadsAreThoseOfThePapers() {
        assertUniform(.7, Initializer.uniform(.7));
        assertUniform(1 / Math.sqrt(300), Initializer.fanIn());
        assertUniform(Initializer.TANH_GAIN * Math.sqrt(6 / 900.), Initializer.xavierUniform(Initializer.TANH_GAIN));
        assertUniform(Math.sqrt(6 / 300.), Initializer.kaimingUniform(Initializer.RELU_GAIN));
        assertUniform(Math.sqrt(3 / 300.), Initializer.lecunUniform());
        assertNormal(0, .3, Initializer.normal(.3));
        assertNormal(2, .3, Initializer.normal(2, .3));
        assertNormal(0, Math.sqrt(2 / 900.), Initializer.xavierNormal(1));
        assertNormal(0, Math.sqrt(2 / (1 + .04) / 300), Initializer.kaimingNormal(Initializer.leakyReluGain(.2)));
        assertNormal(0, Math.sqrt(1 / 300.), Initializer.lecunNormal());
        assertNormal(0, .02, Initializer.dcgan());
        assertNormal(1, .02, Initializer.dcganScale());
        assertEquals(7, draw(Initializer.constant(7), 3).max().item());
    }

    @Test
    void truncatedNumbersStayWithinTwoDeviations() {
        Tensor drawn = Initializer.truncatedNormal(.5).draw(Random.seeded(5), WEIGHT);
        assertEquals(1, drawn.abs().max().item(), .001);
        assertEquals(.8796 * .5, drawn.standardDeviation().item(), .005);
        assertEquals(0, drawn.mean().item(), .005);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 30, 64})
    void theShorterSideIsOrthonormal(long rows) {
        Tensor q =
                draw(Initializer.orthogonal(2), rows, 10, 3).reshape(rows, 30).to(DType.F64);
        Tensor products = rows <= 30 ? q.matmul(q.transpose()) : q.transpose().matmul(q);
        long size = Math.min(rows, 30);
        assertArrayEquals(Tensor.eye(DType.F64, size).mul(4).toDoubleArray(), products.toDoubleArray(), 1e-6);
    }

    @Test
    void orthogonalMatricesTurnEveryWay() {
        // Of 2×2 ones half are reflections, and the first element has the distribution of a cosine.
        int reflections = 0;
        double square = 0;
        Random random = Random.seeded(3);
        for (int i = 0; i < 400; i++) {
            Tensor q = Initializer.orthogonal(1).draw(random, Shape.of(2, 2));
            double det = q.get(0, 0) * q.get(1, 1) - q.get(0, 1) * q.get(1, 0);
            reflections += det < 0 ? 1 : 0;
            square += q.get(0, 0) * q.get(0, 0) / 400;
        }
        assertEquals(200, reflections, 40);
        assertEquals(.5, square, .06);
    }

    @Test
    void theIdentityHandsItsInputOn() {
        Tensor x = LayerCheck.normal(1, 2, 3, 5, 4).to(DType.F32);
        Layer convolution = Conv2d.of(3, 3, 3)
                .padding(1)
                .initializer(Initializer.identity())
                .withoutBias();
        convolution.initialize(Random.seeded(0));
        assertArrayEquals(x.toFloatArray(), convolution.forward(x).toFloatArray());
        Layer linear = Linear.of(4, 2).initializer(Initializer.identity()).withoutBias();
        linear.initialize(Random.seeded(0));
        assertArrayEquals(x.narrow(3, 0, 2).toFloatArray(), linear.forward(x).toFloatArray());
    }

    @Test
    void biasesMayBeginElsewhere() {
        Layer linear = Linear.of(4, 2).biasInitializer(Initializer.constant(3));
        linear.initialize(Random.seeded(0));
        assertArrayEquals(new float[] {3, 3}, linear.forward(Tensor.zeros(4)).toFloatArray());
        Layer convolution = Conv1d.of(1, 2, 1).biasInitializer(Initializer.constant(3));
        convolution.initialize(Random.seeded(0));
        assertArrayEquals(
                new float[] {3, 3}, convolution.forward(Tensor.zeros(1, 1, 1)).toFloatArray());
    }

    @Test
    void whatMakesNoDistributionIsRefusedWhenItIsMade() {
        assertEquals("constant: value must be finite, not NaN", message(() -> Initializer.constant(Double.NaN)));
        assertEquals("uniform: bound must be positive, not -1.0", message(() -> Initializer.uniform(-1)));
        assertEquals("normal: deviation must be positive, not -1.0", message(() -> Initializer.normal(-1)));
        assertEquals("normal: deviation must be positive, not NaN", message(() -> Initializer.normal(Double.NaN)));
        assertEquals("normal: mean must be finite, not NaN", message(() -> Initializer.normal(Double.NaN, 1)));
        assertEquals(
                "truncatedNormal: deviation must be positive, not 0.0", message(() -> Initializer.truncatedNormal(0)));
        assertEquals(
                "xavierUniform: gain must be positive, not NaN", message(() -> Initializer.xavierUniform(Double.NaN)));
        assertEquals("xavierNormal: gain must be positive, not -1.0", message(() -> Initializer.xavierNormal(-1)));
        assertEquals("kaimingUniform: gain must be positive, not 0.0", message(() -> Initializer.kaimingUniform(0)));
        assertEquals(
                "kaimingNormal: gain must be positive, not Infinity",
                message(() -> Initializer.kaimingNormal(Double.POSITIVE_INFINITY)));
        assertEquals("orthogonal: gain must be finite, not NaN", message(() -> Initializer.orthogonal(Double.NaN)));
    }

    @Test
    void vectorsHaveNoFans() {
        assertEquals(
                "initializer: fans need a weight with at least 2 axes, not [5]",
                message(() -> draw(Initializer.lecunNormal(), 5)));
        assertEquals(
                "initializer: orthogonal needs a weight with at least 2 axes, not [5]",
                message(() -> draw(Initializer.orthogonal(1), 5)));
        assertEquals(
                "initializer: the identity needs a weight with at least 2 axes, not [5]",
                message(() -> draw(Initializer.identity(), 5)));
    }

    // ---------------------------------------------------------------- fifty layers

    private static final int DEPTH = 50;

    /** Mean squares at the last layer over those at the first: of activations, and of gradients the other way. */
    private record Growth(double activations, double gradients) {
        boolean isWithin(double factor) {
            return within(activations, factor) && within(gradients, factor);
        }

        private static boolean within(double ratio, double factor) {
            return ratio < factor && ratio > 1 / factor;
        }
    }

    /**
     * The mean over networks: what an initialization keeps is the variance over all weights that it may draw. In one network of width n
     * the logarithm of the growth has a deviation of about √(5·50/n) itself.
     */
    private static Growth grow(Layer activation, Initializer initializer, int width, int networks) {
        double forward = 0;
        double backward = 0;
        for (int seed = 0; seed < networks; seed++) {
            Growth one = grow(activation, initializer, width, Random.seeded(seed));
            forward += one.activations / networks;
            backward += one.gradients / networks;
        }
        return new Growth(forward, backward);
    }

    private static Growth grow(Layer activation, Initializer initializer, int width, Random random) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < DEPTH; i++) {
            layers.add(Linear.of(width, width).withoutBias().initializer(initializer));
            layers.add(activation);
        }
        var net = new Sequential(layers.toArray(Layer[]::new));
        net.initialize(random);
        try (var tape = Tape.open()) {
            List<Tensor> outputs = new ArrayList<>();
            Watcher watcher = (path, layer, in, out) -> {
                if (layer.equals(activation)) {
                    outputs.add(out);
                }
            };
            net.forward(
                    Tensor.normal(random, 0, 1, 8, width), Mode.training(random).watchedBy(watcher));
            Tensor first = outputs.getFirst();
            Tensor last = outputs.getLast();
            Tensor cotangent = Tensor.normal(random, 0, 1, 8, width);
            Tensor back = tape.gradient(last, first, cotangent, Order.FIRST);
            return new Growth(meanSquare(last) / meanSquare(first), meanSquare(back) / meanSquare(cotangent));
        }
    }

    private static double meanSquare(Tensor x) {
        return x.square().mean().item();
    }

    @Test
    void theRightInitializationKeepsVarianceThroughFiftyLayers() {
        Layer identity = Activation.named("Identity", x -> x);
        Layer leaky = Activation.leakyRelu(.2);
        for (Growth growth : List.of(
                grow(Activation.RELU, Initializer.kaimingNormal(Initializer.RELU_GAIN), 512, 4),
                grow(Activation.RELU, Initializer.kaimingUniform(Initializer.RELU_GAIN), 512, 4),
                grow(leaky, Initializer.kaimingNormal(Initializer.leakyReluGain(.2)), 512, 4),
                grow(identity, Initializer.xavierNormal(1), 512, 4),
                grow(identity, Initializer.orthogonal(1), 64, 1))) {
            assertTrue(growth.isWithin(2), growth::toString);
        }
    }

    @Test
    void aWrongOneDoesNot() {
        for (Growth growth : List.of(
                grow(Activation.RELU, Initializer.xavierNormal(1), 128, 1),
                grow(Activation.RELU, Initializer.fanIn(), 128, 1),
                grow(Activation.RELU, Initializer.normal(.01), 128, 1),
                grow(Activation.SIGMOID, Initializer.xavierNormal(1), 128, 1),
                grow(Activation.RELU, Initializer.normal(1), 128, 1))) {
            assertTrue(!growth.isWithin(1000), growth::toString);
        }
    }
}
