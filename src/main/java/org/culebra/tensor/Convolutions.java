package org.culebra.tensor;

import java.util.Arrays;
import org.culebra.kernel.Window;
import org.culebra.memory.DType;
import org.jspecify.annotations.Nullable;

/** Convolutions over the last one, two or three axes: arguments are checked here, and all become two-dimensional. */
final class Convolutions {
    private static final Window ONE = new Window(1, 1, 0, 1, 1, 1);

    private Convolutions() {}

    static DType type(Tensor[] inputs) {
        DType type = inputs[0].dtype();
        for (Tensor input : inputs) {
            type = DType.promote(type, input.dtype());
        }
        return type;
    }

    // ---------------------------------------------------------------- convolution

    static Tensor convolve(String operation, int axes, Tensor x, Tensor w, @Nullable Tensor bias, ConvOptions options) {
        check(operation, axes, x, w);
        Window[] windows = windows(operation, axes, x, w, options);
        long channels = x.dim(-axes - 1);
        if (w.dim(0) % options.groups() != 0) {
            throw SpatialErrors.convGroups(operation, w, w.dim(0), options.groups());
        }
        if (channels != w.dim(1) * options.groups()) {
            throw SpatialErrors.convChannels(operation, x, w, channels, w.dim(1) * options.groups());
        }
        checkBias(operation, bias, w.dim(0));
        boolean single = x.rank() == axes + 1;
        Tensor batch = single ? x.unsqueeze(0) : x;
        Tensor y = axes == 3
                ? volumes(batch, w, bias, windows, options.groups())
                : planes(new Conv2d(rows(windows), windows[axes - 1], options.groups()), axes, batch, w, bias);
        return single ? y.squeeze(0) : y;
    }

    private static Window rows(Window[] windows) {
        return windows.length == 1 ? ONE : windows[0];
    }

    /** One axis becomes the columns of planes of one row. */
    private static Tensor planes(Op op, int axes, Tensor x, Tensor w, @Nullable Tensor bias) {
        Tensor image = axes == 1 ? x.unsqueeze(-2) : x;
        Tensor kernel = axes == 1 ? w.unsqueeze(-2) : w;
        Tensor y = bias == null ? op.one(image, kernel) : op.one(image, kernel, bias);
        return axes == 1 ? y.squeeze(-2) : y;
    }

    /** The depths that a kernel sees become channels, and its places in depth images. */
    private static Tensor volumes(Tensor x, Tensor w, @Nullable Tensor bias, Window[] windows, int groups) {
        Window depth = windows[0];
        int pad = depth.padding();
        long span = (depth.size() - 1L) * depth.dilation() + 1;
        Tensor seen =
                x.pad(0, 0, 0, 0, pad, pad).unfold(2, span, depth.stride()).slice(-1, 0, span, depth.dilation());
        // [N, C, D′, H, W, Kd] -> [N·D′, C·Kd, H, W]
        Tensor images = seen.permute(0, 2, 1, 5, 3, 4)
                .reshape(x.dim(0) * seen.dim(2), x.dim(1) * depth.size(), x.dim(3), x.dim(4));
        Tensor kernel = w.reshape(w.dim(0), w.dim(1) * depth.size(), w.dim(3), w.dim(4));
        Tensor y = planes(new Conv2d(windows[1], windows[2], groups), 2, images, kernel, bias);
        return y.reshape(x.dim(0), seen.dim(2), w.dim(0), y.dim(2), y.dim(3)).permute(0, 2, 1, 3, 4);
    }

    private static Window[] windows(String operation, int axes, Tensor x, Tensor w, ConvOptions options) {
        int[] stride = PerAxis.spread(operation, "stride", options.stride(), axes);
        int[] padding = PerAxis.spread(operation, "padding", options.padding(), axes);
        int[] dilation = PerAxis.spread(operation, "dilation", options.dilation(), axes);
        Window[] windows = new Window[axes];
        for (int k = 0; k < axes; k++) {
            int axis = x.rank() - axes + k;
            int size = (int) w.dim(2 + k);
            long padded = x.dim(axis) + 2L * padding[k];
            long span = dilation[k] * (size - 1L) + 1;
            if (span > padded || padded > Integer.MAX_VALUE) {
                throw SpatialErrors.windowTooLarge(operation, x, axis, span, padding[k]);
            }
            int outputs = (int) ((padded - span) / stride[k]) + 1;
            windows[k] = new Window(size, stride[k], padding[k], dilation[k], (int) x.dim(axis), outputs);
        }
        return windows;
    }

