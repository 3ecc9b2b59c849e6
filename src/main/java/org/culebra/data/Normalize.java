package org.culebra.data;

import java.util.List;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;

/** y = (x/scale − mean)/deviation. */
record Normalize(double scale, double mean, double deviation) implements Transform {
    private static final Elementwise NORMALIZE = Elementwise.withScalars(
            "normalize",
            1,
            3,
            (x, s) -> List.of(x.get(0).div(s.get(0)).sub(s.get(1)).div(s.get(2))));

    Normalize {
        if (!(scale > 0 && deviation > 0)) {
            throw new IllegalArgumentException(
                    "normalize: scale " + scale + " and deviation " + deviation + " must be positive");
        }
    }

    @Override
    public Tensor apply(Tensor inputs, Draws draws) {
        return NORMALIZE.apply(new double[] {scale, mean, deviation}, inputs);
    }
}
