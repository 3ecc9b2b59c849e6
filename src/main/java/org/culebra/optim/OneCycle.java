package org.culebra.optim;

/**
 * Up from 1/divisor to 1 over a share of the steps, then down to 1/(divisor·lastDivisor), where it stays (Smith and Topin 2019).
 * η is the highest rate.
 *
 * <p>{@link #momentum} goes the other way, for {@link Scheduler#and}.
 *
 * @param steps in all, more than 1
 * @param rise the share of the steps in which it goes up
 * @param divisor what the rate is divided by at first
 * @param lastDivisor what the first rate is divided by at last
 * @param linear straight instead of along cosines
 * @param threePhases down to the first rate as long as up, and then to the last, instead of down at once
 */
public record OneCycle(long steps, double rise, double divisor, double lastDivisor, boolean linear, boolean threePhases)
        implements Schedule {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public OneCycle {
        if (steps <= 1) {
            throw new IllegalArgumentException("schedule one-cycle: there must be more than 1 step, not " + steps);
        }
        if (!(rise > 0 && rise < (threePhases ? .5 : 1))) {
            throw new IllegalArgumentException("schedule one-cycle: the rise must be more than 0 and less than "
                    + (threePhases ? "half, not " : "1, not ") + rise);
        }
        if (!(divisor > 0 && lastDivisor > 0)) {
            throw new IllegalArgumentException(
                    "schedule one-cycle: divisors must be positive, not " + divisor + " and " + lastDivisor);
        }
    }

    /** PyTorch's: three tenths up, from 1/25; down to 1/250,000; along cosines. */
    public static OneCycle of(long steps) {
        return new OneCycle(steps, .3, 25, 1e4, false, false);
    }

    /** With another share of the steps to go up. */
    public OneCycle rise(double share) {
        return new OneCycle(steps, share, divisor, lastDivisor, linear, threePhases);
    }

    /** With other divisors. */
    public OneCycle divisors(double first, double last) {
        return new OneCycle(steps, rise, first, last, linear, threePhases);
    }

    /** Along straight lines. */
    public OneCycle straight() {
        return new OneCycle(steps, rise, divisor, lastDivisor, true, threePhases);
    }

    /** Up, down as long, and further down in the rest. */
    public OneCycle inThreePhases() {
        return new OneCycle(steps, rise, divisor, lastDivisor, linear, true);
    }

    @Override
    public double factor(long t) {
        return along(t, 1 / divisor, 1, 1 / divisor, 1 / divisor / lastDivisor);
    }

    /** From 1 down to {@code low} where the rate is highest, and up again: for momentum or β₁. */
    public Schedule momentum(double low) {
        if (!(low > 0 && low <= 1)) {
            throw new IllegalArgumentException("schedule one-cycle: the lowest momentum must be in (0, 1], not " + low);
        }
        return t -> along(t, 1, low, 1, 1);
    }

    /** From a value to another at the top, to the end of the second phase of three, to the end. */
    private double along(long t, double first, double top, double middle, double last) {
        double peak = rise * steps - 1;
        if (t <= peak) {
            return between(first, top, t / peak);
        }
        double after = 2 * rise * steps - 2;
        double end = steps - 1.;
        if (!threePhases) {
            return between(top, last, (t - peak) / (end - peak));
        }
        return t <= after
                ? between(top, middle, (t - peak) / (after - peak))
                : between(middle, last, (t - after) / (end - after));
    }

    private double between(double from, double to, double share) {
        double part = Math.min(1, share);
        return linear ? from + (to - from) * part : to + (from - to) / 2 * (1 + Math.cos(Math.PI * part));
    }
}
