package org.culebra.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.culebra.data.Batch;
import org.culebra.data.Loader;
import org.culebra.nn.Mode;
import org.culebra.optim.State;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * Players in turn, each with a network, an optimizer and a loss of its own: a discriminator and a generator (Goodfellow et al. 2014,
 * algorithm 1).
 *
 * <pre>{@code
 * var critic = Player.of("discriminator", d, Adam.of(d.parameters()), turn -> {
 *     Tensor fake = turn.fixed(() -> g.forward(noise(turn), turn.mode()));   // no graph of the other side
 *     Tensor real = turn.note("real", d.forward(turn.batch().inputs(), turn.mode()).mean());
 *     return d.forward(fake, turn.mode()).mean().sub(real);
 * });
 * var generator = Player.of("generator", g, Adam.of(g.parameters()),
 *         turn -> d.forward(g.forward(noise(turn), turn.mode()), turn.mode()).mean().neg()).every(5);
 * Trainer.of(Adversarial.of(critic, generator), loader).epochs(20).train();
 * }</pre>
 *
 * <p>Figures: {@code <name>_loss} of each player that moved, whatever the turns {@link Turn#note noted}, and as {@link #LOSS} that of
 * the first player, which should move at every step.
 */
public final class Adversarial implements Task {
    private static final String STEPS = "steps";

    private final List<Player> players;
    private final Map<String, Stateful> remembered = new LinkedHashMap<>();
    private Function<Loader, Map<String, Double>> evaluation = held -> Map.of();
    private long steps;

    private Adversarial(List<Player> players) {
        this.players = players;
    }

    /**
     * These, in this order within each step.
     *
     * @throws IllegalArgumentException if there is none, or two have one name
     */
    public static Adversarial of(Player... players) {
        List<Player> all = List.of(players);
        long names = all.stream().map(Player::name).distinct().count();
        if (all.isEmpty() || names < all.size()) {
            throw new IllegalArgumentException("adversarial: players with different names are needed, not "
                    + all.stream().map(Player::name).toList());
        }
        return new Adversarial(all);
    }

    /** Something else that one step leaves for the next, under a name: a pool of images, a running mean. */
    public Adversarial remembering(String name, Stateful more) {
        remembered.put(name, more);
        return this;
    }

    /** What figures a validation gives: how good samples are, for instance, which no loss of these tells. */
    public Adversarial evaluating(Function<Loader, Map<String, Double>> figures) {
        evaluation = figures;
        return this;
    }

    @Override
    public Map<String, Double> evaluate(Loader data) {
        return evaluation.apply(data);
    }

    /** Those who play. */
    public List<Player> players() {
        return players;
    }

    /**
     * A turn of each player whose turn it is. A loss that is not finite ends the step before that player moves; players before it have
     * moved.
     */
    @Override
    public Map<String, Double> step(Batch batch, Mode mode) {
        var figures = new LinkedHashMap<String, Double>();
        for (Player player : players) {
            if (player.movesAt(steps)) {
                double loss = player.move(batch, mode, steps, figures);
                figures.put(player.name() + "_" + LOSS, loss);
                figures.putIfAbsent(LOSS, loss);
                if (!Double.isFinite(loss)) {
                    figures.put(LOSS, loss);
                    return figures;
                }
            }
        }
        steps++;
        return figures;
    }

    @Override
    public State state() {
        State all = new State(Map.of(), Map.of(STEPS, (double) steps));
        for (Player player : players) {
            all = all.and(player.state().prefixed("player." + player.name()));
        }
        for (var entry : remembered.entrySet()) {
            all = all.and(entry.getValue().state().prefixed("more." + entry.getKey()));
        }
        return all;
    }

    @Override
    public void load(State state) {
        steps = state.numbers().getOrDefault(STEPS, 0.).longValue();
        players.forEach(player -> player.load(state.under("player." + player.name())));
        remembered.forEach((name, more) -> more.load(state.under("more." + name)));
    }

    @Override
    public Map<String, String> signature() {
        var all = new LinkedHashMap<String, String>();
        for (Player player : players) {
            all.put(player.name(), player.toString());
            all.put(player.name() + "'s model", player.model().describe());
        }
        return all;
    }

    /** The players, each with its optimizer. */
    @Override
    public String toString() {
        return players.stream().map(Player::toString).collect(Collectors.joining(" against "));
    }

    /** What a player sees while it moves; a tape is open. */
    public static final class Turn {
        private final Tape tape;
        private final Batch batch;
        private final Mode mode;
        private final long step;
        private final Map<String, Double> figures;

        Turn(Tape tape, Batch batch, Mode mode, long step, Map<String, Double> figures) {
            this.tape = tape;
            this.batch = batch;
            this.mode = mode;
            this.step = step;
            this.figures = figures;
        }

        /** What is recorded, for gradients that are part of a loss: R1, gradient penalties, path lengths. */
        public Tape tape() {
            return tape;
        }

        /** The real examples. */
        public Batch batch() {
            return batch;
        }

        /** Training, with the source of random numbers. */
        public Mode mode() {
            return mode;
        }

        /** How many steps of the training are behind: for what changes as it goes on. */
        public long step() {
            return step;
        }

        /** The source of random numbers. */
        public Random random() {
            return mode.random();
        }

        /** What another player's network makes, without its graph: no gradient flows there. */
        public Tensor fixed(Supplier<Tensor> computation) {
            return tape.withoutRecording(computation);
        }

        /** Adds the mean of a tensor to the figures of the step; hands the tensor back. */
        public Tensor note(String figure, Tensor value) {
            tape.withoutRecording(() -> figures.put(figure, value.mean().item()));
            return value;
        }
    }

    /** What a player makes small. */
    @FunctionalInterface
    public interface Objective {
        /** The loss, one number, under the turn's tape. */
        Tensor loss(Turn turn);
    }
}
