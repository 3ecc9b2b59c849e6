package org.culebra.nn;

import java.util.Map;
import org.culebra.tensor.Tensor;

/**
 * y = (x − m)/√(v + ε)·w + b, where m and v are the mean and the biased variance of a group of channels of one example (Wu and He
 * 2018); with a group per channel, as {@link #instance}, of one channel of one example (Ulyanov et al. 2016).
 *
 * <p>x: [B, C, ...] → the same; w and b: [C].
 */
public final class GroupNorm implements Layer {
    private final long groups;
    private final long channels;
    private final double epsilon;
    private final boolean scaled;
    private final Scaling scaling;

    private GroupNorm(long groups, long channels, double epsilon, boolean scaled) {
        this.groups = groups;
        this.channels = channels;
        this.epsilon = epsilon;
        this.scaled = scaled;
        scaling = scaled ? Scaling.of(Initializer.constant(1), true, channels) : Scaling.NONE;
    }

    /**
     * C channels in groups, with ε = 1e-5.
     *
     * @throws IllegalArgumentException if a number is not positive, or the groups do not divide the channels
     */
    public static GroupNorm of(long groups, long channels) {
        Checks.positive("groupNorm", "groups", groups);
        Checks.positive("groupNorm", "channels", channels);
        if (channels % groups != 0) {
            throw new IllegalArgumentException(
                    "groupNorm: " + groups + " groups must divide " + channels + " channels");
        }
        return new GroupNorm(groups, channels, 1e-5, true);
    }

    /**
     * Each channel a group, without w and b, as PyTorch's {@code InstanceNorm}; training and evaluation are the same.
     *
     * @throws IllegalArgumentException if the number is not positive
     */
    public static GroupNorm instance(long channels) {
        Checks.positive("instanceNorm", "channels", channels);
        return new GroupNorm(channels, channels, 1e-5, false);
    }

    /** The same with another ε. */
    public GroupNorm epsilon(double value) {
        Checks.positive("groupNorm", "epsilon", value);
        return new GroupNorm(groups, channels, value, scaled);
    }

    /** The same with w and b. */
    public GroupNorm withScaling() {
        return new GroupNorm(groups, channels, epsilon, true);
    }

    /** The same without w and b. */
    public GroupNorm withoutScaling() {
        return new GroupNorm(groups, channels, epsilon, false);
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (x.rank() < 2 || x.dim(1) != channels) {
            throw Checks.wrongInput(this, "[B, " + channels + ", ...]", x);
        }
        long each = channels / groups;
        Tensor grouped = x.reshape(x.dim(0), groups, each, x.size() / Math.max(1, x.dim(0) * channels));
        Tensor w = scaling.scale(groups, each, 1);
        Tensor b = scaling.shift(groups, each, 1);
        return new Normalize(new int[] {2, 3}, epsilon, true).apply(grouped, w, b)[0].reshape(x.shape());
    }

    @Override
    public Map<String, Parameter> ownParameters() {
        return scaling.parameters();
    }

    @Override
    public String toString() {
        boolean instance = groups == channels;
        return (instance ? "InstanceNorm(" + channels : "GroupNorm(" + groups + " of " + channels)
                + (epsilon == 1e-5 ? "" : ", epsilon " + epsilon)
                + (scaled == instance ? (scaled ? ", scaling)" : ", no scaling)") : ")");
    }
}
