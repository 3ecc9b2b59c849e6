package org.culebra.train;

import java.util.List;
import java.util.Map;
import org.culebra.data.Batch;
import org.culebra.nn.Mode;
import org.culebra.nn.Model;
import org.culebra.optim.Optimizer;
import org.culebra.optim.Schedule;
import org.culebra.optim.Scheduler;
import org.culebra.optim.State;
import org.culebra.optim.WeightAverage;
import org.culebra.tensor.Gradients;
import org.culebra.tensor.Order;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One side of an {@link Adversarial} training: a network, how it learns and what from.
 *
 * <p>Gradients are taken with respect to this network's parameters alone: the backward pass goes through the others' networks
 * where the loss does, and computes nothing for their weights.
 */
public final class Player {
    private final String name;
    private final Model model;
    private final Optimizer optimizer;
    private final Adversarial.Objective objective;
    private final List<Tensor> parameters;

    /** As it begins: a schedule changes the rate, and a training that is resumed is the same all the same. */
    private final String described;

    private int every = 1;
    private int times = 1;
    private double bound = Double.POSITIVE_INFINITY;
    private int penaltyEvery = 1;
    private Adversarial.@Nullable Objective penalty;
    private @Nullable WeightAverage average;
    private @Nullable Scheduler scheduler;

    private Player(String name, Model model, Optimizer optimizer, Adversarial.Objective objective) {
        this.name = name;
        this.model = model;
        this.optimizer = optimizer;
        this.objective = objective;
        this.parameters = optimizer.parameters();
        this.described = name + " of " + model.parameterCount() + " parameters with " + optimizer;
    }

    /**
     * One who moves once per step.
     *
     * @param name for figures and checkpoints
     * @param optimizer of the parameters of that model
     */
    public static Player of(String name, Model model, Optimizer optimizer, Adversarial.Objective objective) {
        return new Player(name, model, optimizer, objective);
    }

    /** Moves at every n-th step only, as a generator does after several steps of its critic; at the last of each n. */
    public Player every(int steps) {
        every = positive("every", steps);
        return this;
    }

    /** Moves several times per step, on the same real examples with random numbers of its own each time. */
    public Player times(int moves) {
        times = positive("times", moves);
        return this;
    }

    /** Clips each weight to ±bound after each move (Arjovsky et al. 2017, algorithm 1). */
    public Player clip(double weight) {
        if (!(weight > 0)) {
            throw new IllegalArgumentException("player: weights are clipped to a positive bound, not " + weight);
        }
        bound = weight;
        return this;
    }

    /**
     * A second loss with a move of its own at every n-th step, counted n times (lazy regularization; Karras et al. 2020, appendix B).
     * Its figure is {@code <name>_penalty}.
     */
    public Player regularize(int steps, Adversarial.Objective added) {
        penaltyEvery = positive("regularize", steps);
        penalty = added;
        return this;
    }

    /** Averages the weights after each move: what a generator is used with. */
    public Player average(WeightAverage weights) {
        average = weights;
        return this;
    }

    /** Keeps the learning rate on a schedule that counts the steps in which it moves. */
    public Player schedule(Schedule rates) {
        scheduler = Scheduler.of(optimizer, rates);
        return this;
    }

    private static int positive(String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException("player: " + what + " is at least 1, not " + number);
        }
        return number;
    }

    /** What figures and checkpoints call it. */
    public String name() {
        return name;
    }

    /** What learns. */
    public Model model() {
        return model;
    }

    /** What changes it. */
    public Optimizer optimizer() {
        return optimizer;
    }

    boolean movesAt(long step) {
        return (step + 1) % every == 0;
    }

    /** Moves; the loss of its last move. */
    double move(Batch batch, Mode mode, long step, Map<String, Double> figures) {
        double loss = 0;
        for (int i = 0; i < times; i++) {
            loss = descend(objective, 1, batch, mode, step, figures);
            if (!Double.isFinite(loss)) {
                return loss;
            }
        }
        if (penalty != null && (step / every) % penaltyEvery == 0) {
            double added = descend(penalty, penaltyEvery, batch, mode, step, figures);
            figures.put(name + "_penalty", added);
            if (!Double.isFinite(added)) {
                return added;
            }
        }
        if (average != null) {
            average.update();
        }
        if (scheduler != null) {
            scheduler.step();
        }
        return loss;
    }

    private double descend(
            Adversarial.Objective what, double weight, Batch batch, Mode mode, long step, Map<String, Double> figures) {
        try (var tape = Tape.open()) {
            Tensor loss = what.loss(new Adversarial.Turn(tape, batch, mode, step, figures));
            double value = loss.item();
            if (Double.isFinite(value)) {
                Tensor weighted = weight == 1 ? loss : loss.mul(weight);
                Gradients gradients = tape.gradients(weighted, null, parameters, Order.FIRST);
                optimizer.step(gradients);
                if (bound < Double.POSITIVE_INFINITY) {
                    clip(tape);
                }
            }
            return value;
        }
    }

    private void clip(Tape tape) {
        tape.withoutRecording(() -> {
            parameters.forEach(weight -> weight.assign(weight.minimum(bound).maximum(-bound)));
            return parameters;
        });
    }

    State state() {
        State all = new State(model.state(), Map.of())
                .prefixed("model")
                .and(optimizer.state().prefixed("optimizer"));
        if (scheduler != null) {
            all = all.and(scheduler.state().prefixed("scheduler"));
        }
        return average == null ? all : all.and(average.state().prefixed("average"));
    }

    void load(State state) {
        model.load(state.under("model").tensors());
        if (scheduler != null) {
            scheduler.load(state.under("scheduler"));
        }
        optimizer.load(state.under("optimizer"));
        if (average != null) {
            average.load(state.under("average"));
        }
    }

    /** Its name, how many numbers it learns, and how. */
    @Override
    public String toString() {
        return described;
    }
}
