package org.culebra.optim;

import java.util.LinkedHashMap;

/**
 * η ← max(factor·η, least) when a measure has not become better for more than {@code patience} epochs (PyTorch's
 * {@code ReduceLROnPlateau}).
 *
 * <pre>{@code
 * var plateau = Plateau.of(optimizer).factor(.5).patience(3);
 * … // after each epoch
 * plateau.step(validationLoss);
 * }</pre>
 *
 * <p>In a trainer it is a callback: {@code org.culebra.train.OnPlateau}.
 *
 * <p>It changes the rates themselves: together with a {@link Scheduler}, which sets them anew at each step, it has no effect.
 */
public final class Plateau {
    /** A change of the rate below this is none. */
    private static final double LEAST_CHANGE = 1e-8;

    private final Optimizer optimizer;
    private double factor = .1;
    private int patience = 10;
    private double threshold = 1e-4;
    private boolean relative = true;
    private int cooldown;
    private double least;
    private boolean rising;

    private double best = Double.POSITIVE_INFINITY;
    private long bad;
    private long cooling;

    private Plateau(Optimizer optimizer) {
        this.optimizer = optimizer;
    }

    /** For a loss; to a tenth after more than 10 epochs without one that is better by at least 1e-4 of the best. */
    public static Plateau of(Optimizer optimizer) {
        return new Plateau(optimizer);
    }

    /** For a measure that is to rise, an accuracy for instance. */
    public Plateau rising() {
        rising = true;
        best = Double.NEGATIVE_INFINITY;
        return this;
    }

    /** Sets what the rate is multiplied by, in (0, 1). */
    public Plateau factor(double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException("plateau: the factor must be more than 0 and less than 1, not " + value);
        }
        factor = value;
        return this;
    }

    /** Sets how many epochs without a better one are borne. */
    public Plateau patience(int epochs) {
        patience = (int) requireNonNegative("the patience", epochs);
        return this;
    }

    /** Sets by which part of the best an epoch has to be better. */
    public Plateau threshold(double part) {
        threshold = requireNonNegative("the threshold", part);
        relative = true;
        return this;
    }

    /** Sets by how much an epoch has to be better. */
    public Plateau absoluteThreshold(double difference) {
        threshold = requireNonNegative("the threshold", difference);
        relative = false;
        return this;
    }

    /** Sets how many epochs do not count after the rate was lowered. */
    public Plateau cooldown(int epochs) {
        cooldown = (int) requireNonNegative("the cooldown", epochs);
        return this;
    }

    /** Sets the lowest rate. */
    public Plateau least(double rate) {
        least = requireNonNegative("the least rate", rate);
        return this;
    }

    private static double requireNonNegative(String what, double value) {
        if (!(value >= 0)) {
            throw new IllegalArgumentException("plateau: " + what + " must be 0 or more, not " + value);
        }
        return value;
    }

    /** The best measure so far. */
    public double best() {
        return best;
    }

    /**
     * Takes note of an epoch; a NaN is never better.
     *
     * @return true if the rate was lowered
     */
    public boolean step(double measure) {
        if (isBetter(measure)) {
            best = measure;
            bad = 0;
        } else {
            bad++;
        }
        if (cooling > 0) {
            cooling--;
            bad = 0;
        }
        if (bad <= patience) {
            return false;
        }
        cooling = cooldown;
        bad = 0;
        return lower();
    }

    private boolean isBetter(double measure) {
        double bound = best;
        if (!Double.isInfinite(best)) {
            double margin = rising ? threshold : -threshold;
            bound = relative ? best * (1 + margin) : best + margin;
        }
        return rising ? measure > bound : measure < bound;
    }

    private boolean lower() {
        boolean lowered = false;
        for (Group group : optimizer.groups()) {
            double rate = group.get(Option.LEARNING_RATE);
            double lower = Math.max(rate * factor, least);
            if (rate - lower > LEAST_CHANGE) {
                group.learningRate(lower);
                lowered = true;
            }
        }
        return lowered;
    }

    // ---------------------------------------------------------------- state

    /** What it remembers; the rates are in the optimizer's own state. */
    public State state() {
        var numbers = new LinkedHashMap<String, Double>();
        numbers.put("best", best);
        numbers.put("bad", (double) bad);
        numbers.put("cooling", (double) cooling);
        return State.of(numbers);
    }

    /**
     * Goes on from a saved state.
     *
     * @throws IllegalArgumentException if it is that of something else; nothing is changed then
     */
    public void load(State state) {
        var reader = new StateReader("plateau", state);
        double savedBest = reader.number("best");
        long savedBad = reader.count("bad");
        long savedCooling = reader.count("cooling");
        reader.requireFit();
        best = savedBest;
        bad = savedBad;
        cooling = savedCooling;
    }
}
