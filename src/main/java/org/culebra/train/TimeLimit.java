package org.culebra.train;

import java.util.Locale;

/** Ends a training after so much time, its evaluations included; what was spent before an interruption counts. */
public final class TimeLimit implements Callback {
    private final double seconds;

    private TimeLimit(double seconds) {
        this.seconds = seconds;
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
        return new TimeLimit(60 * minutes);
    }

    @Override
    public void stepDone(Progress progress) {
        if (progress.seconds() >= seconds) {
            progress.stop(String.format(Locale.ROOT, "its %.4g minutes are over", seconds / 60));
        }
    }
}
