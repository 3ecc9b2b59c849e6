package org.culebra.optim;

import static org.culebra.optim.Option.EPSILON;
import static org.culebra.optim.Option.LEARNING_RATE;
import static org.culebra.optim.Option.MOMENTUM;
import static org.culebra.optim.Option.NESTEROV;
import static org.culebra.optim.Option.RATE_OF_ADAM;
import static org.culebra.optim.Option.WEIGHT_DECAY;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.culebra.memory.Scope;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * w ← (1 − ηλ)w − η√max(1, M/N)·O, with m ← μm + (1 − μ)g and O the orthogonal matrix next to u = μm + (1 − μ)g, nearly: Muon
 * (Jordan et al. 2024).
 *
 * <p>w: [M, N]; matrices only. Embeddings, last layers and biases are for another optimizer, such as {@link AdamW}, which may be
 * given the same gradients. O comes from five steps X ← aX + (bXXᵀ + c(XXᵀ)²)X from u/‖u‖, (a, b, c) = (3.4445, −4.7750,
 * 2.0315), which bring every singular value near 1, in the type of the parameter (PyTorch: in bf16).
 */
public final class Muon extends ParameterwiseOptimizer<Muon> {
    private static final String BUFFER = "momentum_buffer";
    private static final int STEPS = 5;
    private static final double A = 3.4445;
    private static final double B = -4.7750;
    private static final double C = 2.0315;

    /** m and u of g and m; numbers 1 − μ, and μ or for no look ahead 1. */
    private static final Elementwise MOMENTA = Elementwise.withScalars("muonMomentum", 2, 2, (x, s) -> {
        var g = x.get(0);
        var m = g.sub(x.get(1)).fma(s.get(0), x.get(1));
        return List.of(m, s.get(1).lt(1).select(m.sub(g).fma(s.get(1), g), m));
    });

    private static final Elementwise GRAM =
            Elementwise.of((gram, square) -> gram.mul(B).add(square.mul(C)));
    private static final Elementwise NEXT =
            Elementwise.of((x, change) -> x.mul(A).add(change));

    /** w of w and O; numbers 1 − ηλ, η√…. */
    private static final Elementwise STEP = Elementwise.withScalars(
            "muonStep",
            2,
            2,
            (x, s) -> List.of(x.get(0).mul(s.get(0)).sub(x.get(1).mul(s.get(1)))));

    private Muon(List<Tensor> parameters) {
        super(
                "Muon",
                parameters,
                Map.of(
                        LEARNING_RATE,
                        1e-3,
                        WEIGHT_DECAY,
                        .1,
                        MOMENTUM,
                        .95,
                        NESTEROV,
                        1.,
                        EPSILON,
                        1e-7,
                        RATE_OF_ADAM,
                        0.));
        requireMatrices(parameters);
    }

    /**
     * With η = .001, μ = .95 and λ = .1.
     *
     * @throws IllegalArgumentException if a parameter is no matrix
     */
    public static Muon of(List<Tensor> parameters) {
        return new Muon(parameters);
    }

    private static void requireMatrices(List<Tensor> parameters) {
        for (Tensor parameter : parameters) {
            if (parameter.rank() != 2) {
                throw new IllegalArgumentException("Muon: " + parameter.describe() + " is no matrix\n"
                        + "  hint: give the other parameters to AdamW, and the gradients to both");
            }
        }
    }

    @Override
    public Muon group(List<Tensor> parameters, Consumer<Group> options) {
        requireMatrices(parameters);
        return super.group(parameters, options);
    }

    /** Sets μ in [0, 1). */
    public Muon momentum(double value) {
        return set(MOMENTUM, value);
    }

    /** Orthogonalizes m itself instead of μm + (1 − μ)g. */
    public Muon withoutNesterov() {
        return set(NESTEROV, 0);
    }

    /** Sets λ, decoupled. */
    public Muon weightDecay(double lambda) {
        return set(WEIGHT_DECAY, lambda);
    }

    /** Sets ε: u is divided by ε where ‖u‖ is less. */
    public Muon epsilon(double value) {
        return set(EPSILON, value);
    }

    /** Scales by .2·√max(M, N) instead of √max(1, M/N), for steps as long as {@link AdamW}'s: its η and λ can be kept. */
    public Muon rateOfAdam() {
        return set(RATE_OF_ADAM, 1);
    }

    @Override
    protected List<String> stateNames(Group group) {
        return List.of(BUFFER);
    }

    @Override
    protected void update(Group group, ParameterState state, Tensor w, Tensor g) {
        try (var _ = Scope.open("Muon")) {
            Tape.untracked(() -> {
                double momentum = group.get(MOMENTUM);
                Tensor m = state.tensor(BUFFER);
                Tensor u = Tensor.zeros(w.dtype(), w.shape().dims());
                MOMENTA.update(List.of(m, u), new double[] {1 - momentum, group.is(NESTEROV) ? momentum : 1}, g, m);
                double rate = group.get(LEARNING_RATE);
                double[] numbers = {1 - rate * group.get(WEIGHT_DECAY), rate * scale(group, w)};
                STEP.update(List.of(w), numbers, w, orthogonal(u, group.get(EPSILON)));
            });
        }
    }

    private static double scale(Group group, Tensor w) {
        double rows = w.dim(0);
        double columns = w.dim(1);
        return group.is(RATE_OF_ADAM)
                ? .2 * Math.sqrt(Math.max(rows, columns))
                : Math.sqrt(Math.max(1, rows / columns));
    }

    /** Newton and Schulz's iteration, on the side with the smaller products. */
    private static Tensor orthogonal(Tensor u, double epsilon) {
        boolean tall = u.dim(0) > u.dim(1);
        Tensor x = (tall ? u.transpose() : u).div(Math.max(u.norm().item(), epsilon));
        for (int i = 0; i < STEPS; i++) {
            Tensor gram = x.matmul(x.transpose());
            x = NEXT.apply(x, GRAM.apply(gram, gram.matmul(gram)).matmul(x));
        }
        return tall ? x.transpose() : x;
    }
}
