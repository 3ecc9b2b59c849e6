package org.culebra.nn;

/**
 * The largest of each window: [B, C, L] → [B, C, L′], L′ = ⌊(L + 2·padding − dilation·(kernel − 1) − 1)/stride⌋ + 1.
 */
public final class MaxPool1d {
    private MaxPool1d() {}

    /** Windows of this size side by side; one number for all axes or one for each. */
    public static Pool of(int... kernel) {
        return Pool.of(Pool.Kind.MAX, 1, kernel);
    }
}
