package org.culebra.optim;

import static org.culebra.optim.Option.BETA1;
import static org.culebra.optim.Option.BETA2;
import static org.culebra.optim.Option.DECOUPLED;
import static org.culebra.optim.Option.LEARNING_RATE;

import java.util.List;
import java.util.Map;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Tensor;

/**
 * w ← (1 − ηλ)w − η·sign(β₁m + (1 − β₁)g), then m ← β₂m + (1 − β₂)g (Chen et al. 2023, algorithm 2).
 *
 * <p>Every step has the same length in every direction; rates are a third to a tenth of Adam's, weight decays as much larger.
 */
public final class Lion extends FusedOptimizer<Lion> {
    /** Numbers β₁, 1 − β₁, β₂, 1 − β₂, η. */
    private static final Rule LION = Rule.of(
            "lion",
            List.of("exp_avg"),
            5,
            (w, g, x, s) -> {
                Expression m = x.get(0);
                Expression direction = m.mul(s.get(0)).add(g.mul(s.get(1))).sign();
                return List.of(w.sub(direction.mul(s.get(4))), m.mul(s.get(2)).add(g.mul(s.get(3))));
            },
            (group, state) -> new double[] {
                group.get(BETA1), 1 - group.get(BETA1), group.get(BETA2), 1 - group.get(BETA2), group.get(LEARNING_RATE)
            });

    private Lion(List<Tensor> parameters) {
        super("Lion", parameters, Map.of(LEARNING_RATE, 1e-4, BETA1, .9, BETA2, .99, DECOUPLED, 1.));
    }

    /** With η = 1e-4, β = (.9, .99) and no weight decay. */
    public static Lion of(List<Tensor> parameters) {
        return new Lion(parameters);
    }

    /** Sets β₁ and β₂, each in [0, 1). */
    public Lion betas(double first, double second) {
        set(BETA1, first);
        return set(BETA2, second);
    }

    /** Sets λ, decoupled. */
    @Override
    public Lion weightDecay(double lambda) {
        return decoupledWeightDecay(lambda);
    }

    @Override
    protected Rule rule(Group group) {
        return LION;
    }
}
