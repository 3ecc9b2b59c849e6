package org.culebra.nn;

/**
 * The mean of each window: [B, C, H, W] → [B, C, H′, W′], H′ = ⌊(H + 2·padding − dilation·(kernel − 1) − 1)/stride⌋ + 1.
 */
public final class AvgPool2d {
    private AvgPool2d() {}

    /** Windows of this size side by side; one number for all axes or one for each. */
    public static Pool of(int... kernel) {
        return Pool.of(Pool.Kind.AVERAGE, 2, kernel);
    }
}
