package org.culebra.optim;

import static org.culebra.optim.Option.BETA1;
import static org.culebra.optim.Option.BETA2;
import static org.culebra.optim.Option.EPSILON;
import static org.culebra.optim.Option.LEARNING_RATE;

import java.util.List;
import java.util.Map;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Tensor;

/**
 * w ← w − ηr·m̂/(√v + ε)·√(1 − β₂ᵗ) once the variance of v can be told, else w ← w − ηm̂, with m̂ and v as {@link Adam} has them
 * (Liu et al. 2020, algorithm 2).
 *
 * <p>ρ∞ = 2/(1 − β₂) − 1 and ρₜ = ρ∞ − 2tβ₂ᵗ/(1 − β₂ᵗ); it can be told when ρₜ > 5, and then r² = (ρₜ − 4)(ρₜ − 2)ρ∞/((ρ∞ −
 * 4)(ρ∞ − 2)ρₜ).
 */
public final class RAdam extends Moments<RAdam> {
    /** As PyTorch: the paper has 4. */
    private static final double TRACTABLE = 5;

    private static final Rule RADAM = Rule.of(
            "radam",
            List.of("exp_avg", "exp_avg_sq"),
            6,
            (w, g, x, s) -> {
                Expression m = mean(g, x, s);
                Expression v = square(g, x, s);
                Expression adaptive = m.mul(s.get(4)).div(v.sqrt().add(s.get(5)));
                return List.of(w.sub(s.get(4).gt(0).select(adaptive, m.mul(s.get(3)))), m, v);
            },
            RAdam::numbers);

    /** 1 − β₁, β₂, 1 − β₂, η/(1 − β₁ᵗ), the same times r√(1 − β₂ᵗ) or 0, ε. */
    private static double[] numbers(Group group, ParameterState state) {
        double beta2 = group.get(BETA2);
        double rate = group.get(LEARNING_RATE) / state.correction(group.get(BETA1));
        double correction = state.correction(beta2);
        double most = 2 / (1 - beta2) - 1;
        double length = most - 2 * state.steps() * (1 - correction) / correction;
        double adaptive = 0;
        if (length > TRACTABLE) {
            double r = (length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length);
            adaptive = rate * Math.sqrt(r) * Math.sqrt(correction);
        }
        return new double[] {1 - group.get(BETA1), beta2, 1 - beta2, rate, adaptive, group.get(EPSILON)};
    }

    private RAdam(List<Tensor> parameters) {
        super("RAdam", parameters, Map.of(LEARNING_RATE, 1e-3));
    }

    /** With η = .001, β = (.9, .999), ε = 1e-8 and no weight decay. */
    public static RAdam of(List<Tensor> parameters) {
        return new RAdam(parameters);
    }

    @Override
    protected Rule rule(Group group) {
        return RADAM;
    }
}
