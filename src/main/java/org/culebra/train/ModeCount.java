package org.culebra.train;

import java.util.Arrays;
import java.util.List;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;

/**
 * How many modes of a known mixture samples reach.
 *
 * <p>A sample belongs to the mode whose centre is nearest, and is good if that is within a radius. A mode is covered if it has at least one good
 * sample. With a radius of three standard deviations these are the rules of the PacGAN paper.
 *
 * @param covered modes with at least one good sample
 * @param modes K, all there are
 * @param good share of the samples that are good, from 0 to 1
 * @param reverseKl Σₖ pₖ·ln(pₖ·K), the divergence of the samples' shares p of the modes, good or not, from equal ones: 0 if they are equal,
 *     ln K if all samples are of one mode
 * @param counts samples of each mode, good or not
 * @see <a href="https://arxiv.org/abs/1712.04086">Lin et al. 2018 (PacGAN), section 4.1</a>
 */
public record ModeCount(int covered, int modes, double good, double reverseKl, List<Long> counts) {
    private static final String NAME = "mode count";

    /** Copies the counts. */
    public ModeCount {
        counts = List.copyOf(counts);
    }

    /**
     * Of samples and the centres of the modes, points: [N, D], centres: [K, D].
     *
     * @param radius within which a sample is good, this distance included
     * @throws IllegalArgumentException if they are not two sets of points with as many numbers each, one is empty, the radius is not
     *     positive, or a number is not finite
     */
    public static ModeCount of(Tensor points, Tensor centres, double radius) {
        if (!(radius > 0)) {
            throw new IllegalArgumentException(NAME + ": the radius must be positive, not " + radius);
        }
        Points.requireAlike(NAME, "points", points, "centres", centres, 1);
        Neighbours nearest = Neighbours.nearest(points, centres);
        long[] modes = nearest.indices().toLongArray();
        double[] distances = nearest.distances().toDoubleArray();
        boolean[] isGood = new boolean[modes.length];
        for (int i = 0; i < modes.length; i++) {
            isGood[i] = distances[i] <= radius;
        }
        return count(modes, isGood, (int) centres.dim(0));
    }

    /**
     * Of samples whose modes are known, by a classifier for instance: all of them are good.
     *
     * @param modes i64[N], each from 0 to K − 1
     * @param count K, the number of modes
     * @throws IllegalArgumentException if they are no such numbers, or none
     */
    public static ModeCount ofModes(Tensor modes, int count) {
        requireModes(modes, count);
        boolean[] isGood = new boolean[(int) modes.size()];
        Arrays.fill(isGood, true);
        return count(modes.toLongArray(), isGood, count);
    }

    /**
     * The same, of which some are good: those that the classifier is sure of.
     *
     * @param good bool[N]
     * @throws IllegalArgumentException if they are no such numbers, or none
     */
    public static ModeCount ofModes(Tensor modes, Tensor good, int count) {
        requireModes(modes, count);
        if (good.dtype() != DType.BOOL || !good.shape().equals(modes.shape())) {
            throw new IllegalArgumentException(NAME + ": needs for each mode whether it is good\n  modes  "
                    + modes.describe() + "\n  good   " + good.describe());
        }
        long[] all = good.toLongArray();
        boolean[] isGood = new boolean[all.length];
        for (int i = 0; i < all.length; i++) {
            isGood[i] = all[i] != 0;
        }
        return count(modes.toLongArray(), isGood, count);
    }

    private static void requireModes(Tensor modes, int count) {
        if (modes.rank() != 1 || modes.dtype() != DType.I64 || modes.size() == 0) {
            throw new IllegalArgumentException(NAME + ": needs modes i64[N]\n  given  " + modes.describe());
        }
        for (long mode : modes.toLongArray()) {
            if (mode < 0 || mode >= count) {
                throw new IllegalArgumentException(
                        NAME + ": there is no mode " + mode + " among " + count + ", 0 to " + (count - 1));
            }
        }
    }

    private static ModeCount count(long[] modes, boolean[] isGood, int number) {
        long[] counts = new long[number];
        boolean[] isCovered = new boolean[number];
        int good = 0;
        for (int i = 0; i < modes.length; i++) {
            int mode = (int) modes[i];
            counts[mode]++;
            isCovered[mode] |= isGood[i];
            good += isGood[i] ? 1 : 0;
        }
        int covered = 0;
        double divergence = 0;
        for (int mode = 0; mode < number; mode++) {
            covered += isCovered[mode] ? 1 : 0;
            double share = (double) counts[mode] / modes.length;
            divergence += share == 0 ? 0 : share * Math.log(share * number);
        }
        return new ModeCount(
                covered,
                number,
                (double) good / modes.length,
                Math.max(0, divergence),
                Arrays.stream(counts).boxed().toList());
    }
}
