package org.culebra.optim;

import static org.culebra.optim.Option.EPSILON;
import static org.culebra.optim.Option.LEARNING_RATE;
import static org.culebra.optim.Option.RHO;

import java.util.List;
import java.util.Map;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Tensor;

/**
 * w ← w − ηd, with v ← ρv + (1 − ρ)g², d = √(a + ε)/√(v + ε)·g, a ← ρa + (1 − ρ)d²: steps in the units of the parameters, which
 * need no rate (Zeiler 2012).
 */
public final class Adadelta extends FusedOptimizer<Adadelta> {
    /** Numbers ρ, 1 − ρ, ε, η. */
    private static final Rule ADADELTA = Rule.of(
            "adadelta",
            List.of("square_avg", "acc_delta"),
            4,
            (w, g, x, s) -> {
                Expression v = x.get(0).mul(s.get(0)).add(g.square().mul(s.get(1)));
                Expression d = x.get(1)
                        .add(s.get(2))
                        .sqrt()
                        .div(v.add(s.get(2)).sqrt())
                        .mul(g);
                Expression a = x.get(1).mul(s.get(0)).add(d.square().mul(s.get(1)));
                return List.of(w.sub(d.mul(s.get(3))), v, a);
            },
            (group, state) ->
                    new double[] {group.get(RHO), 1 - group.get(RHO), group.get(EPSILON), group.get(LEARNING_RATE)});

    private Adadelta(List<Tensor> parameters) {
        super("Adadelta", parameters, Map.of(LEARNING_RATE, 1., RHO, .9, EPSILON, 1e-6));
    }

    /** With η = 1, ρ = .9, ε = 1e-6 and no weight decay. */
    public static Adadelta of(List<Tensor> parameters) {
        return new Adadelta(parameters);
    }

    /** Sets ρ in [0, 1). */
    public Adadelta rho(double value) {
        return set(RHO, value);
    }

    /** Sets ε. */
    public Adadelta epsilon(double value) {
        return set(EPSILON, value);
    }

    @Override
    protected Rule rule(Group group) {
        return ADADELTA;
    }
}
