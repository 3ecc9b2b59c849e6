package org.culebra.models;

import org.culebra.nn.Initializer;
import org.culebra.nn.Mode;
import org.culebra.nn.Model;
import org.culebra.nn.Parameter;
import org.culebra.nn.Sequential;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * x = g(A₁(w), …, A_L(w), noise) with w = f(z): what the generators of both StyleGANs have in common (Karras et al. 2019, figure 1b).
 *
 * <p>Shapes: z and w are [B, n]; styles, one w per layer, are [B, L, n]; images are [B, C, H, W] in about [−1, 1].
 */
public interface StyleGenerator extends Model {
    /** How much of a new w goes into the average of w per step: 1 − .995, as in the authors' code. */
    double AVERAGE_SHARE = .005;

    /** How often an image has two styles in training (Karras et al. 2019, section 3.1; their table 2 has other shares beside it). */
    double MIXING = .9;

    /**
     * Where styles come from.
     *
     * @param latents n, the numbers of z and of w
     * @param network f: [B, n] → [B, n]
     * @param average w̄: [n], the buffer of the average of w
     */
    record Mapping(int latents, Sequential network, Parameter average) {
        static Mapping of(int latents, Sequential network) {
            return new Mapping(latents, network, Parameter.buffer(Initializer.constant(0), latents));
        }
    }

    /** Where styles come from. */
    Mapping mapping();

    /** n, the numbers of z and of w. */
    default int latents() {
        return mapping().latents();
    }

    /** L, the layers that take a style. */
    int layers();

    /** How many of them take part at its present size, the first ones: all, unless it is still growing. */
    default int activeLayers() {
        return layers();
    }

    /** w̄: [n], the buffer of the average of w. */
    default Parameter average() {
        return mapping().average();
    }

    /** g: [B, L, n] → [B, C, H, W]. */
    Tensor synthesize(Tensor styles, Noise noise);

    /** w = f(z): [B, n] → [B, n]. */
    default Tensor map(Tensor latents) {
        return mapping().network().forward(latents, Mode.EVALUATION);
    }

    /** The same w for every layer: [B, n] → [B, L, n]. */
    default Tensor styles(Tensor w) {
        return w.unsqueeze(1).expand(w.dim(0), layers(), latents());
    }

    /** One w for the layers before the cut, the other from there on: mixing (Karras et al. 2019, section 3.1). */
    default Tensor mix(Tensor before, Tensor from, int cut) {
        Tensor first = styles(before);
        if (cut >= layers()) {
            return first;
        }
        return Tensor.concat(1, first.narrow(1, 0, cut), styles(from).narrow(1, cut, layers() - cut));
    }

    /**
     * Styles to learn from: those of w, but nine times out of ten from some layer on those of another z (mixing regularization; Karras
     * et al. 2019, section 3.1). The cut is as likely in front of any layer that takes part but the first. [B, n] → [B, L, n].
     */
    default Tensor mixed(Tensor w, Random random) {
        double chance = Tape.untracked(() -> Tensor.uniform(random, 0, 1)).item();
        long cut =
                Tape.untracked(() -> Tensor.randint(random, 1, activeLayers())).itemAsLong();
        if (chance >= MIXING) {
            return styles(w);
        }
        Tensor other = map(Tensor.normal(random, 0, 1, w.dim(0), latents()));
        return mix(w, other, Math.toIntExact(cut));
    }

    /** w′ = w̄ + ψ·(w − w̄): less variety for better images (Karras et al. 2019, appendix B). [B, n] → [B, n]. */
    default Tensor truncate(Tensor w, double psi) {
        return psi == 1 ? w : w.mul(psi).add(average().value().mul(1 - psi));
    }

    /** w̄ ← .995·w̄ + .005·(mean of w over the batch); not recorded. */
    default void track(Tensor w) {
        Tape.untracked(() -> {
            Tensor known = average().value();
            known.assign(known.mul(1 - AVERAGE_SHARE).add(w.mean(0).mul(AVERAGE_SHARE)));
        });
    }

    /** What is added to the features of a layer, times what the layer has learned (Karras et al. 2019, section 3.2). */
    @FunctionalInterface
    interface Noise {
        /** The numbers that the layer keeps: the same image for the same styles. */
        Noise FIXED = (kept, batch) -> kept;

        /** None. */
        Noise NONE = (kept, batch) -> Tensor.zeros(1, 1, 1, 1);

        /** New numbers for every pixel of every image, from N(0, 1). */
        static Noise drawn(Random random) {
            return (kept, batch) -> Tensor.normal(random, 0, 1, batch, 1, kept.dim(2), kept.dim(3));
        }

        /** Noise for a layer that keeps [1, 1, H, W]: something that broadcasts to [B, 1, H, W]. */
        Tensor of(Tensor kept, long batch);
    }

    /** Channels of the layers at images of this side: {@code most} up to 16×16, then half as many at each doubling. */
    static int channels(int most, int side) {
        return Math.max(1, Math.min(most, 16 * most / side));
    }

    /**
     * The number of doublings that lead from 4×4 to images of this side.
     *
     * @throws IllegalArgumentException if it is not 4, 8, 16, …
     */
    static int doublings(int side) {
        if (side < 4 || Integer.bitCount(side) != 1) {
            throw new IllegalArgumentException(
                    "stylegan: images must be 4, 8, 16, … pixels wide and high, not " + side + "; pad them");
        }
        return Integer.numberOfTrailingZeros(side) - 2;
    }
}
