package org.culebra.nn;

/**
 * The mean of each window: [B, C, D, H, W] → [B, C, D′, H′, W′], D′ = ⌊(D + 2·padding − dilation·(kernel − 1) − 1)/stride⌋ + 1.
 */
public final class AvgPool3d {
    private AvgPool3d() {}

    /** Windows of this size side by side; one number for all axes or one for each. */
    public static Pool of(int... kernel) {
        return Pool.of(Pool.Kind.AVERAGE, 3, kernel);
    }
}
