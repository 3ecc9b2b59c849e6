package org.culebra.data;

import java.util.List;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;

/** From raw images to what a model takes: u8[B, C, H, W] → f32[B, C, H, W]. */
@FunctionalInterface
public interface Transform {
    /** The transformed images. */
    Tensor apply(Tensor images);

    /** y = (x/scale − mean)/deviation, in one pass. */
    static Transform normalize(double scale, double mean, double deviation) {
        return new Normalize(scale, mean, deviation);
    }

    /** y = x/255: bytes to [0, 1]. */
    static Transform unit() {
        return new Normalize(255, 0, 1);
    }

    /** {@link #normalize} as a value that prints itself. */
    record Normalize(double scale, double mean, double deviation) implements Transform {
        private static final Elementwise NORMALIZE = Elementwise.withScalars(
                "normalize",
                1,
                3,
                (x, s) -> List.of(x.get(0).div(s.get(0)).sub(s.get(1)).div(s.get(2))));

        /**
         * Checks the divisors.
         *
         * @throws IllegalArgumentException if scale or deviation is not positive
         */
        public Normalize {
            if (!(scale > 0 && deviation > 0)) {
                throw new IllegalArgumentException(
                        "normalize: scale " + scale + " and deviation " + deviation + " must be positive");
            }
        }

        @Override
        public Tensor apply(Tensor images) {
            return NORMALIZE.apply(new double[] {scale, mean, deviation}, images);
        }
    }
}
