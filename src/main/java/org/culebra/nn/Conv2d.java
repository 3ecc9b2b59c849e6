package org.culebra.nn;

/**
 * y = W ⋆ x + b: [B, C, H, W] → [B, O, H′, W′], with weights [O, C/groups, k, k] and b [O]; H′ = ⌊(H + 2·padding − dilation·(k − 1) − 1)/stride⌋ + 1.
 */
public final class Conv2d {
    private Conv2d() {}

    /**
     * C input channels to O output channels, stride 1, no padding; initialized as PyTorch does: U(±1/√fan in).
     *
     * @param kernel k, one number for all axes or one for each
     * @throws IllegalArgumentException if a number is not positive
     */
    public static Convolution of(int inputs, int outputs, int... kernel) {
        return Convolution.of(2, false, inputs, outputs, kernel);
    }
}
