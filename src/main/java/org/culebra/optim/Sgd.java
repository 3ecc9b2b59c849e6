package org.culebra.optim;

import java.util.List;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * b ← μb + g; w ← w − ηb: stochastic gradient descent with momentum, as PyTorch defines it. Without momentum w ← w − ηg.
 *
 * <p>Each is one pass over memory.
 */
public final class Sgd extends Optimizer {
    /** Inputs w, g; numbers η, λ. */
    private static final Elementwise PLAIN = Elementwise.withScalars("sgd", 2, 2, (x, s) -> {
        Expression g = x.get(0).fma(s.get(1), x.get(1));
        return List.of(x.get(0).sub(g.mul(s.get(0))));
    });

    /** Inputs w, g, b; numbers η, λ, μ, and how much of g is added to μb: 0, or for Nesterov's 1. */
    private static final Elementwise MOMENTUM = Elementwise.withScalars("sgdMomentum", 3, 4, (x, s) -> {
        Expression g = x.get(0).fma(s.get(1), x.get(1));
        Expression b = x.get(2).fma(s.get(2), g);
        Expression step = s.get(3).gt(0).select(b.fma(s.get(2), g), b);
        return List.of(x.get(0).sub(step.mul(s.get(0))), b);
    });

    private final @Nullable Tensor[] velocities;
    private double momentum;
    private double weightDecay;
    private boolean nesterov;

    private Sgd(List<Tensor> parameters) {
        super("SGD", parameters, 1e-3);
        velocities = new Tensor[parameters.size()];
    }

    /** With η = .001, no momentum and no weight decay. */
    public static Sgd of(List<Tensor> parameters) {
        return new Sgd(parameters);
    }

    @Override
    public Sgd learningRate(double rate) {
        super.learningRate(rate);
        return this;
    }

    /** Sets μ in [0, 1). */
    public Sgd momentum(double value) {
        requireRange("momentum", value, 0, 1);
        momentum = value;
        return this;
    }

    /** Steps by g + μb instead of b (Sutskever et al. 2013). */
    public Sgd nesterov() {
        nesterov = true;
        return this;
    }

    /** Sets λ of the L2 penalty: λ·w is added to the gradient. */
    public Sgd weightDecay(double value) {
        requireRange("weight decay", value, 0, Double.POSITIVE_INFINITY);
        weightDecay = value;
        return this;
    }

    @Override
    protected void update(int index, Tensor w, Tensor g) {
        if (momentum == 0) {
            PLAIN.update(List.of(w), new double[] {learningRate(), weightDecay}, w, g);
            return;
        }
        Tensor b = velocityOf(index, w);
        double[] numbers = {learningRate(), weightDecay, momentum, nesterov ? 1 : 0};
        MOMENTUM.update(List.of(w, b), numbers, w, g, b);
    }

    private Tensor velocityOf(int index, Tensor w) {
        Tensor known = velocities[index];
        if (known != null) {
            return known;
        }
        Tensor fresh = zerosLike(w);
        velocities[index] = fresh;
        return fresh;
    }
}
