package org.culebra.optim;

import static org.culebra.optim.Option.EPSILON;
import static org.culebra.optim.Option.INITIAL_ACCUMULATOR;
import static org.culebra.optim.Option.LEARNING_RATE;
import static org.culebra.optim.Option.RATE_DECAY;

import java.util.List;
import java.util.Map;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Tensor;

/**
 * w ← w − η/(1 + (t − 1)·decay)·g/(√s + ε), with s ← s + g² (Duchi et al. 2011).
 */
public final class Adagrad extends FusedOptimizer<Adagrad> {
    private static final String SUM = "sum";

    /** Numbers ηₜ, ε. */
    private static final Rule ADAGRAD = Rule.of(
            "adagrad",
            List.of(SUM),
            2,
            (w, g, x, s) -> {
                Expression sum = x.get(0).add(g.square());
                return List.of(w.sub(g.div(sum.sqrt().add(s.get(1))).mul(s.get(0))), sum);
            },
            (group, state) -> {
                // Here the sum is made, at the first step.
                state.tensor(SUM, group.get(INITIAL_ACCUMULATOR));
                double falls = 1 + (state.steps() - 1) * group.get(RATE_DECAY);
                return new double[] {group.get(LEARNING_RATE) / falls, group.get(EPSILON)};
            });

    private Adagrad(List<Tensor> parameters) {
        super(
                "Adagrad",
                parameters,
                Map.of(LEARNING_RATE, 1e-2, RATE_DECAY, 0., INITIAL_ACCUMULATOR, 0., EPSILON, 1e-10));
    }

    /** With η = .01, ε = 1e-10, sums that begin with 0, no decay of η and no weight decay. */
    public static Adagrad of(List<Tensor> parameters) {
        return new Adagrad(parameters);
    }

    /** Sets how fast η falls. */
    public Adagrad rateDecay(double value) {
        return set(RATE_DECAY, value);
    }

    /** Sets what s begins with. */
    public Adagrad initialAccumulator(double value) {
        return set(INITIAL_ACCUMULATOR, value);
    }

    /** Sets ε. */
    public Adagrad epsilon(double value) {
        return set(EPSILON, value);
    }

    @Override
    protected Rule rule(Group group) {
        return ADAGRAD;
    }
}
