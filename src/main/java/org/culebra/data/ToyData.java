package org.culebra.data;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;

/**
 * Points of the plane to try models on: f32[N, 2].
 *
 * <p>The mixtures of Gaussians are those that generative models are judged by (PacGAN; Lin et al., NeurIPS 2018), with the mode
 * as the label; the intertwined classes are those that a linear classifier cannot tell apart.
 */
public final class ToyData {
    private static final int RING = 8;
    private static final double RING_DEVIATION = .01;
    private static final int GRID = 5;
    private static final int GRID_MIDDLE = 2;
    private static final double GRID_SPACING = 2;
    private static final double GRID_DEVIATION = .05;

    private ToyData() {}

    /** x ~ N((cos 2πk/8, sin 2πk/8), .01²), k uniform: eight modes on the unit circle. */
    public static Dataset ring(Random random, long size) {
        return gaussians("ring of Gaussians", ringCentres(), RING_DEVIATION, random, size);
    }

    /** f64[8, 2]: the middles of {@link #ring}. */
    public static Tensor ringCentres() {
        return centres(RING, k ->
                new double[] {StrictMath.cos(2 * Math.PI * k / RING), StrictMath.sin(2 * Math.PI * k / RING)});
    }

    /** x ~ N((2i − 4, 2j − 4), .05²), i and j uniform from 0 to 4: 25 modes. */
    public static Dataset grid(Random random, long size) {
        return gaussians("grid of Gaussians", gridCentres(), GRID_DEVIATION, random, size);
    }

    /** f64[25, 2]: the middles of {@link #grid}. */
    public static Tensor gridCentres() {
        return centres(GRID * GRID, k -> {
            int row = k / GRID;
            int column = k % GRID;
            return new double[] {GRID_SPACING * (row - GRID_MIDDLE), GRID_SPACING * (column - GRID_MIDDLE)};
        });
    }

    private static Tensor centres(int count, IntFunction<double[]> centre) {
        double[] points = new double[2 * count];
        for (int k = 0; k < count; k++) {
            System.arraycopy(centre.apply(k), 0, points, 2 * k, 2);
        }
        return Tensor.of(points, count, 2);
    }

    private static Dataset gaussians(String name, Tensor centres, double deviation, Random random, long size) {
        requireSize(name, size);
        Tensor modes = Tensor.randint(random, 0, centres.dim(0), size);
        Tensor points = centres.embedding(modes)
                .add(Tensor.normal(random, DType.F64, 0, deviation, size, 2))
                .to(DType.F32);
        return new Dataset(name, points, modes, numbers((int) centres.dim(0)));
    }

    /**
     * Two half circles that reach into each other: (cos t, sin t) and (1 − cos t, ½ − sin t), t evenly spaced from 0 to π, with
     * normal noise of this deviation. The classes take turns.
     */
    public static Dataset moons(Random random, long size, double noise) {
        return curves("moons", random, size, 2, noise, (k, along) -> {
            double t = Math.PI * along;
            return k == 0
                    ? new double[] {StrictMath.cos(t), StrictMath.sin(t)}
                    : new double[] {1 - StrictMath.cos(t), .5 - StrictMath.sin(t)};
        });
    }

    /**
     * Arms around the origin: arm k of K is r·(sin a, cos a) with a = 2πk/K + 4r, r evenly spaced from 0 to 1, with normal noise of
     * this deviation. The classes take turns.
     */
    public static Dataset spirals(Random random, long size, int arms, double noise) {
        if (arms < 1) {
            throw new IllegalArgumentException("spirals: needs at least 1 arm, not " + arms);
        }
        return curves("spirals", random, size, arms, noise, (k, r) -> {
            double angle = 2 * Math.PI * k / arms + 4 * r;
            return new double[] {r * StrictMath.sin(angle), r * StrictMath.cos(angle)};
        });
    }

    @FunctionalInterface
    private interface Curve {
        /** The point of class k at a part of its curve, from 0 to 1. */
        double[] at(int k, double along);
    }

    private static Dataset curves(String name, Random random, long size, int classes, double noise, Curve curve) {
        requireSize(name, size);
        int count = Math.toIntExact(size);
        double[] points = new double[2 * count];
        long[] labels = new long[count];
        int longest = Math.max(1, Math.ceilDiv(count, classes) - 1);
        for (int i = 0; i < count; i++) {
            int k = i % classes;
            int place = i / classes;
            labels[i] = k;
            System.arraycopy(curve.at(k, (double) place / longest), 0, points, 2 * i, 2);
        }
        Tensor noisy = Tensor.of(points, size, 2).add(Tensor.normal(random, DType.F64, 0, noise, size, 2));
        return new Dataset(name, noisy.to(DType.F32), Tensor.of(labels), numbers(classes));
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    private static void requireSize(String name, long size) {
        if (size < 1) {
            throw new IllegalArgumentException(name + ": needs at least 1 point, not " + size);
        }
    }
}
