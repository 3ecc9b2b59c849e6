package org.culebra.train;

import java.io.PrintStream;
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
    private final int epochs;
    private @Nullable ProgressBar bar;
    private @Nullable Line line;

    /** For a training of so many epochs. */
    public ProgressLine(PrintStream terminal, int epochs) {
        this.terminal = terminal;
        this.epochs = epochs;
    }

    @Override
    public void epochStarted(int epoch, long images) {
        var newLine = new Line(terminal);
        line = newLine;
        String total = Integer.toString(epochs);
        bar = new ProgressBarBuilder()
                .setTaskName(
                        " ".repeat(total.length() - Integer.toString(epoch).length()) + "epoch " + epoch + "/" + total)
                .setInitialMax(images)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setStyle(style())
                .setConsumer(newLine)
                .build();
    }

    /** Blocks where the terminal's characters have them. */
    private ProgressBarStyle style() {
        boolean unicode = terminal.charset().newEncoder().canEncode('█');
        return unicode ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII;
    }

    @Override
    public void stepDone(long images, double loss) {
        if (bar != null) {
            bar.stepBy(images);
            bar.setExtraMessage(String.format(java.util.Locale.ROOT, " loss %.4f", loss));
        }
    }

    @Override
    public void epochDone(EpochReport report) {
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
