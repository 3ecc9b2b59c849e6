package org.culebra.nn;

import java.util.List;
import java.util.Map;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;

/**
 * x above 0, w·x below, with one w that is trained for all channels or one for each (He et al. 2015, equation 1).
 *
 * <p>x: [...], or [B, C, ...] with w [C]. The first w is .25, as in the paper and in PyTorch.
 */
public final class PRelu implements Layer {
    private static final Elementwise PRELU = Elementwise.withScalars(
            "prelu", 2, 0, (x, none) -> List.of(x.get(0).lt(0).select(x.get(0).mul(x.get(1)), x.get(0))));

    private final long channels;
    private final Parameter weight;

    private PRelu(long channels) {
        this.channels = channels;
        weight = Parameter.of(Initializer.constant(.25), channels);
    }

    /** One w for all. */
    public static PRelu shared() {
        return new PRelu(1);
    }

    /**
     * One w for each of C channels.
     *
     * @throws IllegalArgumentException if the number is not positive
     */
    public static PRelu of(long channels) {
        Checks.positive("prelu", "channels", channels);
        return new PRelu(channels);
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (channels == 1) {
            return PRELU.apply(x, weight.value().reshape());
        }
        if (x.rank() < 2 || x.dim(1) != channels) {
            throw Checks.wrongInput(this, "[B, " + channels + ", ...]", x);
        }
        return PRELU.apply(x, weight.value().reshape(Scaling.perChannel(channels, x.rank())));
    }

    @Override
    public Map<String, Parameter> ownParameters() {
        return Map.of("weight", weight);
    }

    @Override
    public String toString() {
        return channels == 1 ? "PReLU" : "PReLU(" + channels + ")";
    }
}
