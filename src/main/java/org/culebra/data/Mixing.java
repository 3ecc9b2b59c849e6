package org.culebra.data;

import java.util.List;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/** What mixing examples needs. */
final class Mixing {
    private Mixing() {}

    private static final Elementwise LERP = Elementwise.withScalars(
            "mix", 2, 1, (x, s) -> List.of(x.get(0).sub(x.get(1)).fma(s.get(0), x.get(1))));

    /** λ·x + (1 − λ)·x[partners]. */
    static Tensor lerp(Tensor x, Tensor partners, double share) {
        if (!x.dtype().isFloating()) {
            throw new IllegalArgumentException(
                    "mix: needs floating numbers, but was given " + x.describe() + "; hint: Transform.unit() first");
        }
        return Tape.scoped(() -> LERP.apply(new double[] {share}, x, x.indexSelect(0, partners)));
    }

    /** The targets mixed: labels as probabilities. */
    static Tensor targets(Batch batch, int classes, Tensor partners, double share) {
        Tensor targets = batch.targets();
        if (targets.dtype().isFloating()) {
            return lerp(targets, partners, share);
        }
        if (classes < 1) {
            throw new IllegalArgumentException(
                    "mix: needs targets that are classes or floating numbers, but was given " + targets.describe());
        }
        return Tape.scoped(() -> lerp(targets.oneHot(classes), partners, share));
    }

    /** A stretch of rows or columns. */
    record Range(long start, long length) {
        /** A part of {@code size}, its middle uniform, as far as it lies inside. */
        static Range random(long size, double part, Random random) {
            long half = Math.round(size * part) / 2;
            long middle = Draws.nextBelow(random, size);
            long start = Math.max(0, middle - half);
            return new Range(start, Math.min(size, middle + half) - start);
        }

        Tensor of(Tensor images, int axis) {
            return images.narrow(axis, start, length);
        }
    }

    /** λ ~ Beta(α, α), as G/(G + G′) of two gamma variates; by their logarithms, since those of a small α underflow. */
    static double beta(double alpha, Random random) {
        double first = logGamma(alpha, random);
        double second = logGamma(alpha, random);
        return 1 / (1 + StrictMath.exp(second - first));
    }

    /** ln G, G ~ Gamma(α, 1): for α ≥ 1 as d·(1 + c·x)³ (Marsaglia and Tsang 2000), below as G(α + 1)·u^(1/α). */
    private static double logGamma(double alpha, Random random) {
        if (alpha < 1) {
            return logGamma(alpha + 1, random) + StrictMath.log(1 - Draws.next(random)) / alpha;
        }
        double d = alpha - 1 / 3.;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = normal(random);
            double v = 1 + c * x;
            double u = 1 - Draws.next(random);
            double logCube = 3 * StrictMath.log(Math.max(v, Double.MIN_NORMAL));
            if (v > 0 && StrictMath.log(u) < x * x / 2 + d - d * v * v * v + d * logCube) {
                return StrictMath.log(d) + logCube;
            }
        }
    }

    /** By Box and Muller's method. */
    private static double normal(Random random) {
        double radius = Math.sqrt(-2 * StrictMath.log(1 - Draws.next(random)));
        return radius * StrictMath.cos(2 * Math.PI * Draws.next(random));
    }
}
