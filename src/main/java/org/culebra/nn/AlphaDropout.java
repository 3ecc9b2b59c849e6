package org.culebra.nn;

import java.util.List;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;

/**
 * In training: a·α′ + b with probability p, a·x + b otherwise, with α′ = −λα of SELU, a = ((1 − p)(1 + p·α′²))^(−1/2) and b = −a·p·α′,
 * so that mean 0 and variance 1 stay so; in evaluation: x (Klambauer et al. 2017).
 *
 * @param p the probability of dropping an element
 */
public record AlphaDropout(double p) implements Layer {
    /** −λα: what SELU comes to far below 0. */
    private static final double LOWEST = -1.0507009873554805 * 1.6732632423543772;

    /** Numbers p, a, b. */
    private static final Elementwise DROP = Elementwise.withScalars(
            "alphaDropout",
            1,
            3,
            (x, s) -> List.of(Expression.uniform(0)
                    .lt(s.get(0))
                    .select(Expression.constant(LOWEST), x.get(0))
                    .mul(s.get(1))
                    .add(s.get(2))));

    /**
     * Checks the probability.
     *
     * @throws IllegalArgumentException if it is not in [0, 1)
     */
    public AlphaDropout {
        if (!(p >= 0 && p < 1)) { // with 1 there is no variance to keep
            throw new IllegalArgumentException("alphaDropout: the probability must be in [0, 1), not " + p);
        }
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (!mode.isTraining() || p == 0) {
            return x;
        }
        double a = 1 / Math.sqrt((1 - p) * (1 + p * LOWEST * LOWEST));
        return DROP.applyAll(mode.random(), new double[] {p, a, -a * p * LOWEST}, x)[0];
    }

    @Override
    public String toString() {
        return "AlphaDropout(" + p + ")";
    }
}
