package org.culebra.nn;

import org.culebra.tensor.Tensor;

/**
 * y[b, c, i·r + p, j·r + q] = x[b, c·r² + p·r + q, i, j]: channels become places (Shi et al. 2016, section 2.2).
 *
 * <p>[B, C·r², H, W] → [B, C, H·r, W·r].
 *
 * @param factor r
 */
public record PixelShuffle(int factor) implements Layer {
    /**
     * Checks the factor.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public PixelShuffle {
        Checks.positive("pixelShuffle", "factor", factor);
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        long r = factor;
        if (x.rank() != 4 || x.dim(1) % (r * r) != 0) {
            throw Checks.wrongInput(this, "[B, C·" + r * r + ", H, W]", x);
        }
        long channels = x.dim(1) / (r * r);
        return x.reshape(x.dim(0), channels, r, r, x.dim(2), x.dim(3))
                .permute(0, 1, 4, 2, 5, 3)
                .reshape(x.dim(0), channels, x.dim(2) * r, x.dim(3) * r);
    }

    @Override
    public String toString() {
        return "PixelShuffle(" + factor + ")";
    }
}
