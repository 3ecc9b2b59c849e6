package org.culebra.nn;

import org.culebra.tensor.Tensor;

/**
 * y = x/√(mean of x² over the channels + ε): each example, or each pixel, gets features of mean square 1 (Karras et al. 2018, section
 * 4.2).
 *
 * <p>[B, C, ...] → the same.
 *
 * @param epsilon ε
 */
public record PixelNorm(double epsilon) implements Layer {
    /** With ε = 1e-8. */
    public PixelNorm() {
        this(1e-8);
    }

    /** Checks ε. */
    public PixelNorm {
        Checks.positive("pixelNorm", "epsilon", epsilon);
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (x.rank() < 2) {
            throw Checks.wrongInput(this, "[B, C, ...]", x);
        }
        return x.mul(x.square().mean(true, 1).add(epsilon).rsqrt());
    }

    @Override
    public String toString() {
        return "PixelNorm";
    }
}
