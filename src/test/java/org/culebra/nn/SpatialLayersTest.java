package org.culebra.nn;

import static org.culebra.nn.LayerCheck.assertClose;
import static org.culebra.nn.LayerCheck.gradients;
import static org.culebra.nn.LayerCheck.inDoubles;
import static org.culebra.nn.LayerCheck.message;
import static org.culebra.nn.LayerCheck.normal;
import static org.culebra.nn.LayerCheck.ready;
import static org.culebra.nn.LayerCheck.roundTrip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.Supplier;
import org.culebra.memory.DType;
import org.culebra.tensor.PadMode;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Convolutions, pooling and resampling as layers. */
class SpatialLayersTest {
    private static long[] shape(Layer layer, long... input) {
        return ready(layer).forward(Tensor.ones(input)).shape().dims();
    }

    /** One output of a convolution of one group along three axes, from its definition; shorter axes have length 1. */
    private static double naive(Tensor x, Tensor w, double b, long[] at, int stride, int padding, int dilation) {
        double sum = b;
        for (long c = 0; c < x.dim(1); c++) {
            for (long i = 0; i < w.dim(2); i++) {
                for (long j = 0; j < w.dim(3); j++) {
                    for (long k = 0; k < w.dim(4); k++) {
                        long d = at[2] * stride - padding + i * dilation;
                        long h = at[3] * stride - padding + j * dilation;
                        long v = at[4] * stride - padding + k * dilation;
                        if (d >= 0 && h >= 0 && v >= 0 && d < x.dim(2) && h < x.dim(3) && v < x.dim(4)) {
                            sum += w.get(at[1], c, i, j, k) * x.get(at[0], c, d, h, v);
                        }
                    }
                }
            }
        }
        return sum;
    }

    @Test
    void convolutionInThreeDimensionsFollowsItsDefinition() {
        Layer layer =
                inDoubles(() -> Conv3d.of(2, 3, 2, 1, 3).stride(2).padding(1).dilation(2));
        Tensor x = normal(1, 2, 2, 5, 4, 6);
        Tensor y = layer.forward(x);
        Tensor w = LayerCheck.at(layer, "weight");
        Tensor b = LayerCheck.at(layer, "bias");
        double[] values = y.toDoubleArray();
        int at = 0;
        for (long n = 0; n < 2; n++) {
            for (long o = 0; o < 3; o++) {
                for (long i = 0; i < y.dim(2); i++) {
                    for (long j = 0; j < y.dim(3); j++) {
                        for (long k = 0; k < y.dim(4); k++) {
                            double expected = naive(x, w, b.get(o), new long[] {n, o, i, j, k}, 2, 1, 2);
                            assertEquals(expected, values[at++], 1e-12);
                        }
                    }
                }
            }
        }
    }

    @Test
    void convolutionsOfOtherRanksAreThoseOfAxesOfLengthOne() {
        Layer one = inDoubles(() -> Conv1d.of(2, 4, 3).stride(2).groups(2));
        Layer two = Conv2d.of(2, 4, 1, 3).stride(1, 2).groups(2);
        Tensor w = LayerCheck.at(one, "weight");
        Tensor b = LayerCheck.at(one, "bias");
        two.load(java.util.Map.of("weight", w.unsqueeze(2), "bias", b));
        Tensor x = normal(1, 3, 2, 9);
        assertClose(two.forward(x.unsqueeze(2)).toDoubleArray(), one.forward(x), 1e-14);
        Layer back = inDoubles(() -> ConvTranspose1d.of(4, 2, 3).stride(2).outputPadding(1));
        Layer backTwo = ConvTranspose2d.of(4, 2, 1, 3).stride(1, 2).outputPadding(0, 1);
        backTwo.load(java.util.Map.of(
                "weight", LayerCheck.at(back, "weight").unsqueeze(2), "bias", LayerCheck.at(back, "bias")));
        Tensor z = normal(2, 3, 4, 5);
        assertClose(backTwo.forward(z.unsqueeze(2)).toDoubleArray(), back.forward(z), 1e-14);
    }

