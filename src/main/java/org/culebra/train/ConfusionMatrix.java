package org.culebra.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.culebra.memory.Scope;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/** How often which class was taken for which; as a metric it is the accuracy. */
public final class ConfusionMatrix implements Metric {
    private final List<String> classes;
    private final long[][] counts;

    /** Of nothing yet. */
    public ConfusionMatrix(List<String> classes) {
        this.classes = List.copyOf(classes);
        counts = new long[classes.size()][classes.size()];
    }

    /** Counts one image per element. */
    public void add(long[] truth, long[] predicted) {
        for (int i = 0; i < truth.length; i++) {
            counts[(int) truth[i]][(int) predicted[i]]++;
        }
    }

    /**
     * Counts one per prediction.
     *
     * @param output logits [B, K] (or [B, K, ...]); of two classes also one logit per example, [B] or [B, 1]
     * @param target classes i64[B] (or i64[B, ...]), or probabilities [B, K]
     * @throws IllegalArgumentException if the shapes do not fit, or there is another number of classes
     */
    @Override
    public void add(Tensor output, Tensor target) {
        long[][] more;
        try (Scope _ = Scope.open(name())) {
            more = Tape.untracked(() -> ClassCounts.of(name(), output, target)).counts();
        }
        if (more.length != counts.length) {
            throw new IllegalArgumentException(
                    "confusion: an output of " + more.length + " classes where there are " + counts.length);
        }
        for (int truth = 0; truth < counts.length; truth++) {
            for (int k = 0; k < counts.length; k++) {
                counts[truth][k] += more[truth][k];
            }
        }
    }

    /** {@code accuracy}, which is its figure. */
    @Override
    public String name() {
        return "accuracy";
    }

    /** {@link #accuracy}. */
    @Override
    public double value() {
        return accuracy();
    }

    @Override
    public void reset() {
        for (long[] row : counts) {
            Arrays.fill(row, 0);
        }
    }

    /** How many images of class {@code truth} were predicted to be of class {@code predicted}. */
    public long count(int truth, int predicted) {
        return counts[truth][predicted];
    }

    /** Fraction that was predicted right; NaN of nothing. */
    public double accuracy() {
        long right = 0;
        long all = 0;
        for (int k = 0; k < counts.length; k++) {
            right += counts[k][k];
            all += total(k);
        }
        return (double) right / all;
    }

    /** Fraction of a class that was predicted right; NaN if there was none of it. */
    public double recall(int truth) {
        return (double) counts[truth][truth] / total(truth);
    }

    /** Fraction of what was predicted to be of a class that is; NaN if nothing was. */
    public double precision(int predicted) {
        long all = 0;
        for (long[] row : counts) {
            all += row[predicted];
        }
        return (double) counts[predicted][predicted] / all;
    }

    /** 2pr/(p + r) of the precision and the recall of a class; NaN if it neither was there nor was predicted. */
    public double f1(int k) {
        var cases = new ClassCounts(counts, false).of(k);
        return cases.predicted() + cases.actual() == 0 ? Double.NaN : cases.f1();
    }

    private long total(int truth) {
        long total = 0;
        for (long count : counts[truth]) {
            total += count;
        }
        return total;
    }

    /** The counts, one list per true class. */
    public List<List<Long>> rows() {
        var rows = new ArrayList<List<Long>>();
        for (long[] row : counts) {
            var list = new ArrayList<Long>();
            for (long count : row) {
                list.add(count);
            }
            rows.add(list);
        }
        return rows;
    }

    /** A table: a row per true class, a column per predicted one, and the recall; a dot is a zero. */
    @Override
    public String toString() {
        int width = columnWidth();
        boolean numbered = longest() > width - 2;
        var text = new StringBuilder(" ".repeat(labelWidth(numbered)));
        for (int k = 0; k < counts.length; k++) {
            text.append(right(numbered ? Integer.toString(k) : classes.get(k), width));
        }
        text.append("   recall\n");
        for (int k = 0; k < counts.length; k++) {
            String label =
                    numbered ? right(Integer.toString(k), numberWidth()) + "  " + classes.get(k) : classes.get(k);
            text.append(label).append(" ".repeat(labelWidth(numbered) - label.length()));
            appendRow(text, k);
        }
        return text.toString();
    }

    private int labelWidth(boolean numbered) {
        return longest() + (numbered ? numberWidth() + 2 : 0);
    }

    private int numberWidth() {
        return Integer.toString(counts.length - 1).length();
    }

    private void appendRow(StringBuilder text, int truth) {
        for (long count : counts[truth]) {
            text.append(right(count == 0 ? "·" : Long.toString(count), columnWidth()));
        }
        double recall = recall(truth);
        text.append(Double.isNaN(recall) ? "        –" : String.format(Locale.ROOT, "%7.1f %%", 100 * recall))
                .append('\n');
    }

    /** Room for the largest count and a blank. */
    private int columnWidth() {
        long largest = 0;
        for (long[] row : counts) {
            for (long count : row) {
                largest = Math.max(largest, count);
            }
        }
        return Math.max(Long.toString(largest).length(), numberWidth()) + 2;
    }

    private int longest() {
        return classes.stream().mapToInt(String::length).max().orElse(0);
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
