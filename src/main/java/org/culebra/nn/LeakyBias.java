package org.culebra.nn;

import java.util.List;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** y = gain·max(x + b, slope·(x + b)) in one pass: what follows the product in an equalized layer. */
record LeakyBias(double slope, double gain) {
    private static final Elementwise FUNCTION = Elementwise.withScalars("leakyBias", 2, 2, (x, s) -> {
        Expression sum = x.get(0).add(x.get(1));
        return List.of(sum.gt(0).select(sum, sum.mul(s.get(0))).mul(s.get(1)));
    });

    LeakyBias {
        Checks.positive("leakyRelu", "gain", gain);
    }

    Tensor apply(Tensor x, Tensor bias) {
        return FUNCTION.apply(new double[] {slope, gain}, x, bias);
    }

    static String label(@Nullable LeakyBias activation) {
        return activation == null ? "" : ", LeakyReLU(" + activation.slope + ")";
    }
}
