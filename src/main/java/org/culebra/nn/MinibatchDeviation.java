package org.culebra.nn;

import org.culebra.tensor.Tensor;

/**
 * One channel more, which says how much the examples of a group differ: the deviation over the group of each feature, averaged over
 * all features. A discriminator that sees it does not take a generator for good that always makes the same (Karras et al. 2018,
 * section 3).
 *
 * <p>[B, C, H, W] → [B, C + 1, H, W]. Example i is in the group of i + B/G, i + 2·B/G, …; G is the largest divisor of B up to {@code
 * group}.
 *
 * @param group the size of the groups if the batch allows for it
 * @param epsilon added to the variance
 */
public record MinibatchDeviation(int group, double epsilon) implements Layer {
    /** Groups of 4, with ε = 1e-8. */
    public MinibatchDeviation() {
        this(4, 1e-8);
    }

    /** Checks the group and ε. */
    public MinibatchDeviation {
        Checks.positive("minibatchDeviation", "group", group);
        Checks.positive("minibatchDeviation", "epsilon", epsilon);
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (x.rank() != 4) {
            throw Checks.wrongInput(this, "[B, C, H, W]", x);
        }
        long batch = x.dim(0);
        long size = Math.clamp(batch, 1, group);
        while (batch % size != 0) {
            size--;
        }
        long groups = batch / size; // M
        Tensor grouped = x.reshape(size, groups, x.dim(1), x.dim(2), x.dim(3)); // (B, C, H, W) -> (G, M, C, H, W)
        // Karras et al. 2018, section 3: deviations over the group, their mean, and that as one more map.
        Tensor variance = grouped.sub(grouped.mean(true, 0)).square().mean(0); // -> (M, C, H, W)
        Tensor deviation = variance.add(epsilon).sqrt().mean(1, 2, 3); // -> (M)
        Tensor channel = deviation
                .expand(size, groups) // -> (G, M)
                .reshape(batch, 1, 1, 1)
                .expand(batch, 1, x.dim(2), x.dim(3)); // -> (B, 1, H, W)
        return Tensor.concat(1, x, channel);
    }

    @Override
    public String toString() {
        return "MinibatchDeviation(" + group + ")";
    }
}
