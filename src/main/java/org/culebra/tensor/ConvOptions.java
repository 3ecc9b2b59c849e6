package org.culebra.tensor;

import java.util.List;

/**
 * How a convolution's kernel slides: {@code ConvOptions.DEFAULT.stride(2).padding(1)}.
 *
 * <p>Each setting is one number for all axes, or one per axis.
 *
 * @param stride from one place of the kernel to the next
 * @param padding zeros before and after each axis
 * @param dilation distance of the elements that the kernel sees
 * @param groups number of groups that channels are divided into: each output channel sees the input channels of its group
 * @param outputPadding what a transposed convolution adds to the end of each axis: its size is ambiguous where the stride is
 *     not 1
 */
public record ConvOptions(
        List<Integer> stride, List<Integer> padding, List<Integer> dilation, int groups, List<Integer> outputPadding) {

    /** Stride 1, no padding, no dilation, one group. */
    public static final ConvOptions DEFAULT = new ConvOptions(List.of(1), List.of(0), List.of(1), 1, List.of(0));

    /**
     * Copies and checks.
     *
     * @throws IllegalArgumentException if a stride, a dilation or the number of groups is not positive or a padding is negative
     */
    public ConvOptions {
        stride = PerAxis.positive("convolution", "stride", stride);
        padding = PerAxis.notNegative("convolution", "padding", padding);
        dilation = PerAxis.positive("convolution", "dilation", dilation);
        outputPadding = PerAxis.notNegative("convolution", "outputPadding", outputPadding);
        if (groups < 1) {
            throw Errors.notPositive("convolution", "groups", groups);
        }
    }

    /** With this distance from one place of the kernel to the next. */
    public ConvOptions stride(int... steps) {
        return new ConvOptions(PerAxis.list(steps), padding, dilation, groups, outputPadding);
    }

    /** With so many zeros before and after each axis. */
    public ConvOptions padding(int... amounts) {
        return new ConvOptions(stride, PerAxis.list(amounts), dilation, groups, outputPadding);
    }

    /** With this distance of the elements that the kernel sees. */
    public ConvOptions dilation(int... distances) {
        return new ConvOptions(stride, padding, PerAxis.list(distances), groups, outputPadding);
    }

    /** With channels divided into so many groups. */
    public ConvOptions groups(int count) {
        return new ConvOptions(stride, padding, dilation, count, outputPadding);
    }

    /** Transposed: with so many more elements at the end of each axis. */
    public ConvOptions outputPadding(int... amounts) {
        return new ConvOptions(stride, padding, dilation, groups, PerAxis.list(amounts));
    }
}
