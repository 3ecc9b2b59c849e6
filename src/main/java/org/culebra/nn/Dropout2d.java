package org.culebra.nn;

import org.culebra.tensor.Tensor;

/**
 * In training each channel of each example is 0 with probability p, x/(1 − p) otherwise; in evaluation: x (Tompson et al. 2015).
 *
 * <p>x: [B, C, ...] → the same. With p = 1 nothing is left: zeros, with gradients of zero, as in PyTorch.
 *
 * @param p the probability of dropping a channel
 */
public record Dropout2d(double p) implements Layer {
    /**
     * Checks the probability.
     *
     * @throws IllegalArgumentException if it is not in [0, 1]
     */
    public Dropout2d {
        Checks.dropping("dropout2d", p);
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (x.rank() < 2) {
            throw Checks.wrongInput(this, "[B, C, ...]", x);
        }
        if (!mode.isTraining() || p == 0) {
            return x;
        }
        long[] dims = Scaling.perChannel(x.dim(1), x.rank());
        long[] perExample = new long[x.rank()];
        perExample[0] = x.dim(0);
        System.arraycopy(dims, 0, perExample, 1, dims.length);
        return x.mul(
                Tensor.bernoulli(mode.random(), x.dtype(), 1 - p, perExample).mul(Checks.kept(p)));
    }

    @Override
    public String toString() {
        return "Dropout2d(" + p + ")";
    }
}
