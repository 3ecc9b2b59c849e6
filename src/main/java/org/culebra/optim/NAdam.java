package org.culebra.optim;

import static org.culebra.optim.Option.BETA1;
import static org.culebra.optim.Option.BETA2;
import static org.culebra.optim.Option.EPSILON;
import static org.culebra.optim.Option.LEARNING_RATE;
import static org.culebra.optim.Option.MOMENTUM_DECAY;

import java.util.List;
import java.util.Map;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Tensor;

/**
 * w ← w − η·(μₜ₊₁m/(1 − Πᵢ₌₁ᵗ⁺¹μᵢ) + (1 − μₜ)g/(1 − Πᵢ₌₁ᵗμᵢ))/(√v̂ + ε), with m and v̂ as {@link Adam} has them and μₜ = β₁(1 −
 * ½·.96^(tψ)): Adam with Nesterov's momentum (Dozat 2016).
 */
public final class NAdam extends Moments<NAdam> {
    private static final double BASE = .96;
    private static final String PRODUCT = "mu_product";

    private static final Rule NADAM = Rule.of(
            "nadam",
            List.of("exp_avg", "exp_avg_sq"),
            7,
            (w, g, x, s) -> {
                Expression m = mean(g, x, s);
                Expression v = square(g, x, s);
                Expression denominator = v.div(s.get(3)).sqrt().add(s.get(4));
                Expression step = g.mul(s.get(5)).add(m.mul(s.get(6)));
                return List.of(w.sub(step.div(denominator)), m, v);
            },
            NAdam::numbers);

    /** 1 − β₁, β₂, 1 − β₂, 1 − β₂ᵗ, ε, η(1 − μₜ)/(1 − Πμ), ημₜ₊₁/(1 − Πμ·μₜ₊₁). */
    private static double[] numbers(Group group, ParameterState state) {
        double beta2 = group.get(BETA2);
        double now = momentum(group, state.steps());
        double next = momentum(group, state.steps() + 1);
        double product = state.number(PRODUCT, 1) * now;
        state.remember(PRODUCT, product);
        double rate = group.get(LEARNING_RATE);
        return new double[] {
            1 - group.get(BETA1),
            beta2,
            1 - beta2,
            state.correction(beta2),
            group.get(EPSILON),
            rate * (1 - now) / (1 - product),
            rate * next / (1 - product * next)
        };
    }

    /** μₜ. */
    private static double momentum(Group group, long t) {
        return group.get(BETA1) * (1 - .5 * Math.pow(BASE, t * group.get(MOMENTUM_DECAY)));
    }

    private NAdam(List<Tensor> parameters) {
        super("NAdam", parameters, Map.of(LEARNING_RATE, 2e-3, MOMENTUM_DECAY, 4e-3));
    }

    /** With η = .002, β = (.9, .999), ε = 1e-8, ψ = .004 and no weight decay. */
    public static NAdam of(List<Tensor> parameters) {
        return new NAdam(parameters);
    }

    /** Sets ψ. */
    public NAdam momentumDecay(double value) {
        return set(MOMENTUM_DECAY, value);
    }

    @Override
    protected Rule rule(Group group) {
        return NADAM;
    }
}
