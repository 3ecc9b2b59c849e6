package org.culebra.nn;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.culebra.tensor.PadMode;
import org.culebra.tensor.Tensor;

/**
 * More at both ends of the last axes: [..., H, W] → [..., H + top + bottom, W + left + right].
 *
 * @param how what the axes are continued by
 * @param amounts left, right, top, bottom, …: two per axis, the last axis first, as in PyTorch
 */
public record Pad(PadMode how, List<Long> amounts) implements Layer {
    /** These amounts. */
    public static Pad of(PadMode how, long... amounts) {
        return new Pad(how, Arrays.stream(amounts).boxed().toList());
    }

    /** Copies. */
    public Pad {
        amounts = List.copyOf(amounts);
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        return x.pad(how, amounts.stream().mapToLong(Long::longValue).toArray());
    }

    @Override
    public String toString() {
        return "Pad(" + how.name().toLowerCase(Locale.ROOT) + ", " + amounts + ")";
    }
}
