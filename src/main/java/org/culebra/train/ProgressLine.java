package org.culebra.train;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** A progress bar per epoch, on one line of a terminal that it leaves empty behind. */
public final class ProgressLine implements Callback {
    private final PrintStream terminal;
    private @Nullable EpochBar bar;

    /**
     * Draws on this terminal.
     *
     * @throws IllegalStateException if the library that draws is not there
     */
    public ProgressLine(PrintStream terminal) {
        Companion.PROGRESS_BAR.require("progress line: it");
        this.terminal = terminal;
    }

    @Override
    public void epochStarted(Progress progress) {
        bar = new EpochBar(terminal, progress);
    }

    @Override
    public void stepDone(Progress progress) {
        if (bar != null) {
            bar.step(progress);
        }
    }

    @Override
    public void epochDone(Progress progress) {
        close();
    }

    @Override
    public void ended(Progress progress) {
        close();
    }

    /** Takes the bar off the terminal. */
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
