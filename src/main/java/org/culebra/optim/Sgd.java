package org.culebra.optim;

import static org.culebra.optim.Option.DAMPENING;
import static org.culebra.optim.Option.LEARNING_RATE;
import static org.culebra.optim.Option.MOMENTUM;
import static org.culebra.optim.Option.NESTEROV;
import static org.culebra.optim.Option.RATE_IN_VELOCITY;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Gradients;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * b ← μb + (1 − τ)g; w ← w − ηb: stochastic gradient descent with momentum, as PyTorch defines it. Without momentum w ← w − ηg.
 *
 * <p>At the first step b is g, whatever the dampening τ. The momentum of lecture notes, which is another one as soon as η changes,
 * is {@link #rateInVelocity}; Nesterov's as they have it, with the gradient taken after the momentum step, is {@link #lookAhead}.
 */
public final class Sgd extends FusedOptimizer<Sgd> {
    private static final String BUFFER = "momentum_buffer";

    private static final Rule PLAIN =
            Rule.of("sgd", List.of(), 1, (w, g, x, s) -> List.of(w.sub(g.mul(s.get(0)))), (group, state) ->
                    new double[] {group.get(LEARNING_RATE)});

    private static final Rule CLASSICAL = Rule.of(
            "sgdMomentum",
            List.of(BUFFER),
            3,
            (w, g, x, s) -> {
                Expression b = x.get(0).fma(s.get(1), g.mul(s.get(2)));
                return List.of(w.sub(b.mul(s.get(0))), b);
            },
            Sgd::numbers);

    private static final Rule NESTEROVS = Rule.of(
            "sgdNesterov",
            List.of(BUFFER),
            3,
            (w, g, x, s) -> {
                Expression b = x.get(0).fma(s.get(1), g.mul(s.get(2)));
                return List.of(w.sub(b.fma(s.get(1), g).mul(s.get(0))), b);
            },
            Sgd::numbers);

    private static final Rule VELOCITY = Rule.of(
            "sgdVelocity",
            List.of(BUFFER),
            3,
            (w, g, x, s) -> {
                Expression v = x.get(0).mul(s.get(1)).sub(g.mul(s.get(2)).mul(s.get(0)));
                return List.of(w.add(v), v);
            },
            Sgd::numbers);

    /** w + μv. */
    private static final Elementwise AHEAD =
            Elementwise.withScalars("sgdAhead", 2, 1, (x, s) -> List.of(x.get(1).fma(s.get(0), x.get(0))));

    private boolean ahead;
    private boolean begun;

    /** η, μ, 1 − τ. */
    private static double[] numbers(Group group, ParameterState state) {
        double share = state.steps() == 1 ? 1 : 1 - group.get(DAMPENING);
        return new double[] {group.get(LEARNING_RATE), group.get(MOMENTUM), share};
    }

    private Sgd(List<Tensor> parameters) {
        super(
                "SGD",
                parameters,
                Map.of(LEARNING_RATE, 1e-3, MOMENTUM, 0., DAMPENING, 0., NESTEROV, 0., RATE_IN_VELOCITY, 0.));
    }

    /** With η = .001, no momentum and no weight decay. */
    public static Sgd of(List<Tensor> parameters) {
        return new Sgd(parameters);
    }

    /** Sets μ in [0, 1). */
    public Sgd momentum(double value) {
        return set(MOMENTUM, value);
    }

    /** Sets τ in [0, 1): (1 − τ)g is added to the momentum instead of g. */
    public Sgd dampening(double value) {
        return set(DAMPENING, value);
    }

    /**
     * Steps by g + μb instead of b: PyTorch's form of Nesterov's momentum (Sutskever et al. 2013). Without {@link #momentum}, or
     * with {@link #dampening}, the first step is refused.
     */
    public Sgd nesterov() {
        set(RATE_IN_VELOCITY, 0);
        return set(NESTEROV, 1);
    }

    /**
     * v ← μv − ηg; w ← w + v: momentum as lecture notes have it, with η inside the velocity. While η is constant it is the same;
     * when η changes, what was gathered goes on at the old rate.
     */
    public Sgd rateInVelocity() {
        set(NESTEROV, 0);
        return set(RATE_IN_VELOCITY, 1);
    }

    /**
     * v ← μv − η∇f(w + μv); w ← w + v: Nesterov's momentum as lecture notes have it, with the gradient taken after the momentum
     * step. It needs the loss itself: {@code step(() -> loss)}.
     */
    public Sgd lookAhead() {
        ahead = true;
        return rateInVelocity();
    }

    @Override
    protected Rule rule(Group group) {
        if (group.get(MOMENTUM) == 0) {
            return PLAIN;
        }
        return group.is(RATE_IN_VELOCITY) ? VELOCITY : group.is(NESTEROV) ? NESTEROVS : CLASSICAL;
    }

    @Override
    public void step(Gradients gradients) {
        if (ahead) {
            throw new UnsupportedOperationException("SGD: with lookAhead() the gradient is that at another point\n"
                    + "  hint: optimizer.step(() -> loss), which takes it there");
        }
        if (!begun) { // not in nesterov(): momentum may be set after it
            requireMomentum();
            begun = true;
        }
        super.step(gradients);
    }

    private void requireMomentum() {
        for (Group group : groups()) {
            if (group.is(NESTEROV) && group.get(MOMENTUM) == 0) {
                throw new IllegalStateException(
                        "SGD: Nesterov momentum needs a momentum, which is 0.0" + "\n  hint: momentum(.9).nesterov()");
            }
            if (group.is(NESTEROV) && group.get(DAMPENING) != 0) {
                throw new IllegalStateException("SGD: Nesterov momentum has no dampening, which is "
                        + group.get(DAMPENING) + "\n  hint: leave dampening out, or nesterov()");
            }
        }
    }

    @Override
    public double step(Supplier<Tensor> loss) {
        if (!ahead) {
            return super.step(loss);
        }
        try (var tape = Tape.open()) {
            var places = new IdentityHashMap<Tensor, Tensor>();
            Gradients gradients;
            double value;
            try {
                goAhead(places);
                Tensor there = loss.get();
                gradients = tape.gradients(there);
                value = there.item();
            } finally {
                // Back to where it was, bit by bit, even if the loss could not be computed.
                places.forEach(Tensor::assign);
            }
            super.step(gradients);
            return value;
        }
    }

    /** Moves every w to w + μv, and notes where it was. */
    private void goAhead(Map<Tensor, Tensor> places) {
        for (Group group : groups()) {
            double momentum = group.get(MOMENTUM);
            for (Tensor w : group.parameters()) {
                ParameterState state = stateOf(w);
                if (momentum != 0 && state.steps() > 0) {
                    places.put(w, Tensor.zeros(w.dtype(), w.shape().dims()).assign(w));
                    AHEAD.update(List.of(w), new double[] {momentum}, w, state.tensor(BUFFER));
                }
            }
        }
    }
}
