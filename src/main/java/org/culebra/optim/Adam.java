package org.culebra.optim;

import java.util.List;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * w ← w − η·m̂/(√v̂ + ε), with m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ) (Kingma and Ba
 * 2015, algorithm 1).
 *
 * <p>One pass over memory per parameter reads w, g, m, v and writes w, m, v. The order of operations is PyTorch's.
 */
public final class Adam extends Optimizer {
    /** Inputs w, g, m, v; numbers 1 − β₁, β₂, 1 − β₂, η/(1 − β₁ᵗ), √(1 − β₂ᵗ), ε, λ. */
    private static final Elementwise ADAM = Elementwise.withScalars("adam", 4, 7, (x, s) -> {
        Expression w = x.get(0);
        Expression g = w.fma(s.get(6), x.get(1));
        Expression m = g.sub(x.get(2)).fma(s.get(0), x.get(2));
        Expression v = x.get(3).mul(s.get(1)).add(g.square().mul(s.get(2)));
        Expression denominator = v.sqrt().div(s.get(4)).add(s.get(5));
        return List.of(w.sub(m.mul(s.get(3)).div(denominator)), m, v);
    });

    private final @Nullable Moments[] moments;
    private double beta1 = .9;
    private double beta2 = .999;
    private double epsilon = 1e-8;
    private double weightDecay;

    /** m, v and t of one parameter. */
    private static final class Moments {
        private final Tensor mean;
        private final Tensor square;
        private int steps;

        private Moments(Tensor parameter) {
            mean = zerosLike(parameter);
            square = zerosLike(parameter);
        }
    }

    private Adam(List<Tensor> parameters) {
        super("Adam", parameters, 1e-3);
        moments = new Moments[parameters.size()];
    }

    /** With η = .001, β = (.9, .999), ε = 1e-8 and no weight decay. */
    public static Adam of(List<Tensor> parameters) {
        return new Adam(parameters);
    }

    @Override
    public Adam learningRate(double rate) {
        super.learningRate(rate);
        return this;
    }

    /** Sets β₁ and β₂, each in [0, 1). */
    public Adam betas(double first, double second) {
        requireRange("β₁", first, 0, 1);
        requireRange("β₂", second, 0, 1);
        beta1 = first;
        beta2 = second;
        return this;
    }

    /** Sets ε. */
    public Adam epsilon(double value) {
        requireRange("ε", value, 0, Double.POSITIVE_INFINITY);
        epsilon = value;
        return this;
    }

    /** Sets λ of the L2 penalty: λ·w is added to the gradient. */
    public Adam weightDecay(double value) {
        requireRange("weight decay", value, 0, Double.POSITIVE_INFINITY);
        weightDecay = value;
        return this;
    }

    @Override
    protected void update(int index, Tensor w, Tensor g) {
        Moments state = momentsOf(index, w);
        state.steps++;
        double[] numbers = {
            1 - beta1,
            beta2,
            1 - beta2,
            learningRate() / (1 - Math.pow(beta1, state.steps)),
            Math.sqrt(1 - Math.pow(beta2, state.steps)),
            epsilon,
            weightDecay
        };
        ADAM.update(List.of(w, state.mean, state.square), numbers, w, g, state.mean, state.square);
    }

    private Moments momentsOf(int index, Tensor w) {
        Moments known = moments[index];
        if (known != null) {
            return known;
        }
        var fresh = new Moments(w);
        moments[index] = fresh;
        return fresh;
    }
}
