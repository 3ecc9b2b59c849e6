package org.culebra.nn;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.culebra.tensor.Tensor;

/**
 * One number for each part of the last axes, whatever their lengths: part i of n over a length D is from ⌊i·D/n⌋ to ⌈(i + 1)·D/n⌉.
 *
 * <p>[..., D₁, …, Dₖ] → [..., n₁, …, nₖ]. {@code average(1, 1)} is global average pooling.
 *
 * @param kind the largest or the mean
 * @param sizes n, one for each of the last axes
 */
public record AdaptivePool(Pool.Kind kind, List<Long> sizes) implements Layer {
    /**
     * Copies and checks.
     *
     * @throws IllegalArgumentException if there is no size, or one is not positive
     */
    public AdaptivePool {
        sizes = List.copyOf(sizes);
        Checks.positive("adaptivePool", "number of axes", sizes.size());
        sizes.forEach(size -> Checks.positive("adaptivePool", "size", size));
    }

    /** Means over as many parts. */
    public static AdaptivePool average(long... sizes) {
        return new AdaptivePool(Pool.Kind.AVERAGE, Arrays.stream(sizes).boxed().toList());
    }

    /** The largest of as many parts. */
    public static AdaptivePool max(long... sizes) {
        return new AdaptivePool(Pool.Kind.MAX, Arrays.stream(sizes).boxed().toList());
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (x.rank() < sizes.size()) {
            throw Checks.wrongInput(this, "[..., " + sizes.size() + " axes]", x);
        }
        if (kind == Pool.Kind.AVERAGE) {
            return x.adaptiveAvgPool(sizes.stream().mapToLong(Long::longValue).toArray());
        }
        Tensor y = x;
        for (int k = 0; k < sizes.size(); k++) {
            y = largest(y, k - sizes.size(), sizes.get(k));
        }
        return y;
    }

    private static Tensor largest(Tensor x, int axis, long parts) {
        long length = x.dim(axis);
        Tensor[] each = new Tensor[Math.toIntExact(parts)];
        for (int i = 0; i < parts; i++) {
            long from = i * length / parts;
            long to = Math.ceilDiv((i + 1) * length, parts);
            each[i] = x.narrow(axis, from, to - from).max(true, axis);
        }
        return Tensor.concat(axis, each);
    }

    @Override
    public String toString() {
        return (kind == Pool.Kind.MAX ? "AdaptiveMaxPool(" : "AdaptiveAvgPool(")
                + sizes.stream().map(String::valueOf).collect(Collectors.joining("×")) + ")";
    }
}
