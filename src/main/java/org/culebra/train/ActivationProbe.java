package org.culebra.train;

import java.util.stream.IntStream;
import org.culebra.memory.DType;
import org.culebra.nn.Layer;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** What one layer computed in the passes of one probe. */
final class ActivationProbe {
    /** Numbers that differ by less than this share of the largest are the same. */
    private static final double SAME = 1e-6;

    private double count;
    private double mean;
    private double squares;
    private double saturated;
    private double saturable;
    private boolean @Nullable [] alive;
    private boolean finite = true;
    private boolean constant = true;
    private LayerKind kind = LayerKind.OTHER;

    /** A pass; a layer may be called several times. */
    void add(Layer layer, Tensor x, Tensor y, boolean channelsFirst) {
        merge(y);
        constant = constant && isConstant(x, y);
        kind = LayerKind.of(layer, x, y);
        if (kind.saturates()) {
            saturated += kind.saturated(y).sum().item();
            saturable += kind.saturable(y);
        }
        if (kind.canDie()) {
            boolean[] now = alive(y, channelsFirst);
            boolean[] before = alive;
            if (before != null && before.length == now.length) {
                IntStream.range(0, now.length).forEach(i -> now[i] |= before[i]);
            }
            alive = now;
        }
    }

    /** Means and spreads as Chan, Golub and LeVeque (1979) merge them. */
    private void merge(Tensor y) {
        double m = y.mean().item();
        double v = y.variance(0, false).item();
        if (!Double.isFinite(m + v)) {
            finite &= !y.isFinite().not().any().toBooleanArray()[0];
            Tensor wide = y.to(DType.F64); // its sums in f32 may be too large
            m = wide.mean().item();
            v = wide.variance(0, false).item();
        }
        double n = y.size();
        double step = m - mean;
        double share = n / (count + n);
        squares += v * n + step * step * count * share;
        mean += step * share;
        count += n;
    }

    /** Along axis 1; of sequences [B, T, E] along the last. */
    private static boolean[] alive(Tensor y, boolean channelsFirst) {
        int unit = y.rank() == 3 && !channelsFirst ? 2 : 1;
        int[] others = IntStream.range(0, y.rank()).filter(axis -> axis != unit).toArray();
        return y.rank() < 2
                ? y.any().reshape(1).toBooleanArray()
                : y.any(others).toBooleanArray();
    }

    /** True if every example comes to the same although the examples differ. */
    private static boolean isConstant(Tensor x, Tensor y) {
        return y.rank() > 0 && y.dim(0) > 1 && isSame(y) && !(x.rank() > 0 && isSame(x));
    }

    private static boolean isSame(Tensor y) {
        Tensor wide = y.to(DType.F64);
        double difference = wide.sub(wide.narrow(0, 0, 1)).abs().max().item();
        return difference <= SAME * wide.abs().max().item();
    }

    double mean() {
        return mean;
    }

    double deviation() {
        return Math.sqrt(squares / count);
    }

    /** Share of the outputs; NaN of a function that does not saturate. */
    double saturated() {
        return saturable > 0 ? saturated / saturable : Double.NaN;
    }

    /** Which units were not 0 for every example; null of a function that does not die. */
    boolean @Nullable [] alive() {
        return alive;
    }

    boolean isFinite() {
        return finite;
    }

    boolean isConstant() {
        return constant;
    }

    LayerKind kind() {
        return kind;
    }
}
