package org.culebra.optim;

import java.util.Arrays;

/**
 * f(t): what the learning rate is multiplied by after t steps (or epochs, or whatever is counted), t = 0, 1, …
 *
 * <p>A schedule is a pure function; a {@link Scheduler} applies one to an optimizer. One of your own is a lambda: {@code t ->
 * 1 / Math.sqrt(1 + t)}. Where PyTorch's names an absolute rate, this names a share of η, so that groups with different rates keep
 * their ratio.
 */
@FunctionalInterface
public interface Schedule {
    /** f(t). */
    double factor(long t);

    // ---------------------------------------------------------------- falling

    /** c. */
    static Schedule constant(double factor) {
        requireFactor("constant", "the factor", factor);
        return t -> factor;
    }

    /** γ^⌊t/size⌋. */
    static Schedule step(long size, double gamma) {
        requireCount("step", "the size of a step", size);
        requireFactor("step", "γ", gamma);
        return t -> Math.pow(gamma, (double) Math.floorDiv(t, size));
    }

    /**
     * γ^(the number of milestones ≤ t).
     *
     * @param milestones in rising order
     */
    static Schedule multiStep(double gamma, long... milestones) {
        requireFactor("multi-step", "γ", gamma);
        long[] sorted = milestones.clone();
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] < sorted[i - 1]) {
                throw new IllegalArgumentException(
                        "schedule multi-step: milestones must rise, not " + Arrays.toString(milestones));
            }
        }
        return t -> Math.pow(gamma, (double)
                Arrays.stream(sorted).filter(milestone -> milestone <= t).count());
    }

    /** γᵗ. */
    static Schedule exponential(double gamma) {
        requireFactor("exponential", "γ", gamma);
        return t -> Math.pow(gamma, (double) t);
    }

    /** end + (1 − end)·½(1 + cos(πt/steps)) until t = steps, then end (Loshchilov and Hutter 2017, without restarts). */
    static Schedule cosine(long steps, double end) {
        requireCount("cosine", "the number of steps", steps);
        requireFactor("cosine", "the end", end);
        return t -> cosine(1, end, Math.min(1, (double) t / steps));
    }

    /**
     * The cosine again and again: the first time over {@code first} steps, each time over {@code times} as many (Loshchilov and
     * Hutter 2017).
     *
     * @param times at least 1, a whole number
     */
    static Schedule warmRestarts(long first, int times, double end) {
        requireCount("warm restarts", "the number of steps", first);
        requireCount("warm restarts", "the multiplier", times);
        requireFactor("warm restarts", "the end", end);
        return t -> {
            long since = t;
            long length = first;
            if (times == 1) {
                since = t % first;
            }
            while (since >= length) {
                since -= length;
                length *= times;
            }
            return cosine(1, end, (double) since / length);
        };
    }

    /** From {@code start} to {@code end} in equal steps, and then {@code end}: start + (end − start)·min(1, t/steps). */
    static Schedule linear(double start, double end, long steps) {
        requireFactor("linear", "the start", start);
        requireFactor("linear", "the end", end);
        requireCount("linear", "the number of steps", steps);
        return t -> start + (end - start) * Math.min(1, (double) t / steps);
    }

    /** (1 − min(1, t/steps))^power. */
    static Schedule polynomial(long steps, double power) {
        requireCount("polynomial", "the number of steps", steps);
        requireFactor("polynomial", "the power", power);
        return t -> Math.pow(1 - Math.min(1, (double) t / steps), power);
    }

    /** (t + 1)/(steps + 1) until t = steps, then 1: the first step is small but not 0. */
    static Schedule warmUp(long steps) {
        requireCount("warm-up", "the number of steps", steps);
        return t -> Math.min(1, (t + 1.) / (steps + 1.));
    }

    /** Up and down once over so many steps, to 1 at three tenths: see {@link OneCycle}. */
    static OneCycle oneCycle(long steps) {
        return OneCycle.of(steps);
    }

    // ---------------------------------------------------------------- together

    /** f(t)·g(t): both at once, as PyTorch chains schedulers. */
    default Schedule times(Schedule other) {
        return t -> factor(t) * other.factor(t);
    }

    /** f(t) until t = at, then g(t − at): one after the other. */
    default Schedule then(long at, Schedule next) {
        requireCount("then", "the step", at);
        return t -> t < at ? factor(t) : next.factor(t - at);
    }

    // ---------------------------------------------------------------- parts

    /** From {@code start} to {@code end} along half a cosine; {@code share} from 0 to 1. */
    private static double cosine(double start, double end, double share) {
        return end + (start - end) * (1 + Math.cos(Math.PI * share)) / 2;
    }

    private static void requireFactor(String schedule, String what, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    "schedule " + schedule + ": " + what + " must be 0 or more, not " + value);
        }
    }

    private static void requireCount(String schedule, String what, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(
                    "schedule " + schedule + ": " + what + " must be positive, not " + value);
        }
    }
}
