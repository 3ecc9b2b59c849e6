package org.culebra.train;

import java.io.PrintStream;
import java.util.Locale;

/** A line per epoch: loss, accuracy, speed and time. */
public final class ReportTable implements Callback {
    private final PrintStream out;

    /** Writes to this stream, the heading at the first epoch. */
    public ReportTable(PrintStream out) {
        this.out = out;
    }

    @Override
    public void epochStarted(int epoch, long images) {
        if (epoch == 1) {
            out.println("epoch      loss   accuracy   images/s   seconds");
            out.flush();
        }
    }

    @Override
    public void epochDone(EpochReport report) {
        out.println(String.format(
                Locale.ROOT,
                "%5d  %8.4f   %6.2f %%   %,8.0f   %7.1f",
                report.epoch(),
                report.loss(),
                100 * report.accuracy(),
                report.imagesPerSecond(),
                report.seconds()));
        out.flush();
    }
}
