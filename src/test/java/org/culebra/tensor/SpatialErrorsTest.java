package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The text of every message, as a user meets it. */
class SpatialErrorsTest {
    private final Tensor x = Tensor.zeros(2, 3, 4, 5);
    private final Tensor w = Tensor.zeros(6, 3, 3, 3);

    private static void says(String expected, Executable call) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    @Test
    void settings() {
        says("pooling: kernel must be positive, not 0", () -> PoolOptions.of(0));
        says("pooling: stride must be positive, not -1", () -> PoolOptions.of(2).stride(-1));
        says(
                "pooling: padding must not be negative, as -1 is",
                () -> PoolOptions.of(2).padding(-1));
        says(
                "pooling: dilation must be positive, not 0",
                () -> PoolOptions.of(2).dilation(0));
        says("convolution: stride must be positive, not 0", () -> ConvOptions.DEFAULT.stride(0));
        says("convolution: padding must not be negative, as -2 is", () -> ConvOptions.DEFAULT.padding(1, -2));
        says("convolution: dilation must be positive, not 0", () -> ConvOptions.DEFAULT.dilation(0));
        says("convolution: outputPadding must not be negative, as -1 is", () -> ConvOptions.DEFAULT.outputPadding(-1));
        says("convolution: groups must be positive, not 0", () -> ConvOptions.DEFAULT.groups(0));
        says(
                "maxPool2d: kernel must be one number for all axes, or 2 numbers\n  kernel  [2, 2, 2]",
                () -> x.maxPool2d(PoolOptions.of(2, 2, 2)));
        says(
                "maxPool1d: stride must be one number\n  stride  [1, 2]",
                () -> x.maxPool1d(PoolOptions.of(2).stride(1, 2)));
        says(
                "conv2d: padding must be one number for all axes, or 2 numbers\n  padding  [1, 2, 3]",
                () -> x.conv2d(w, ConvOptions.DEFAULT.padding(1, 2, 3)));
    }

    @Test
    void windows() {
        says(
                "maxPool2d: the kernel spans 5 elements, more than axis 2 and its padding have\n"
                        + "  input    f32[2, 3, 4, 5]\n  padding  0 on both sides",
                () -> x.maxPool2d(PoolOptions.of(3).dilation(2)));
        says(
                "avgPool1d: window 0 along axis 0 sees padding only\n  input  f32[4]\n"
                        + "  hint: padding of at most half the kernel",
                () -> Tensor.zeros(4).avgPool1d(PoolOptions.of(2).padding(2)));
        says(
                "maxPool2d: needs at least 2 axes\n  input  f32[4]",
                () -> Tensor.zeros(4).maxPool2d(2));
        says(
                "avgPool2d: needs floating numbers\n  input  i64[1, 4]\n  hint: to(DType.F32)",
                () -> Tensor.arange(4).unsqueeze(0).avgPool2d(1));
        says(
                "maxPool2d: needs planes of less than 2147483648 elements\n  input  f32[0, 65536, 65536]",
                () -> Tensor.zeros(0, 65536, 65536).maxPool2d(2));
    }

    @Test
    void sizes() {
        says("adaptiveAvgPool: size must be positive, not 0", () -> x.adaptiveAvgPool(1, 0));
        says("adaptiveAvgPool: needs one number for each of the last axes, at least one", () -> x.adaptiveAvgPool());
        says(
                "resize: there is no element to take values from\n  input  f32[2, 0]",
                () -> Tensor.zeros(2, 0).resize(Interpolation.NEAREST, 3));
        says("resize: size must be positive, not -1", () -> x.resize(Interpolation.LINEAR, -1, 1));
        says(
                "upsample: needs one number for each of the last axes, at least one",
                () -> x.upsample(Interpolation.NEAREST));
        says(
                "upsample: a factor must be positive and finite, not NaN",
                () -> x.upsample(Interpolation.NEAREST, 1, Double.NaN));
        says("upsample: size must be positive, not 0", () -> x.upsample(Interpolation.NEAREST, .2, .1));
        says(
                "upsample: needs planes of less than 2147483648 elements\n  input  f32[2, 3, 4, 5]",
                () -> x.upsample(Interpolation.NEAREST, 1e5, 1e5));
        says(
                "resize: needs at least 2 axes\n  input  f32[4]",
                () -> Tensor.zeros(4).resize(Interpolation.LINEAR, 2, 2));
    }

