package org.culebra.train;

import java.math.BigDecimal;
import java.math.MathContext;

/** Ends a training after so much time, its evaluations included; what was spent before an interruption counts. */
public final class TimeLimit implements Callback {
    private final double minutes;

    private TimeLimit(double minutes) {
        this.minutes = minutes;
    }

    /**
     * A budget.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public static TimeLimit minutes(double minutes) {
        if (!(minutes > 0)) {
            throw new IllegalArgumentException("time limit: more than 0 minutes are needed, not " + minutes);
        }
        return new TimeLimit(minutes);
    }

    @Override
    public void started(Progress progress) {
        stepDone(progress);
    }

    @Override
    public void stepDone(Progress progress) {
        if (progress.seconds() >= 60 * minutes) {
            progress.stop("its " + words(minutes) + " over");
        }
    }

    /** {@code 20 minutes are}, {@code 1 minute is}, {@code 0.3 seconds are}: three digits are enough to know which limit it was. */
    static String words(double minutes) {
        boolean inMinutes = minutes >= 1;
        double value = inMinutes ? minutes : 60 * minutes;
        boolean whole = value >= 100 || value == Math.rint(value);
        String number = whole
                ? Long.toString(Math.round(value))
                : new BigDecimal(value, new MathContext(3)).stripTrailingZeros().toPlainString();
        String unit = inMinutes ? "minute" : "second";
        return number + " " + (number.equals("1") ? unit + " is" : unit + "s are");
    }
}