    private static void check(String operation, int axes, Tensor x, Tensor w) {
        if (w.rank() != axes + 2 || (x.rank() != axes + 1 && x.rank() != axes + 2)) {
            throw SpatialErrors.convRank(operation, axes, x, w);
        }
        if (!x.dtype().isFloating() || !w.dtype().isFloating()) {
            throw Errors.floatingOnly(operation, x.dtype().isFloating() ? w : x);
        }
        Pooling.requireIntPlanes(operation, x, axes);
        long kernel = w.shape().range(2, w.rank()).size();
        if (kernel == 0) {
            throw SpatialErrors.emptyKernel(operation, w);
        }
        Pooling.requireIntPlanes(operation, w, axes);
    }

    private static void checkBias(String operation, @Nullable Tensor bias, long channels) {
        if (bias == null) {
            return;
        }
        if (!bias.dtype().isFloating()) {
            throw Errors.floatingOnly(operation, bias);
        }
        if (bias.rank() != 1 || bias.dim(0) != channels) {
            throw SpatialErrors.convBias(operation, bias, channels);
        }
    }

    // ---------------------------------------------------------------- transposed convolution

    static Tensor transpose(
            String operation, int axes, Tensor y, Tensor w, @Nullable Tensor bias, ConvOptions options) {
        check(operation, axes, y, w);
        long channels = y.dim(-axes - 1);
        if (channels != w.dim(0)) {
            throw SpatialErrors.convChannels(operation, y, w, channels, w.dim(0));
        }
        if (channels % options.groups() != 0) {
            throw SpatialErrors.convGroups(operation, w, channels, options.groups());
        }
        checkBias(operation, bias, w.dim(1) * options.groups());
        int[] behind = zerosBehind(operation, axes, options);
        if (Arrays.stream(behind).anyMatch(zeros -> zeros > 0)) {
            return behindZeros(operation, axes, y, w, bias, options, behind);
        }
        Window[] windows = transposedWindows(operation, axes, y, w, options);
        boolean single = y.rank() == axes + 1;
        Tensor batch = single ? y.unsqueeze(0) : y;
        Tensor x = axes == 3
                ? transposedVolumes(batch, w, bias, windows, options.groups())
                : planes(
                        new Conv2dInputGradient(rows(windows), windows[axes - 1], options.groups()),
                        axes,
                        batch,
                        w,
                        bias);
        return single ? x.squeeze(0) : x;
    }

    /** How many whole strides the output padding of each axis has: it may be as large as the dilation allows. */
    private static int[] zerosBehind(String operation, int axes, ConvOptions options) {
        int[] stride = PerAxis.spread(operation, "stride", options.stride(), axes);
        int[] dilation = PerAxis.spread(operation, "dilation", options.dilation(), axes);
        int[] zeros = PerAxis.spread(operation, "outputPadding", options.outputPadding(), axes);
        for (int k = 0; k < axes; k++) {
            if (zeros[k] >= Math.max(stride[k], dilation[k])) {
                throw SpatialErrors.outputPaddingTooLarge(operation, zeros[k], stride[k], dilation[k]);
            }
            zeros[k] /= stride[k];
        }
        return zeros;
    }

    /** A stride of output padding is what a zero behind the input would have been convolved to. */
    private static Tensor behindZeros(
            String operation, int axes, Tensor y, Tensor w, @Nullable Tensor bias, ConvOptions options, int[] behind) {
        int[] stride = PerAxis.spread(operation, "stride", options.stride(), axes);
        int[] rest = PerAxis.spread(operation, "outputPadding", options.outputPadding(), axes);
        long[] amounts = new long[2 * axes];
        for (int k = 0; k < axes; k++) {
            rest[k] %= stride[k];
            amounts[2 * (axes - 1 - k) + 1] = behind[k];
        }
        return transpose(operation, axes, y.pad(amounts), w, bias, options.outputPadding(rest));
    }

