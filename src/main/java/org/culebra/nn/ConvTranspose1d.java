package org.culebra.nn;

/**
 * The adjoint of W ⋆ x, plus b: [B, C, L] → [B, O, L′], with weights [C, O/groups, k] and b [O]; L′ = (L − 1)·stride − 2·padding + dilation·(k − 1) + outputPadding + 1.
 */
public final class ConvTranspose1d {
    private ConvTranspose1d() {}

    /**
     * C input channels to O output channels, stride 1, no padding; initialized as PyTorch does: U(±1/√fan in).
     *
     * @param kernel k, one number for all axes or one for each
     * @throws IllegalArgumentException if a number is not positive
     */
    public static Convolution of(int inputs, int outputs, int... kernel) {
        return Convolution.of(1, true, inputs, outputs, kernel);
    }
}
