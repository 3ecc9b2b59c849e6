package org.culebra.train;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar per epoch, on one line of a terminal that it leaves empty behind. */
public final class ProgressLine implements Callback {
    private static final int WIDTH = 79;
    private static final int UPDATE_MILLIS = 200;

    private final PrintStream terminal;
    private @Nullable ProgressBar bar;
    private @Nullable Line line;

    /** Draws on this terminal. */
    public ProgressLine(PrintStream terminal) {
        this.terminal = terminal;
    }

    @Override
    public void epochStarted(Progress progress) {
        var newLine = new Line(terminal);
        line = newLine;
        bar = new ProgressBarBuilder()
                .setTaskName(title(progress))
                .setInitialMax(progress.examplesPerEpoch().orElse(-1))
                .startsFrom(progress.examples(), Duration.ZERO)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setStyle(style())
                .setConsumer(newLine)
                .build();
    }

    private static String title(Progress progress) {
        String epoch = Integer.toString(progress.epoch());
        if (progress.epochs().isEmpty()) {
            return "epoch " + epoch;
        }
        String total = Integer.toString(progress.epochs().getAsInt());
        return " ".repeat(total.length() - epoch.length()) + "epoch " + epoch + "/" + total;
    }

    /** Blocks where the terminal's characters have them. */
    private ProgressBarStyle style() {
        boolean unicode = terminal.charset().newEncoder().canEncode('█');
        return unicode ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII;
    }

    @Override
    public void stepDone(Progress progress) {
        if (bar != null) {
            bar.stepTo(progress.examples());
            double loss = progress.figures().getOrDefault(Task.LOSS, Double.NaN);
            bar.setExtraMessage(String.format(Locale.ROOT, " loss %.4f", loss));
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
        if (bar != null && line != null) {
            bar.close();
            line.erase();
            bar = null;
            line = null;
        }
    }

    /** Draws over what it drew last, until it is erased: the library's timer may come late. */
    private static final class Line implements ProgressBarConsumer {
        private final PrintStream terminal;
        private boolean erased;

        private Line(PrintStream terminal) {
            this.terminal = terminal;
        }

        @Override
        public int getMaxRenderedLength() {
            return WIDTH;
        }

        @Override
        public synchronized void accept(String text) {
            if (!erased) {
                terminal.print("\r" + text);
                terminal.flush();
            }
        }

        @Override
        public void close() {
            // The library calls this from its timer; what matters is erase(), on the caller's thread.
        }

        private synchronized void erase() {
            erased = true;
            terminal.print("\r" + " ".repeat(WIDTH) + "\r");
            terminal.flush();
        }
    }
}
