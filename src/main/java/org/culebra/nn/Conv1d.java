package org.culebra.nn;

/**
 * y = W ⋆ x + b: [B, C, L] → [B, O, L′], with weights [O, C/groups, k] and b [O]; L′ = ⌊(L + 2·padding − dilation·(k − 1) − 1)/stride⌋ + 1.
 */
public final class Conv1d {
    private Conv1d() {}

    /**
     * C input channels to O output channels, stride 1, no padding; initialized as PyTorch does: U(±1/√fan in).
     *
     * @param kernel k, one number for all axes or one for each
     * @throws IllegalArgumentException if a number is not positive
     */
    public static Convolution of(int inputs, int outputs, int... kernel) {
        return Convolution.of(1, false, inputs, outputs, kernel);
    }
}
