package org.culebra.tensor;

import static org.culebra.tensor.Errors.argument;

import java.util.Arrays;
import java.util.List;

/** The messages of {@link Spatial}; see {@link Errors}. */
final class SpatialErrors {
    private SpatialErrors() {}

    // ---------------------------------------------------------------- settings

    static IllegalArgumentException negative(String operation, String name, long value) {
        return argument(operation, name + " must not be negative, as " + value + " is");
    }

    static IllegalArgumentException numbersPerAxis(String operation, String name, List<Integer> numbers, int axes) {
        return argument(
                operation,
                axes == 1
                        ? name + " must be one number"
                        : name + " must be one number for all axes, or " + axes + " numbers",
                name + "  " + numbers);
    }

    // ---------------------------------------------------------------- windows

    static IllegalArgumentException windowTooLarge(String operation, Tensor x, int axis, long span, long padding) {
        return argument(
                operation,
                "the kernel spans " + span + " elements, more than axis " + axis + " and its padding have",
                "input    " + x.describe(),
                "padding  " + padding + " on both sides");
    }

    static IllegalArgumentException emptyWindow(String operation, Tensor x, int axis, int window) {
        return argument(
                operation,
                "window " + window + " along axis " + axis + " sees padding only",
                "input  " + x.describe(),
                "hint: padding of at most half the kernel");
    }

    static IllegalArgumentException planeTooLarge(String operation, Tensor x) {
        return argument(operation, "needs planes of less than 2147483648 elements", "input  " + x.describe());
    }

    // ---------------------------------------------------------------- resampling and padding

    static IllegalArgumentException noSizes(String operation) {
        return argument(operation, "needs one number for each of the last axes, at least one");
    }

    static IllegalArgumentException emptyPlane(String operation, Tensor x) {
        return argument(operation, "there is no element to take values from", "input  " + x.describe());
    }

    static IllegalArgumentException badFactor(double factor) {
        return argument("upsample", "a factor must be positive and finite, not " + factor);
    }

    static IllegalArgumentException unevenPadding(long[] amounts) {
        return argument(
                "pad",
                "needs two amounts per axis, the last axis first: left, right, top, bottom, …",
                "amounts  " + Arrays.toString(amounts));
    }

    static IllegalArgumentException paddingTooLarge(PadMode mode, Tensor x, int axis, long amount, long most) {
        return argument(
                "pad",
                mode + " has at most " + most + " elements to offer along axis " + axis + ", not " + amount,
                "input  " + x.describe());
    }

    static IllegalArgumentException croppedTooFar(Tensor x, int axis, long before, long after) {
        return argument(
                "pad",
                "cannot take " + before + " and " + after + " elements away from axis " + axis,
                "input  " + x.describe());
    }

    // ---------------------------------------------------------------- convolution

    static IllegalArgumentException convRank(String operation, int axes, Tensor x, Tensor w) {
        String names = "D, H, W".substring(9 - 3 * axes);
        return argument(
                operation,
                "needs an input [N, C, " + names + "] or [C, " + names + "] and a weight of " + (axes + 2) + " axes",
                "input   " + x.describe(),
                "weight  " + w.describe());
    }

    static IllegalArgumentException convChannels(String operation, Tensor x, Tensor w, long channels, long wanted) {
        return argument(
                operation,
                "the input has " + channels + " channels, the weight and groups want " + wanted,
                "input   " + x.describe(),
                "weight  " + w.describe());
    }

    static IllegalArgumentException convGroups(String operation, Tensor w, long channels, int groups) {
        return argument(
                operation, groups + " groups do not divide " + channels + " channels", "weight  " + w.describe());
    }

    static IllegalArgumentException convBias(String operation, Tensor bias, long channels) {
        return argument(
                operation,
                "the bias must have one number per output channel",
                "bias             " + bias.describe(),
                "output channels  " + channels);
    }

    static IllegalArgumentException emptyKernel(String operation, Tensor w) {
        return argument(operation, "the kernel has no elements", "weight  " + w.describe());
    }

    static IllegalArgumentException outputPaddingTooLarge(String operation, int padding, int stride, int dilation) {
        return argument(
                operation,
                "outputPadding must be smaller than the stride or the dilation",
                "outputPadding  " + padding,
                "stride         " + stride,
                "dilation       " + dilation);
    }

    static IllegalArgumentException emptyOutput(String operation, Tensor x, int axis, long size) {
        return argument(
                operation,
                "the output would have size " + size + " along axis " + axis,
                "input  " + x.describe(),
                "hint: less padding");
    }
}
