package org.culebra.nn;

/**
 * y = W ⋆ x + b: [B, C, D, H, W] → [B, O, D′, H′, W′], with weights [O, C/groups, k, k, k] and b [O]; D′ = ⌊(D + 2·padding − dilation·(k − 1) − 1)/stride⌋ + 1.
 */
public final class Conv3d {
    private Conv3d() {}

    /**
     * C input channels to O output channels, stride 1, no padding; initialized as PyTorch does: U(±1/√fan in).
     *
     * @param kernel k, one number for all axes or one for each
     * @throws IllegalArgumentException if a number is not positive
     */
    public static Convolution of(int inputs, int outputs, int... kernel) {
        return Convolution.of(3, false, inputs, outputs, kernel);
    }
}
