package org.culebra.optim;

import static org.culebra.optim.Option.BETA1;
import static org.culebra.optim.Option.BETA2;
import static org.culebra.optim.Option.EPSILON;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Tensor;

/**
 * What {@link Adam} and its kin have in common: running averages of gradients, with β = (.9, .999) and ε = 1e-8 unless told otherwise.
 *
 * <p>The first tensor of their rules is m, the second what the others call v; the first numbers are 1 − β₁, β₂ and 1 − β₂.
 */
abstract sealed class Moments<O extends Moments<O>> extends FusedOptimizer<O> permits Adam, Adamax, NAdam, RAdam {

    Moments(String name, List<Tensor> parameters, Map<Option, Double> options) {
        super(name, parameters, withBetas(options));
    }

    private static Map<Option, Double> withBetas(Map<Option, Double> options) {
        var all = new EnumMap<Option, Double>(options);
        all.putAll(Map.of(BETA1, .9, BETA2, .999, EPSILON, 1e-8));
        return all;
    }

    /** m ← β₁m + (1 − β₁)g. */
    static Expression mean(Expression g, List<Expression> x, List<Expression> s) {
        return g.sub(x.get(0)).fma(s.get(0), x.get(0));
    }

    /** v ← β₂v + (1 − β₂)g². */
    static Expression square(Expression g, List<Expression> x, List<Expression> s) {
        return x.get(1).mul(s.get(1)).add(g.square().mul(s.get(2)));
    }

    /** Sets β₁ and β₂, each in [0, 1). */
    public O betas(double first, double second) {
        set(BETA1, first);
        return set(BETA2, second);
    }

    /** Sets ε. */
    public O epsilon(double value) {
        return set(EPSILON, value);
    }
}
