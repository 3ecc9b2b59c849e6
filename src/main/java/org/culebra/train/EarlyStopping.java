package org.culebra.train;

import java.util.Locale;
import java.util.Map;
import org.culebra.optim.State;

/**
 * Ends a training when a figure of the epochs has not become better for a while.
 *
 * <pre>{@code
 * trainer.callback(EarlyStopping.on(Monitor.lowest("validation_loss")).patience(5));
 * }</pre>
 *
 * <p>The weights stay those of the last epoch; {@link Checkpoints#keepBest} has the best ones.
 */
public final class EarlyStopping implements Callback {
    private final Monitor monitor;
    private int patience = 10;
    private double least;

    private double best = Double.NEGATIVE_INFINITY;
    private int bestEpoch;
    private int epoch;

    private EarlyStopping(Monitor monitor) {
        this.monitor = monitor;
    }

    /** After more than 10 epochs without a better one. */
    public static EarlyStopping on(Monitor monitor) {
        return new EarlyStopping(monitor);
    }

    /**
     * How many epochs without a better one are borne.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public EarlyStopping patience(int epochs) {
        if (epochs < 0) {
            throw new IllegalArgumentException("early stopping: the patience must be 0 or more, not " + epochs);
        }
        patience = epochs;
        return this;
    }

    /**
     * By how much an epoch has to be better to count.
     *
     * @throws IllegalArgumentException if that is negative
     */
    public EarlyStopping least(double difference) {
        if (!(difference >= 0)) {
            throw new IllegalArgumentException("early stopping: the difference must be 0 or more, not " + difference);
        }
        least = difference;
        return this;
    }

    /** The best value so far; NaN before the first epoch. */
    public double best() {
        return bestEpoch == 0 ? Double.NaN : monitor.rising() ? best : -best;
    }

    /** The epoch that had it; 0 before the first. */
    public int bestEpoch() {
        return bestEpoch;
    }

    @Override
    public void epochDone(Progress progress) {
        double value = monitor.value("early stopping", progress.figures());
        epoch = progress.epoch();
        double score = monitor.rising() ? value : -value;
        if (score > best + least) {
            best = score;
            bestEpoch = epoch;
        }
        stopIfDue(progress);
    }

    /** A run that was stopped, and killed before it could say so, is not trained further. */
    @Override
    public void started(Progress progress) {
        stopIfDue(progress);
    }

    private void stopIfDue(Progress progress) {
        if (epoch - bestEpoch > patience) {
            progress.stop(String.format(
                    Locale.ROOT,
                    "%s has not been better than %.6g, that of epoch %d, for %d epochs",
                    monitor.figure(),
                    best(),
                    bestEpoch,
                    epoch - bestEpoch));
        }
    }

    @Override
    public State state() {
        return new State(Map.of(), Map.of("best", best, "best_epoch", (double) bestEpoch, "epoch", (double) epoch));
    }

    @Override
    public void load(State state) {
        best = state.numbers().getOrDefault("best", best);
        bestEpoch = state.numbers().getOrDefault("best_epoch", 0.).intValue();
        epoch = state.numbers().getOrDefault("epoch", 0.).intValue();
    }
}
