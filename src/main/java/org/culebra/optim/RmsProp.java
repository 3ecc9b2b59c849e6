package org.culebra.optim;

import static org.culebra.optim.Option.CENTERED;
import static org.culebra.optim.Option.EPSILON;
import static org.culebra.optim.Option.LEARNING_RATE;
import static org.culebra.optim.Option.MOMENTUM;
import static org.culebra.optim.Option.RHO;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Tensor;

/**
 * w ← w − ηg/(√v + ε), with v ← ρv + (1 − ρ)g² (Tieleman and Hinton 2012; ε outside the root, as in PyTorch, which calls ρ alpha).
 *
 * <p>Centered, the mean ḡ ← ρḡ + (1 − ρ)g is taken off: √(v − ḡ²). With momentum, b ← μb + g/(√v + ε) and w ← w − ηb.
 */
public final class RmsProp extends FusedOptimizer<RmsProp> {
    private static final Rule PLAIN = rule(false, false);
    private static final Rule WITH_MEAN = rule(true, false);
    private static final Rule WITH_MOMENTUM = rule(false, true);
    private static final Rule WITH_BOTH = rule(true, true);

    private static Rule rule(boolean centered, boolean momentum) {
        var names = new ArrayList<>(List.of("square_avg"));
        if (centered) {
            names.add("grad_avg");
        }
        if (momentum) {
            names.add("momentum_buffer");
        }
        return Rule.of(
                "rmsprop",
                names,
                5,
                (w, g, x, s) -> formula(w, g, x, s, centered, momentum),
                (group, state) -> new double[] {
                    group.get(RHO),
                    1 - group.get(RHO),
                    group.get(LEARNING_RATE),
                    group.get(EPSILON),
                    group.get(MOMENTUM)
                });
    }

    private static List<Expression> formula(
            Expression w, Expression g, List<Expression> x, List<Expression> s, boolean centered, boolean momentum) {
        var results = new ArrayList<Expression>();
        Expression v = x.get(0).mul(s.get(0)).add(g.square().mul(s.get(1)));
        results.add(v);
        Expression variance = v;
        if (centered) {
            Expression mean = g.sub(x.get(1)).fma(s.get(1), x.get(1));
            results.add(mean);
            // Of gradients that hardly change the difference may round to less than 0.
            variance = v.sub(mean.square()).max(0);
        }
        Expression step = g.div(variance.sqrt().add(s.get(3)));
        if (momentum) {
            step = x.getLast().mul(s.get(4)).add(step);
            results.add(step);
        }
        results.addFirst(w.sub(step.mul(s.get(2))));
        return results;
    }

    private RmsProp(List<Tensor> parameters) {
        super("RMSprop", parameters, Map.of(LEARNING_RATE, 1e-2, RHO, .99, EPSILON, 1e-8, MOMENTUM, 0., CENTERED, 0.));
    }

    /** With η = .01, ρ = .99, ε = 1e-8, no momentum and no weight decay. */
    public static RmsProp of(List<Tensor> parameters) {
        return new RmsProp(parameters);
    }

    /** Sets ρ in [0, 1). */
    public RmsProp rho(double value) {
        return set(RHO, value);
    }

    /** Sets ε. */
    public RmsProp epsilon(double value) {
        return set(EPSILON, value);
    }

    /** Sets μ in [0, 1). */
    public RmsProp momentum(double value) {
        return set(MOMENTUM, value);
    }

    /** Divides by the standard deviation instead of the root of the mean square (Graves 2013). */
    public RmsProp centered() {
        return set(CENTERED, 1);
    }

    @Override
    protected Rule rule(Group group) {
        boolean momentum = group.get(MOMENTUM) > 0;
        if (group.is(CENTERED)) {
            return momentum ? WITH_BOTH : WITH_MEAN;
        }
        return momentum ? WITH_MOMENTUM : PLAIN;
    }
}
