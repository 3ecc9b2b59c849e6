package org.culebra.optim;

import java.util.Locale;

/**
 * A number that belongs to an optimizer and may differ between its {@link Group}s. Switches are numbers too, 0 or 1, so that
 * one table of numbers says all there is to save.
 */
public enum Option {
    /** η. */
    LEARNING_RATE("the learning rate", Double.POSITIVE_INFINITY),
    /** λ. */
    WEIGHT_DECAY("weight decay", Double.POSITIVE_INFINITY),
    /** Whether the weight decay shrinks the weights themselves instead of adding to the gradient. */
    DECOUPLED("decoupled weight decay"),
    /** μ. */
    MOMENTUM("momentum", 1),
    /** τ: the share of the gradient that momentum leaves out. */
    DAMPENING("dampening", 1),
    /** Whether a step looks ahead along the momentum. */
    NESTEROV("Nesterov momentum"),
    /** Whether η is inside the velocity. */
    RATE_IN_VELOCITY("the rate in the velocity"),
    /** β₁: how much is kept of the mean of the gradients. */
    BETA1("β₁", 1),
    /** β₂: how much is kept of the mean of their squares. */
    BETA2("β₂", 1),
    /** ρ: how much is kept of a mean of squares. */
    RHO("ρ", 1),
    /** ε: what keeps a denominator from 0. */
    EPSILON("ε", Double.POSITIVE_INFINITY),
    /** Whether means that begin at 0 are corrected for it. */
    BIAS_CORRECTION("bias correction"),
    /** Whether the largest mean of squares so far is used. */
    AMSGRAD("AMSGrad"),
    /** Whether the variance is used instead of the mean of squares. */
    CENTERED("centering"),
    /** Whether steps are scaled to the length of Adam's. */
    RATE_OF_ADAM("the rate of Adam"),
    /** How fast η falls: η/(1 + (t − 1)·decay). */
    RATE_DECAY("the decay of the learning rate", Double.POSITIVE_INFINITY),
    /** What a sum of squares begins with. */
    INITIAL_ACCUMULATOR("the initial accumulator", Double.POSITIVE_INFINITY),
    /** ψ: how fast a momentum grows to its final value. */
    MOMENTUM_DECAY("the decay of the momentum", Double.POSITIVE_INFINITY);

    private final String label;
    private final double end;
    private final boolean isSwitch;

    /** A switch. */
    Option(String label) {
        this.label = label;
        end = Double.POSITIVE_INFINITY;
        isSwitch = true;
    }

    /** A number from 0 on, less than {@code end}. */
    Option(String label, double end) {
        this.label = label;
        this.end = end;
        isSwitch = false;
    }

    /** Its name in a saved state: {@code learning_rate}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    double checked(String optimizer, double value) {
        if (isSwitch ? value != 0 && value != 1 : !(value >= 0 && value < end)) {
            throw new IllegalArgumentException(optimizer + ": " + label + " must be " + range() + ", not " + value);
        }
        return value;
    }

    private String range() {
        if (isSwitch) {
            return "0 or 1";
        }
        return Double.isInfinite(end) ? "0 or more" : "in [0.0, " + end + ")";
    }

    @Override
    public String toString() {
        return label.replaceFirst("^the ", "");
    }
}
