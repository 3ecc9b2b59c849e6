package org.culebra.nn;

import java.util.List;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;

/**
 * In training: 0 with probability p, x/(1 − p) otherwise; in evaluation: x (Srivastava et al. 2014).
 *
 * <p>With p = 1 nothing is left: zeros, with gradients of zero, as in PyTorch.
 *
 * <p>No mask is stored: the backward pass draws the same random numbers again.
 *
 * @param p the probability of dropping an element
 */
public record Dropout(double p) implements Layer {
    private static final Elementwise DROP = Elementwise.withScalars(
            "dropout",
            1,
            2,
            (x, s) -> List.of(
                    Expression.uniform(0).lt(s.get(0)).select(0, x.get(0).mul(s.get(1)))));

    /**
     * Checks the probability.
     *
     * @throws IllegalArgumentException if it is not in [0, 1]
     */
    public Dropout {
        Checks.dropping("dropout", p);
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (!mode.isTraining() || p == 0) {
            return x;
        }
        return DROP.applyAll(mode.random(), new double[] {p, Checks.kept(p)}, x)[0];
    }

    @Override
    public String toString() {
        return "Dropout(" + p + ")";
    }
}
