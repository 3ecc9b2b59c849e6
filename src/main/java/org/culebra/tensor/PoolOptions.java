package org.culebra.tensor;

import java.util.List;

/**
 * How windows slide over the last axes of a tensor: {@code PoolOptions.of(3).stride(2).padding(1)}.
 *
 * <p>Each setting is one number for all axes, or one per axis. Along an axis of length D there are ⌊(D + 2·padding −
 * dilation·(kernel − 1) − 1) / stride⌋ + 1 windows, or ⌈…⌉ + 1 with {@link #ceilMode()} as long as the last one begins in the
 * input or the padding before it.
 *
 * @param kernel how many elements a window sees
 * @param stride from one window to the next; empty: the kernel's, so that windows do not overlap
 * @param padding how far windows reach beyond both ends
 * @param dilation distance of the elements that a window sees
 * @param ceilMode whether a last window may hang over the end
 * @param countPadding whether an average counts the padding as zeros; otherwise it is over the elements there are
 */
public record PoolOptions(
        List<Integer> kernel,
        List<Integer> stride,
        List<Integer> padding,
        List<Integer> dilation,
        boolean ceilMode,
        boolean countPadding) {

    /**
     * Copies and checks.
     *
     * @throws IllegalArgumentException if a kernel, stride or dilation is not positive or a padding is negative
     */
    public PoolOptions {
        kernel = PerAxis.positive("pooling", "kernel", kernel);
        stride = PerAxis.positive("pooling", "stride", stride);
        padding = PerAxis.notNegative("pooling", "padding", padding);
        dilation = PerAxis.positive("pooling", "dilation", dilation);
    }

    /** Windows of this size side by side. */
    public static PoolOptions of(int... kernel) {
        return new PoolOptions(PerAxis.list(kernel), List.of(), List.of(0), List.of(1), false, true);
    }

    /** With this distance from one window to the next. */
    public PoolOptions stride(int... steps) {
        return new PoolOptions(kernel, PerAxis.list(steps), padding, dilation, ceilMode, countPadding);
    }

    /** Reaching so far beyond both ends. */
    public PoolOptions padding(int... amounts) {
        return new PoolOptions(kernel, stride, PerAxis.list(amounts), dilation, ceilMode, countPadding);
    }

    /** With this distance of the elements that a window sees. */
    public PoolOptions dilation(int... distances) {
        return new PoolOptions(kernel, stride, padding, PerAxis.list(distances), ceilMode, countPadding);
    }

    /** Whether a last window may hang over the end. */
    public PoolOptions ceilMode(boolean hanging) {
        return new PoolOptions(kernel, stride, padding, dilation, hanging, countPadding);
    }

    /** Whether an average counts the padding as zeros. */
    public PoolOptions countPadding(boolean counted) {
        return new PoolOptions(kernel, stride, padding, dilation, ceilMode, counted);
    }
}
