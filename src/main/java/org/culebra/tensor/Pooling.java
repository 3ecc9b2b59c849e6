package org.culebra.tensor;

import org.culebra.kernel.Taps;
import org.culebra.kernel.Window;
import org.culebra.memory.DType;

/** Pooling over the last one, two or three axes. */
final class Pooling {
    private static final Window ONE = new Window(1, 1, 0, 1, 1, 1);

    private Pooling() {}

    // ---------------------------------------------------------------- windows

    /** How windows slide along each of the last axes; every window sees an element. */
    static Window[] windows(String operation, Tensor x, PoolOptions options, int axes) {
        check(operation, x, axes);
        int[] kernel = PerAxis.spread(operation, "kernel", options.kernel(), axes);
        int[] stride =
                options.stride().isEmpty() ? kernel : PerAxis.spread(operation, "stride", options.stride(), axes);
        int[] padding = PerAxis.spread(operation, "padding", options.padding(), axes);
        int[] dilation = PerAxis.spread(operation, "dilation", options.dilation(), axes);
        Window[] windows = new Window[axes];
        for (int k = 0; k < axes; k++) {
            int axis = x.rank() - axes + k;
            long outputs =
                    outputs(operation, x, axis, kernel[k], stride[k], padding[k], dilation[k], options.ceilMode());
            windows[k] = new Window(
                    kernel[k], stride[k], padding[k], dilation[k], (int) x.dim(axis), Math.toIntExact(outputs));
            requireElements(operation, x, axis, windows[k]);
        }
        return windows;
    }

    static void check(String operation, Tensor x, int axes) {
        if (x.rank() < axes) {
            throw Errors.rankAtLeast(operation, axes, x);
        }
        if (!x.dtype().isFloating()) {
            throw Errors.floatingOnly(operation, x);
        }
        requireIntPlanes(operation, x, axes);
    }

    static void requireIntPlanes(String operation, Tensor x, int axes) {
        if (x.shape().range(x.rank() - axes, x.rank()).size() > Integer.MAX_VALUE) {
            throw SpatialErrors.planeTooLarge(operation, x);
        }
    }

    private static long outputs(
            String operation, Tensor x, int axis, int kernel, int stride, int padding, int dilation, boolean ceilMode) {
        long dim = x.dim(axis);
        long span = dilation * (kernel - 1L) + 1;
        long room = dim + 2L * padding - span;
        if (room < 0 || dim + 2L * padding > Integer.MAX_VALUE) {
            throw SpatialErrors.windowTooLarge(operation, x, axis, span, padding);
        }
        long outputs = (ceilMode ? Math.ceilDiv(room, stride) : room / stride) + 1;
        return (outputs - 1) * stride >= dim + padding ? outputs - 1 : outputs;
    }

    private static void requireElements(String operation, Tensor x, int axis, Window window) {
        for (int i = 0; i < window.outputs(); i++) {
            if (window.first(i) >= window.end(i)) {
                throw SpatialErrors.emptyWindow(operation, x, axis, i);
            }
        }
    }

    // ---------------------------------------------------------------- largest

    static Tensor max1d(Tensor x, PoolOptions options) {
        Window columns = windows("maxPool1d", x, options, 1)[0];
        return new MaxPool2d(ONE, columns).apply(x.unsqueeze(-2))[0].squeeze(-2);
    }

    static Tensor max2d(Tensor x, PoolOptions options) {
        Window[] windows = windows("maxPool2d", x, options, 2);
        return new MaxPool2d(windows[0], windows[1]).apply(x)[0];
    }

    /** First within each slice, then across slices: the maximum is associative, and so is "the first of the largest". */
    static Tensor max3d(Tensor x, PoolOptions options) {
        Window[] windows = windows("maxPool3d", x, options, 3);
        Tensor slices = new MaxPool2d(windows[1], windows[2]).apply(x)[0];
        int width = windows[1].outputs() * windows[2].outputs();
        var side = new Window(1, 1, 0, 1, width, width);
        Shape flat = x.shape().range(0, x.rank() - 3).append(windows[0].inputs(), width);
        Tensor largest = new MaxPool2d(windows[0], side).apply(slices.reshape(flat))[0];
        return largest.reshape(slices.shape().with(-3, windows[0].outputs()));
    }

