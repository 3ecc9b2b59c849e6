package org.culebra.nn;

import java.util.Arrays;
import java.util.Map;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The w and b that a normalized x is scaled and shifted by, if it is.
 *
 * @param weight w, first ones
 * @param bias b, first zeros
 */
record Scaling(@Nullable Parameter weight, @Nullable Parameter bias) {
    static final Scaling NONE = new Scaling(null, null);

    static Scaling of(Initializer scale, boolean biased, long... dims) {
        return new Scaling(Parameter.of(scale, dims), biased ? Parameter.of(Initializer.constant(0), dims) : null);
    }

    /** The dimensions of something per channel, to go with x: [B, C, ...]. */
    static long[] perChannel(long channels, int rank) {
        long[] dims = new long[rank - 1];
        Arrays.fill(dims, 1);
        dims[0] = channels;
        return dims;
    }

    /** w as these dimensions; 1 if there is none. */
    Tensor scale(long... dims) {
        return weight == null ? Tensor.scalar(1) : weight.value().reshape(dims);
    }

    /** b as these dimensions; 0 if there is none. */
    Tensor shift(long... dims) {
        return bias == null ? Tensor.scalar(0) : bias.value().reshape(dims);
    }

    Map<String, Parameter> parameters() {
        return Checks.named("weight", weight, "bias", bias);
    }
}
