package org.culebra.nn;

import org.culebra.tensor.Tensor;

/**
 * yₒ = max over j of x[o·k + j]: the largest of k linear pieces (Goodfellow et al. 2013).
 *
 * <p>[B, O·k, ...] → [B, O, ...]; what comes before has k times as many outputs: {@code Linear.of(100, 200 * 5), new Maxout(5)}.
 *
 * @param pieces k
 */
public record Maxout(int pieces) implements Layer {
    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Maxout {
        Checks.positive("maxout", "pieces", pieces);
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (x.rank() < 2 || x.dim(1) % pieces != 0) {
            throw Checks.wrongInput(this, "[B, O·" + pieces + ", ...]", x);
        }
        long outputs = x.dim(1) / pieces;
        return x.reshape(x.shape().with(1, outputs).insert(2, pieces)).max(2);
    }

    @Override
    public String toString() {
        return "Maxout(" + pieces + ")";
    }
}
