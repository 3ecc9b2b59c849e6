package org.culebra.train;

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
            progress.stop("its " + minutes + " minutes are over");
        }
    }
}
