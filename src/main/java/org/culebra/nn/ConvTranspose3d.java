package org.culebra.nn;

/**
 * The adjoint of W ⋆ x, plus b: [B, C, D, H, W] → [B, O, D′, H′, W′], with weights [C, O/groups, k, k, k] and b [O]; D′ = (D − 1)·stride − 2·padding + dilation·(k − 1) + outputPadding + 1.
 */
public final class ConvTranspose3d {
    private ConvTranspose3d() {}

    /**
     * C input channels to O output channels, stride 1, no padding; initialized as PyTorch does: U(±1/√fan in).
     *
     * @param kernel k, one number for all axes or one for each
     * @throws IllegalArgumentException if a number is not positive
     */
    public static Convolution of(int inputs, int outputs, int... kernel) {
        return Convolution.of(3, true, inputs, outputs, kernel);
    }
}
