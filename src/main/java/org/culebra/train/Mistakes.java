package org.culebra.train;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.culebra.data.Batch;
import org.culebra.data.Loader;
import org.culebra.memory.DType;
import org.culebra.memory.Scope;
import org.culebra.nn.Layer;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/** The examples that a classifier is most wrong about: what is worth looking at first. */
public final class Mistakes {
    /** The largest loss first; of equal ones the one that came first. */
    private static final Comparator<Mistake> WORST_FIRST =
            Comparator.comparingDouble(Mistake::loss).reversed().thenComparingLong(Mistake::index);

    /**
     * A wrong prediction.
     *
     * @param index of the example in the order of the loader; in the data set, if that neither shuffles nor samples
     * @param truth its class
     * @param predicted the class that was thought likeliest
     * @param probability of the predicted class, as the model thought
     * @param loss the cross-entropy, −ln of the true class's probability
     */
    public record Mistake(long index, int truth, int predicted, double probability, double loss) {
        /** For example {@code Shirt, taken for Coat (97 %)}. */
        public String caption(List<String> classes) {
            return classes.get(truth) + ", taken for " + classes.get(predicted) + " ("
                    + HealthRules.percent(probability) + ")";
        }
    }

    private Mistakes() {}

    /**
     * The k worst mistakes, the largest loss first; fewer if there are no more. Classes that the model is right about are no
     * mistakes, however unsure it is.
     *
     * @param model images to logits [B, K]
     * @param data with labels i64[B]
     * @throws IllegalArgumentException if k is negative, or the logits do not fit the labels
     */
    public static List<Mistake> worst(Layer model, Loader data, int k) {
        if (k < 0) {
            throw new IllegalArgumentException("mistakes: how many must not be negative, but is " + k);
        }
        var worst = new PriorityQueue<Mistake>(WORST_FIRST.reversed());
        long first = 0;
        for (Batch batch : data) {
            add(worst, k, first, model, batch);
            first += batch.size();
        }
        return worst.stream().sorted(WORST_FIRST).toList();
    }

    private static void add(PriorityQueue<Mistake> worst, int k, long first, Layer model, Batch batch) {
        long[] truth;
        long[] predicted;
        double[] logs;
        int classes;
        try (Scope _ = Scope.open("mistakes")) {
            Tensor logits = Tape.untracked(() -> model.forward(batch.images()));
            if (logits.rank() != 2) {
                throw new IllegalArgumentException("mistakes: needs logits [B, K], not " + logits.describe());
            }
            truth = Tape.untracked(() -> ClassCounts.classes("mistakes", logits, batch.labels()));
            predicted = Tape.untracked(() -> logits.argMax(1)).toLongArray();
            logs = Tape.untracked(() -> logits.to(DType.F64).logSoftmax(1)).toDoubleArray();
            classes = (int) logits.dim(1);
        }
        for (int i = 0; i < truth.length; i++) {
            int label = ClassCounts.inRange("mistakes", truth[i], classes);
            int guess = (int) predicted[i];
            if (label != guess) {
                worst.add(new Mistake(
                        first + i, label, guess, Math.exp(logs[i * classes + guess]), -logs[i * classes + label]));
                if (worst.size() > k) {
                    worst.poll();
                }
            }
        }
    }
}