    @Test
    void padding() {
        says(
                "pad: needs two amounts per axis, the last axis first: left, right, top, bottom, …\n  amounts  [1, 2, 3]",
                () -> x.pad(1, 2, 3));
        says(
                "pad: needs at least 2 axes\n  input  f32[4]",
                () -> Tensor.zeros(4).pad(1, 1, 1, 1));
        says(
                "pad: REFLECT has at most 4 elements to offer along axis 3, not 5\n  input  f32[2, 3, 4, 5]",
                () -> x.pad(PadMode.REFLECT, 5, 0));
        says(
                "pad: CIRCULAR has at most 4 elements to offer along axis 2, not 6\n  input  f32[2, 3, 4, 5]",
                () -> x.pad(PadMode.CIRCULAR, 0, 0, 1, 6));
        says(
                "pad: REPLICATE has at most 0 elements to offer along axis 1, not 1\n  input  f32[2, 0]",
                () -> Tensor.zeros(2, 0).pad(PadMode.REPLICATE, 0, 1));
        says("pad: cannot take 3 and 2 elements away from axis 2\n  input  f32[2, 3, 4, 5]", () -> x.pad(0, 0, -3, -2));
        says(
                "pad: 0.5 is no integer, but the tensor is one of integers\n  input  i64[4]\n  hint: to(DType.F32) first",
                () -> Tensor.arange(4).padWith(.5, 1, 1));
        says(
                "pad: ZEROS has at most 9223372036854775803 elements to offer along axis 0, not 9223372036854775807\n"
                        + "  input  f32[4]",
                () -> Tensor.zeros(4).pad(Long.MAX_VALUE, 1));
    }

    @Test
    void convolution() {
        says("""
                conv2d: needs an input [N, C, H, W] or [C, H, W] and a weight of 4 axes
                  input   f32[4, 5]
                  weight  f32[6, 3, 3, 3]""", () -> Tensor.zeros(4, 5).conv2d(w, ConvOptions.DEFAULT));
        says("""
                conv1d: needs an input [N, C, W] or [C, W] and a weight of 3 axes
                  input   f32[2, 3, 4, 5]
                  weight  f32[6, 3, 3]""", () -> x.conv1d(Tensor.zeros(6, 3, 3), ConvOptions.DEFAULT));
        says("""
                conv3d: needs an input [N, C, D, H, W] or [C, D, H, W] and a weight of 5 axes
                  input   f32[2, 3, 4, 5]
                  weight  f32[6, 3, 3, 3]""", () -> x.conv3d(w, ConvOptions.DEFAULT));
        says(
                "conv2d: the input has 3 channels, the weight and groups want 6\n"
                        + "  input   f32[2, 3, 4, 5]\n  weight  f32[6, 3, 3, 3]",
                () -> x.conv2d(w, ConvOptions.DEFAULT.groups(2)));
        says(
                "conv2d: 4 groups do not divide 6 channels\n  weight  f32[6, 3, 3, 3]",
                () -> x.conv2d(w, ConvOptions.DEFAULT.groups(4)));
        says(
                "conv2d: the bias must have one number per output channel\n"
                        + "  bias             f32[3]\n  output channels  6",
                () -> x.conv2d(w, Tensor.zeros(3), ConvOptions.DEFAULT));
        says(
                "conv2d: needs floating numbers\n  input  i64[6]\n  hint: to(DType.F32)",
                () -> x.conv2d(w, Tensor.arange(6), ConvOptions.DEFAULT));
        says(
                "conv2d: needs floating numbers\n  input  u8[2, 3, 4, 5]\n  hint: to(DType.F32)",
                () -> x.to(DType.U8).conv2d(w, ConvOptions.DEFAULT));
        says(
                "conv2d: the kernel spans 7 elements, more than axis 3 and its padding have\n"
                        + "  input    f32[2, 3, 4, 5]\n  padding  0 on both sides",
                () -> x.conv2d(w, ConvOptions.DEFAULT.dilation(1, 3)));
        says(
                "conv2d: the kernel has no elements\n  weight  f32[6, 3, 0, 3]",
                () -> x.conv2d(Tensor.zeros(6, 3, 0, 3), ConvOptions.DEFAULT));
    }

    @Test
    void transposedConvolution() {
        says(
                "convTranspose2d: the input has 3 channels, the weight and groups want 6\n"
                        + "  input   f32[2, 3, 4, 5]\n  weight  f32[6, 3, 3, 3]",
                () -> x.convTranspose2d(w, ConvOptions.DEFAULT));
        Tensor fits = Tensor.zeros(3, 2, 3, 3);
        says(
                "convTranspose2d: 2 groups do not divide 3 channels\n  weight  f32[3, 2, 3, 3]",
                () -> x.convTranspose2d(fits, ConvOptions.DEFAULT.groups(2)));
        says(
                "convTranspose2d: outputPadding must be smaller than the stride or the dilation\n"
                        + "  outputPadding  2\n  stride         2\n  dilation       1",
                () -> x.convTranspose2d(fits, ConvOptions.DEFAULT.stride(2).outputPadding(0, 2)));
        says(
                "convTranspose2d: the output would have size 0 along axis 2\n"
                        + "  input  f32[2, 3, 4, 5]\n  hint: less padding",
                () -> x.convTranspose2d(fits, ConvOptions.DEFAULT.padding(3)));
        says(
                "convTranspose1d: the bias must have one number per output channel\n"
                        + "  bias             f32[3]\n  output channels  2",
                () -> Tensor.zeros(3, 9).convTranspose1d(Tensor.zeros(3, 2, 3), Tensor.zeros(3), ConvOptions.DEFAULT));
    }
}