    @Test
    void transposedConvolutionIsTheAdjoint() {
        for (int axes = 1; axes <= 3; axes++) {
            Layer forward = inDoubles(convolution(axes, false));
            Layer backward = convolution(axes, true).get();
            backward.load(java.util.Map.of("weight", LayerCheck.at(forward, "weight")));
            long[] dims = {2, 4, 7, 7, 7};
            Tensor x = normal(1, java.util.Arrays.copyOf(dims, axes + 2));
            Tensor y = forward.forward(x);
            Tensor v =
                    Tensor.normal(Random.seeded(3), DType.F64, 0, 1, y.shape().dims());
            assertEquals(y.mul(v).sum().item(), x.mul(backward.forward(v)).sum().item(), 1e-11);
        }
    }

    private static Supplier<Convolution> convolution(int axes, boolean transposed) {
        return () -> Convolution.of(axes, transposed, transposed ? 6 : 4, transposed ? 4 : 6, 3)
                .stride(2)
                .padding(1)
                .groups(2)
                .withoutBias();
    }

    @Test
    void shapesAreThoseOfPyTorch() {
        assertArrayEquals(new long[] {2, 5, 4}, shape(Conv1d.of(3, 5, 4), 2, 3, 7));
        assertArrayEquals(new long[] {2, 5, 6, 4}, shape(Conv2d.of(3, 5, 2, 4), 2, 3, 7, 7));
        assertArrayEquals(
                new long[] {2, 5, 4, 4, 4}, shape(Conv3d.of(3, 5, 3).stride(2).padding(1), 2, 3, 7, 7, 7));
        assertArrayEquals(
                new long[] {2, 5, 15}, shape(ConvTranspose1d.of(3, 5, 3).stride(2), 2, 3, 7));
        assertArrayEquals(
                new long[] {2, 5, 14, 14},
                shape(ConvTranspose2d.of(3, 5, 4).stride(2).padding(1), 2, 3, 7, 7));
        assertArrayEquals(
                new long[] {1, 5, 6, 6, 6},
                shape(ConvTranspose3d.of(3, 5, 3).stride(2).padding(1).outputPadding(1), 1, 3, 3, 3, 3));
        assertArrayEquals(new long[] {2, 3, 4}, shape(MaxPool1d.of(2).ceilMode(), 2, 3, 7));
        assertArrayEquals(new long[] {2, 3, 3, 2}, shape(AvgPool2d.of(2, 3), 2, 3, 7, 7));
        assertArrayEquals(
                new long[] {2, 3, 2, 2, 2}, shape(MaxPool3d.of(3).stride(2).dilation(2), 2, 3, 7, 7, 7));
    }

    @Test
    void poolingTakesTheLargestOrTheMean() {
        Tensor x = Tensor.arange(DType.F64, 0, 6, 1).reshape(1, 1, 6);
        assertClose(new double[] {1, 3, 5}, MaxPool1d.of(2).forward(x), 0);
        assertClose(new double[] {.5, 2.5, 4.5}, AvgPool1d.of(2).forward(x), 0);
        assertClose(new double[] {0, 1.5, 3.5, 2.5}, AvgPool1d.of(2).padding(1).forward(x), 0);
        assertClose(
                new double[] {0, 1.5, 3.5, 5},
                AvgPool1d.of(2).padding(1).withoutPaddingInMeans().forward(x),
                0);
        Tensor cube = Tensor.arange(DType.F64, 0, 8, 1).reshape(1, 1, 2, 2, 2);
        assertEquals(7, MaxPool3d.of(2).forward(cube).item());
        assertEquals(3.5, AvgPool3d.of(2).forward(cube).item());
        assertEquals(5.5, AvgPool2d.of(2).forward(cube.select(2, 1)).item());
    }

    @Test
    void adaptivePoolingDividesIntoParts() {
        Tensor x = Tensor.arange(DType.F64, 0, 10, 1).reshape(1, 1, 2, 5);
        assertClose(new double[] {1, 3, 6, 8}, AdaptivePool.average(2, 2).forward(x), 0);
        assertClose(new double[] {2, 4, 7, 9}, AdaptivePool.max(2, 2).forward(x), 0);
        assertClose(new double[] {4.5}, AdaptivePool.average(1, 1).forward(x), 0);
        assertClose(new double[] {5, 6, 7, 8, 9}, AdaptivePool.max(1, 5).forward(x), 0);
    }