    /** Each depth of y is an image, the depths of the kernel are channels; what they give is added where it belongs. */
    private static Tensor transposedVolumes(Tensor y, Tensor w, @Nullable Tensor bias, Window[] windows, int groups) {
        Window depth = windows[0];
        long n = y.dim(0);
        long d = y.dim(2);
        long channels = w.dim(1) * groups;
        // [N, O, D, H, W] -> [N·D, O, H, W]
        Tensor images = y.permute(0, 2, 1, 3, 4).reshape(n * d, y.dim(1), y.dim(3), y.dim(4));
        Tensor kernel = w.reshape(w.dim(0), w.dim(1) * depth.size(), w.dim(3), w.dim(4));
        Tensor parts = planes(new Conv2dInputGradient(windows[1], windows[2], groups), 2, images, kernel, null);
        // [N·D, C·Kd, H′, W′] -> [N, C, D, 1, Kd, H′, W′]
        Tensor apart = parts.reshape(n, d, channels, depth.size(), parts.dim(2), parts.dim(3))
                .permute(0, 2, 1, 3, 4, 5)
                .unsqueeze(3);
        // stride − 1 planes of zeros behind each
        Tensor spread = apart.pad(0, 0, 0, 0, 0, 0, 0, depth.stride() - 1)
                .reshape(n, channels, d * depth.stride(), depth.size(), parts.dim(2), parts.dim(3));
        Tensor x = overlapped(spread, depth);
        return bias == null ? x : x.add(bias.reshape(channels, 1, 1, 1));
    }

    /** Adds the places of the kernel, each shifted by its distance: [N, C, D·stride, Kd, H, W] → [N, C, D′, H, W]. */
    private static Tensor overlapped(Tensor spread, Window depth) {
        long span = (depth.size() - 1L) * depth.dilation();
        Tensor[] shifted = new Tensor[depth.size()];
        for (int k = 0; k < shifted.length; k++) {
            long before = (long) k * depth.dilation();
            shifted[k] = spread.select(3, k).pad(0, 0, 0, 0, before, span - before);
        }
        Tensor sum = shifted[0];
        for (int k = 1; k < shifted.length; k++) {
            sum = sum.add(shifted[k]);
        }
        // What the stride puts behind the last place is the output padding, or more than that.
        long missing = Math.max(0, depth.padding() + depth.inputs() - sum.dim(2));
        return sum.pad(0, 0, 0, 0, 0, missing).narrow(2, depth.padding(), depth.inputs());
    }

    /** The windows of the convolution whose output y has the size of. */
    private static Window[] transposedWindows(String operation, int axes, Tensor y, Tensor w, ConvOptions options) {
        int[] stride = PerAxis.spread(operation, "stride", options.stride(), axes);
        int[] padding = PerAxis.spread(operation, "padding", options.padding(), axes);
        int[] dilation = PerAxis.spread(operation, "dilation", options.dilation(), axes);
        int[] more = PerAxis.spread(operation, "outputPadding", options.outputPadding(), axes);
        Window[] windows = new Window[axes];
        for (int k = 0; k < axes; k++) {
            int axis = y.rank() - axes + k;
            int size = (int) w.dim(2 + k);
            long inputs = (y.dim(axis) - 1) * stride[k] - 2L * padding[k] + dilation[k] * (size - 1L) + more[k] + 1;
            if (y.dim(axis) == 0 || inputs <= 0 || inputs + 2L * padding[k] > Integer.MAX_VALUE) {
                throw SpatialErrors.emptyOutput(operation, y, axis, inputs);
            }
            windows[k] = new Window(size, stride[k], padding[k], dilation[k], (int) inputs, (int) y.dim(axis));
        }
        return windows;
    }
}
