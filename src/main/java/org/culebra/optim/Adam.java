package org.culebra.optim;

import static org.culebra.optim.Option.AMSGRAD;
import static org.culebra.optim.Option.BETA1;
import static org.culebra.optim.Option.BETA2;
import static org.culebra.optim.Option.BIAS_CORRECTION;
import static org.culebra.optim.Option.DECOUPLED;
import static org.culebra.optim.Option.EPSILON;
import static org.culebra.optim.Option.LEARNING_RATE;
import static org.culebra.optim.Option.WEIGHT_DECAY;

import java.util.List;
import java.util.Map;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Tensor;

/**
 * w ← w − η·m̂/(√v̂ + ε), with m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ) (Kingma and Ba
 * 2015, algorithm 1).
 *
 * <p>The order of operations is PyTorch's.
 */
public sealed class Adam extends Moments<Adam> permits AdamW {
    private static final Rule ADAM = Rule.of(
            "adam",
            List.of("exp_avg", "exp_avg_sq"),
            6,
            (w, g, x, s) -> {
                Expression m = mean(g, x, s);
                Expression v = square(g, x, s);
                return List.of(stepped(w, m, v, s), m, v);
            },
            Adam::numbers);

    private static final Rule AMS = Rule.of(
            "amsgrad",
            List.of("exp_avg", "exp_avg_sq", "max_exp_avg_sq"),
            6,
            (w, g, x, s) -> {
                Expression m = mean(g, x, s);
                Expression v = square(g, x, s);
                Expression largest = x.get(2).max(v);
                return List.of(stepped(w, m, largest, s), m, v, largest);
            },
            Adam::numbers);

    private static Expression stepped(Expression w, Expression m, Expression v, List<Expression> s) {
        return w.sub(m.mul(s.get(3)).div(v.sqrt().div(s.get(4)).add(s.get(5))));
    }

    /** 1 − β₁, β₂, 1 − β₂, η/(1 − β₁ᵗ), √(1 − β₂ᵗ), ε. */
    private static double[] numbers(Group group, ParameterState state) {
        double beta1 = group.get(BETA1);
        double beta2 = group.get(BETA2);
        boolean corrected = group.is(BIAS_CORRECTION);
        return new double[] {
            1 - beta1,
            beta2,
            1 - beta2,
            group.get(LEARNING_RATE) / (corrected ? state.correction(beta1) : 1),
            corrected ? Math.sqrt(state.correction(beta2)) : 1,
            group.get(EPSILON)
        };
    }

    Adam(String name, List<Tensor> parameters, double weightDecay, boolean decoupled) {
        super(
                name,
                parameters,
                Map.of(
                        LEARNING_RATE, 1e-3,
                        BIAS_CORRECTION, 1.,
                        AMSGRAD, 0.,
                        WEIGHT_DECAY, weightDecay,
                        DECOUPLED, decoupled ? 1. : 0.));
    }

    /** With η = .001, β = (.9, .999), ε = 1e-8 and no weight decay. */
    public static Adam of(List<Tensor> parameters) {
        return new Adam("Adam", parameters, 0, false);
    }

    /** Uses m and v as they are, which begin at 0: with the usual β the first step is 3.16 η long, as lecture notes have it. */
    public Adam withoutBiasCorrection() {
        return set(BIAS_CORRECTION, 0);
    }

    /** Divides by the largest v so far (Reddi et al. 2018). */
    public Adam amsgrad() {
        return set(AMSGRAD, 1);
    }

    @Override
    protected Rule rule(Group group) {
        return group.is(AMSGRAD) ? AMS : ADAM;
    }
}
