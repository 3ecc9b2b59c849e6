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
 * w ← w − η/(1 − β₁ᵗ)·m/u, with m ← β₁m + (1 − β₁)g, u ← max(β₂u, |g| + ε): Adam with the largest magnitude instead of a mean
 * square (Kingma and Ba 2015, algorithm 2; ε where PyTorch has it).
 */
public final class Adamax extends Moments<Adamax> {
    /** Numbers 1 − β₁, β₂, ε, η/(1 − β₁ᵗ). */
    private static final Rule ADAMAX = Rule.of(
            "adamax",
            List.of("exp_avg", "exp_inf"),
            4,
            (w, g, x, s) -> {
                Expression m = mean(g, x, s);
                Expression u = x.get(1).mul(s.get(1)).max(g.abs().add(s.get(2)));
                return List.of(w.sub(m.div(u).mul(s.get(3))), m, u);
            },
            (group, state) -> new double[] {
                1 - group.get(BETA1),
                group.get(BETA2),
                group.get(EPSILON),
                group.get(LEARNING_RATE) / state.correction(group.get(BETA1))
            });

    private Adamax(List<Tensor> parameters) {
        super("Adamax", parameters, Map.of(LEARNING_RATE, 2e-3));
    }

    /** With η = .002, β = (.9, .999), ε = 1e-8 and no weight decay. */
    public static Adamax of(List<Tensor> parameters) {
        return new Adamax(parameters);
    }

    @Override
    protected Rule rule(Group group) {
        return ADAMAX;
    }
}
