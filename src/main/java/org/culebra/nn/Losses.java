package org.culebra.nn;

import java.util.List;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/** How wrong an output is: scalars to be made small. */
public final class Losses {
    private static final Elementwise EXP_DISTANCE = Elementwise.withScalars(
            "expDistance", 2, 0, (x, none) -> List.of(x.get(0).sub(x.get(1)).exp()));

    private Losses() {}

    /**
     * −mean ln softmax(x)[label]: the cross-entropy of the classes that a model predicts.
     *
     * <p>Never overflows: x is shifted by its largest element first, which changes neither value nor gradient.
     *
     * @param logits x: [B, K]
     * @param labels i64[B], each from 0 to K − 1
     * @return a scalar
     * @throws IllegalArgumentException if the shapes do not fit, or a label is out of range
     */
    public static Tensor crossEntropy(Tensor logits, Tensor labels) {
        if (logits.rank() != 2
                || labels.rank() != 1
                || labels.dim(0) != logits.dim(0)
                || !labels.dtype().isInteger()) {
            throw new IllegalArgumentException("crossEntropy: needs logits [B, K] and one class index per row, i64[B]\n"
                    + "  logits  " + logits.describe() + "\n  labels  " + labels.describe());
        }
        Tensor largest = Tape.untracked(() -> logits.max(true, 1)); // [B, 1]
        Tensor sum = EXP_DISTANCE.sum(List.of(logits, largest), 1); // [B]
        Tensor chosen = logits.gather(1, labels.unsqueeze(1)).sub(largest).squeeze(1); // [B]
        return sum.log().sub(chosen).mean();
    }
}