    // ---------------------------------------------------------------- average

    static Tensor average(String operation, Tensor x, PoolOptions options, int axes) {
        Window[] windows = windows(operation, x, options, axes);
        Taps[] sums = new Taps[axes];
        int[][] counts = new int[axes][];
        for (int k = 0; k < axes; k++) {
            sums[k] = sums(windows[k]);
            counts[k] = counts(windows[k], options.countPadding());
        }
        return divide(Resample.apply(x, sums), counts);
    }

    private static Taps sums(Window window) {
        var taps = new Taps.Builder(window.inputs(), window.outputs());
        for (int i = 0; i < window.outputs(); i++) {
            for (int k = window.first(i); k < window.end(i); k++) {
                taps.add(window.start(i) + k * window.dilation(), 1);
            }
            taps.next();
        }
        return taps.build();
    }

    /** Elements that each average is over; padding counts up to its end, which a window of ceil mode may hang over. */
    private static int[] counts(Window window, boolean countPadding) {
        int[] counts = new int[window.outputs()];
        for (int i = 0; i < counts.length; i++) {
            int padded = Math.ceilDiv(window.inputs() + window.padding() - window.start(i), window.dilation());
            counts[i] = countPadding ? Math.min(window.size(), padded) : window.end(i) - window.first(i);
        }
        return counts;
    }

    static Tensor adaptiveAverage(String operation, Tensor x, long... sizes) {
        int axes = sizes.length;
        Resampling.check(operation, x, sizes);
        Taps[] sums = new Taps[axes];
        int[][] counts = new int[axes][];
        boolean all = true;
        for (int k = 0; k < axes; k++) {
            int inputs = (int) x.dim(k - axes);
            counts[k] = new int[(int) sizes[k]];
            sums[k] = adaptiveSums(inputs, counts[k]);
            all &= sizes[k] == 1;
        }
        return all ? x.mean(true, lastAxes(axes)) : divide(Resample.apply(x, sums), counts);
    }

    private static int[] lastAxes(int axes) {
        int[] last = new int[axes];
        for (int k = 0; k < axes; k++) {
            last[k] = k - axes;
        }
        return last;
    }

    /** Window i is from ⌊i·inputs/outputs⌋ to ⌈(i + 1)·inputs/outputs⌉. */
    private static Taps adaptiveSums(int inputs, int[] counts) {
        var taps = new Taps.Builder(inputs, counts.length);
        for (long i = 0; i < counts.length; i++) {
            int begin = (int) (i * inputs / counts.length);
            int end = (int) Math.ceilDiv((i + 1) * inputs, (long) counts.length);
            for (int source = begin; source < end; source++) {
                taps.add(source, 1);
            }
            taps.next();
            counts[(int) i] = end - begin;
        }
        return taps.build();
    }

    /** Sums divided by the number of terms, which is the product of those along the axes: an average of ones is exactly 1. */
    private static Tensor divide(Tensor sums, int[][] counts) {
        double same = 1;
        for (int[] along : counts) {
            for (int count : along) {
                if (count != along[0]) {
                    return sums.div(divisors(sums.dtype(), counts));
                }
            }
            same *= along[0];
        }
        return sums.div(same);
    }

    private static Tensor divisors(DType dtype, int[][] counts) {
        long[] dims = new long[counts.length];
        int size = 1;
        for (int k = 0; k < dims.length; k++) {
            dims[k] = counts[k].length;
            size *= counts[k].length;
        }
        double[] divisors = new double[size];
        for (int e = 0; e < size; e++) {
            double product = 1;
            int rest = e;
            for (int k = dims.length - 1; k >= 0; k--) {
                product *= counts[k][rest % counts[k].length];
                rest /= counts[k].length;
            }
            divisors[e] = product;
        }
        return Tensor.of(divisors, dims).to(dtype);
    }
}
