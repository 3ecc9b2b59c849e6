package org.culebra.train;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** The progress bar of one epoch: all that knows the library that draws it, so that without it nothing but this cannot be loaded. */
final class EpochBar {
    private static final int WIDTH = 79;
    private static final int UPDATE_MILLIS = 200;

    private final ProgressBar bar;
    private final Line line;

    EpochBar(PrintStream terminal, Progress progress) {
        line = new Line(terminal);
        bar = new ProgressBarBuilder()
                .setTaskName(title(progress))
                .setInitialMax(progress.examplesPerEpoch().orElse(-1))
                .startsFrom(progress.examples(), Duration.ZERO)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setStyle(style(terminal))
                .setConsumer(line)
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
    private static ProgressBarStyle style(PrintStream terminal) {
        boolean unicode = terminal.charset().newEncoder().canEncode('█');
        return unicode ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII;
    }

    void step(Progress progress) {
        bar.stepTo(progress.examples());
        double loss = progress.figures().getOrDefault(Task.LOSS, Double.NaN);
        bar.setExtraMessage(String.format(Locale.ROOT, " loss %.4f", loss));
    }

    /** Takes it off the terminal. */
    void close() {
        bar.close();
        line.erase();
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
