package org.culebra.optim;

import java.util.List;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;

/**
 * p(w): what is added to a loss so that weights stay small: {@code loss.add(Penalty.l2(1e-3).of(weights))}. One pass over each
 * parameter; gradients of any order.
 *
 * <p>Biases are usually left out. {@link FusedOptimizer#weightDecay weightDecay(λ)} has the gradient of {@code squaredL2(λ/2)}
 * without computing the penalty.
 */
@FunctionalInterface
public interface Penalty {
    /**
     * p of all parameters together: [].
     *
     * @throws IllegalArgumentException if there is none
     */
    Tensor of(List<Tensor> parameters);

    /** λΣ|w|: drives weights to 0 (Tibshirani 1996). Its gradient at 0 is 0. */
    static Penalty l1(double lambda) {
        return elasticNet(lambda, 0);
    }

    /** λ√(Σw²): the Euclidean norm of all weights together, as lecture notes have it. Its gradient at 0 is 0. */
    static Penalty l2(double lambda) {
        requireLambda("L2", lambda);
        return parameters ->
                Norms.ROOT.apply(Norms.total("L2", 0, 1, parameters)).mul(lambda);
    }

    /** λΣw²: the square of the norm. */
    static Penalty squaredL2(double lambda) {
        return elasticNet(0, lambda);
    }

    /** λ₁Σ|w| + λ₂Σw² (Zou and Hastie 2005). */
    static Penalty elasticNet(double lambda1, double lambda2) {
        requireLambda("L1", lambda1);
        requireLambda("L2", lambda2);
        return parameters -> Norms.total("elastic net", lambda1, lambda2, parameters);
    }

    /** p(w) + q(w). */
    default Penalty plus(Penalty other) {
        return parameters -> of(parameters).add(other.of(parameters));
    }

    private static void requireLambda(String penalty, double lambda) {
        if (!(lambda >= 0) || Double.isInfinite(lambda)) {
            throw new IllegalArgumentException("penalty " + penalty + ": λ must be 0 or more, not " + lambda);
        }
    }

    /** The sums. */
    final class Norms {
        /** λ₁|w| + λ₂w². */
        private static final Elementwise TERM = Elementwise.withScalars("penalty", 1, 2, (x, s) -> {
            Expression w = x.get(0);
            return List.of(w.abs().mul(s.get(0)).add(w.square().mul(s.get(1))));
        });

        /** √x with the derivative 0 at 0. */
        private static final Elementwise ROOT = Elementwise.of(x -> x.gt(0).select(x.sqrt(), x));

        private Norms() {}

        private static Tensor total(String name, double lambda1, double lambda2, List<Tensor> parameters) {
            double[] numbers = {lambda1, lambda2};
            return parameters.stream()
                    .map(w -> TERM.sum(numbers, false, List.of(w)))
                    .reduce(Tensor::add)
                    .orElseThrow(() -> new IllegalArgumentException("penalty " + name + ": there are no parameters"));
        }
    }
}
