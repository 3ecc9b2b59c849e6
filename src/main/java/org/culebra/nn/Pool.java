package org.culebra.nn;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.culebra.tensor.PoolOptions;
import org.culebra.tensor.Tensor;

/**
 * One number for each window that slides over the last axes; made by {@link MaxPool1d}, {@link MaxPool2d}, {@link MaxPool3d},
 * {@link AvgPool1d}, {@link AvgPool2d} and {@link AvgPool3d}.
 *
 * <p>[B, C, D…] → [B, C, D′…], D′ = ⌊(D + 2·padding − dilation·(kernel − 1) − 1)/stride⌋ + 1.
 *
 * @param kind which number
 * @param axes over how many axes
 * @param options how the windows slide
 */
public record Pool(Kind kind, int axes, PoolOptions options) implements Layer {
    /** What is taken of a window. */
    public enum Kind {
        /** The largest number; padding never is. */
        MAX,
        /** The mean; see {@link PoolOptions#countPadding()} for the padding. */
        AVERAGE
    }

    static Pool of(Kind kind, int axes, int... kernel) {
        return new Pool(kind, axes, PoolOptions.of(kernel));
    }

    /**
     * Checks the number of axes.
     *
     * @throws IllegalArgumentException unless it is 1, 2 or 3
     */
    public Pool {
        if (axes < 1 || axes > 3) {
            throw new IllegalArgumentException("pool: windows have 1, 2 or 3 axes, not " + axes);
        }
    }

    private Pool with(PoolOptions other) {
        return new Pool(kind, axes, other);
    }

    /** The same with this distance between windows. */
    public Pool stride(int... steps) {
        return with(options.stride(steps));
    }

    /** The same with windows that reach so far beyond both ends. */
    public Pool padding(int... amounts) {
        return with(options.padding(amounts));
    }

    /** The same with this distance of the elements that a window sees; for the largest only. */
    public Pool dilation(int... distances) {
        return with(options.dilation(distances));
    }

    /** The same with a last window that may hang over the end. */
    public Pool ceilMode() {
        return with(options.ceilMode(true));
    }

    /** The same with means over the elements there are, without the padding. */
    public Pool withoutPaddingInMeans() {
        return with(options.countPadding(false));
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (x.rank() != axes + 2) {
            throw Checks.wrongInput(
                    this, "[B, C, " + List.of("L", "H, W", "D, H, W").get(axes - 1) + "]", x);
        }
        boolean max = kind == Kind.MAX;
        return switch (axes) {
            case 1 -> max ? x.maxPool1d(options) : x.avgPool1d(options);
            case 2 -> max ? x.maxPool2d(options) : x.avgPool2d(options);
            default -> max ? x.maxPool3d(options) : x.avgPool3d(options);
        };
    }

    @Override
    public String toString() {
        List<Integer> kernel = options.kernel();
        String sizes = IntStream.range(0, axes)
                .mapToObj(k -> String.valueOf(kernel.get(kernel.size() == 1 ? 0 : k)))
                .collect(Collectors.joining("×"));
        return (kind == Kind.MAX ? "MaxPool" : "AvgPool") + axes + "d(" + sizes
                + Checks.option("stride", options.stride(), kernel.getFirst())
                + Checks.option("padding", options.padding(), 0)
                + Checks.option("dilation", options.dilation(), 1)
                + (options.ceilMode() ? ", ceil" : "")
                + (options.countPadding() ? ")" : ", padding not counted)");
    }
}