    @Test
    void pixelShuffleMovesChannelsToPlaces() {
        Tensor x = normal(1, 2, 12, 3, 2);
        Tensor y = new PixelShuffle(2).forward(x);
        assertArrayEquals(new long[] {2, 3, 6, 4}, y.shape().dims());
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < 6; i++) {
                for (int j = 0; j < 4; j++) {
                    assertEquals(x.get(1, c * 4 + i % 2 * 2 + j % 2, i / 2, j / 2), y.get(1, c, i, j));
                }
            }
        }
    }

    @Test
    void resamplingAndPadding() {
        Tensor x = Tensor.of(new double[] {1, 2}, 1, 1, 2);
        assertClose(new double[] {1, 1, 2, 2}, Upsample.nearest(2).forward(x), 0);
        assertClose(new double[] {1, 1.25, 1.75, 2}, Upsample.linear(2).forward(x), 1e-15);
        assertClose(new double[] {0, 1, 2, 0, 0}, Pad.of(PadMode.ZEROS, 1, 2).forward(x), 0);
        assertClose(new double[] {2, 1, 2, 1}, Pad.of(PadMode.REFLECT, 1, 1).forward(x), 0);
        assertArrayEquals(new long[] {5, 2, 3}, shape(Unflatten.to(2, 3), 5, 6));
    }

    @Test
    void gradientsOfBothOrdersAgreeWithDifferences() {
        Supplier<Mode> evaluation = LayerCheck::evaluation;
        gradients(2, inDoubles(() -> Conv1d.of(2, 4, 3).groups(2)), evaluation, normal(1, 2, 2, 5));
        gradients(2, inDoubles(() -> Conv2d.of(2, 2, 2, 3)), evaluation, normal(1, 2, 2, 3, 4));
        gradients(2, inDoubles(() -> Conv3d.of(1, 2, 2).padding(1)), evaluation, normal(1, 1, 1, 2, 3, 2));
        gradients(2, inDoubles(() -> ConvTranspose1d.of(2, 3, 3).stride(2)), evaluation, normal(1, 2, 2, 3));
        gradients(2, inDoubles(() -> ConvTranspose2d.of(2, 2, 3).padding(1)), evaluation, normal(1, 1, 2, 3, 3));
        gradients(2, inDoubles(() -> ConvTranspose3d.of(1, 2, 2)), evaluation, normal(1, 1, 1, 2, 2, 2));
        for (Layer layer : List.of(
                MaxPool2d.of(2),
                AvgPool2d.of(2),
                AdaptivePool.max(2, 2),
                AdaptivePool.average(2, 2),
                Upsample.linear(2, 2),
                new PixelShuffle(2),
                Pad.of(PadMode.REFLECT, 1, 1))) {
            gradients(2, layer, evaluation, normal(2, 1, 4, 3, 5));
        }
    }

    @Test
    void statesHaveTheNamesOfPyTorch() {
        roundTrip(() -> Conv1d.of(2, 3, 2), Tensor.ones(1, 2, 4), "weight", "bias");
        roundTrip(() -> ConvTranspose3d.of(2, 3, 2).withoutBias(), Tensor.ones(1, 2, 2, 2, 2), "weight");
        assertArrayEquals(
                new long[] {4, 3, 5, 5},
                LayerCheck.at(ready(ConvTranspose2d.of(4, 6, 5).groups(2)), "weight")
                        .shape()
                        .dims());
    }

    @Test
    void evaluationNeedsNoTape() {
        Layer layer = ready(new Sequential(Conv1d.of(1, 2, 3), MaxPool1d.of(2)));
        Tensor x = normal(1, 1, 1, 8);
        try (var tape = Tape.open()) {
            assertArrayEquals(
                    layer.forward(x).toDoubleArray(),
                    tape.withoutRecording(() -> layer.forward(x)).toDoubleArray());
        }
    }

    @Test
    void layersPrintThemselves() {
        assertEquals("Conv1d(1 → 2, 3)", Conv1d.of(1, 2, 3).toString());
        assertEquals(
                "Conv2d(1 → 2, 3×5, stride [1, 2])",
                Conv2d.of(1, 2, 3, 5).stride(1, 2).toString());
        assertEquals(
                "ConvTranspose2d(1 → 2, 3×3, stride 2, output padding 1, no bias)",
                ConvTranspose2d.of(1, 2, 3)
                        .stride(2)
                        .outputPadding(1)
                        .withoutBias()
                        .toString());
        assertEquals(
                "MaxPool1d(3, stride 2, ceil)",
                MaxPool1d.of(3).stride(2).ceilMode().toString());
        assertEquals(
                "AvgPool2d(3×3, padding 1, padding not counted)",
                AvgPool2d.of(3).padding(1).withoutPaddingInMeans().toString());
        assertEquals("AdaptiveAvgPool(1×1)", AdaptivePool.average(1, 1).toString());
        assertEquals("AdaptiveMaxPool(7)", AdaptivePool.max(7).toString());
        assertEquals("Upsample(2.0×2.0, nearest)", Upsample.nearest(2, 2).toString());
        assertEquals("PixelShuffle(2)", new PixelShuffle(2).toString());
        assertEquals("Unflatten(2×3)", Unflatten.to(2, 3).toString());
        assertEquals("Pad(reflect, [1, 2])", Pad.of(PadMode.REFLECT, 1, 2).toString());
    }

    @Test
    void whatDoesNotFitIsSaid() {
        assertEquals(
                "Conv1d(3 → 2, 1): the input has the wrong shape\n  needed  [B, 3, L]\n  given   f32[4, 5]",
                message(() -> ready(Conv1d.of(3, 2, 1)).forward(Tensor.zeros(4, 5))));
        assertEquals("conv3d: the kernel must be one number, or 3, not 2", message(() -> Conv3d.of(1, 1, 2, 2)));
        assertEquals(
                "conv2d: only transposed convolutions have output padding",
                message(() -> Conv2d.of(1, 1, 1).outputPadding(1)));
        assertEquals(
                "convTranspose2d: 2 groups must divide 3 input and 4 output channels",
                message(() -> ConvTranspose2d.of(3, 4, 1).groups(2)));
        assertEquals(
                "AvgPool1d(2): the input has the wrong shape\n  needed  [B, C, L]\n  given   f32[4, 5]",
                message(() -> AvgPool1d.of(2).forward(Tensor.zeros(4, 5))));
        assertEquals("pool: windows have 1, 2 or 3 axes, not 4", message(() -> Pool.of(Pool.Kind.MAX, 4, 2)));
        assertEquals("adaptivePool: size must be positive, not 0", message(() -> AdaptivePool.max(0)));
        assertEquals(
                "AdaptiveMaxPool(1×1): the input has the wrong shape\n  needed  [..., 2 axes]\n  given   f32[3]",
                message(() -> AdaptivePool.max(1, 1).forward(Tensor.zeros(3))));
        assertEquals("upsample: factor must be positive, not 0.0", message(() -> Upsample.nearest(0)));
        assertEquals(
                "Upsample(2.0×2.0, linear): the input has the wrong shape\n  needed  [..., 2 axes]\n  given   f32[3]",
                message(() -> Upsample.linear(2, 2).forward(Tensor.zeros(3))));
        assertEquals("pixelShuffle: factor must be positive, not 0", message(() -> new PixelShuffle(0)));
        assertEquals(
                "PixelShuffle(2): the input has the wrong shape\n  needed  [B, C·4, H, W]\n  given   f32[1, 3, 2, 2]",
                message(() -> new PixelShuffle(2).forward(Tensor.zeros(1, 3, 2, 2))));
        assertEquals("unflatten: dimension must be positive, not 0", message(() -> Unflatten.to(2, 0)));
        assertEquals(
                "Unflatten(2×2): the input has the wrong shape\n  needed  [B, 4]\n  given   f32[3, 5]",
                message(() -> Unflatten.to(2, 2).forward(Tensor.zeros(3, 5))));
    }
}
