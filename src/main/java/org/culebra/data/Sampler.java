package org.culebra.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;

/** Which examples of a data set an epoch presents, and in which order. */
@FunctionalInterface
public interface Sampler {
    /**
     * Positions to present, as many as there are examples; one may come several times and another not at all.
     *
     * @param random of this epoch
     */
    long[] order(Dataset dataset, Random random);

    /** The order of the data set. */
    static Sampler inOrder() {
        return (dataset, random) -> Column.range(0, dataset.size());
    }

    /** Every order as likely as the others. */
    static Sampler shuffled() {
        return (dataset, random) -> Tensor.permutation(random, dataset.size()).toLongArray();
    }

    /**
     * N independent draws with replacement: P(example i) = wᵢ/Σw.
     *
     * @param weights one per example, at least 0, not all 0
     * @throws IllegalArgumentException if they are not; when an epoch begins, if there are more or fewer than examples
     */
    static Sampler weighted(double... weights) {
        double[] ends = new double[weights.length];
        double sum = 0;
        for (int i = 0; i < ends.length; i++) {
            if (!(weights[i] >= 0 && Double.isFinite(weights[i]))) {
                throw new IllegalArgumentException(
                        "weighted: weight " + i + " is " + weights[i] + "; it must be finite and at least 0");
            }
            sum += weights[i];
            ends[i] = sum;
        }
        if (!(sum > 0)) {
            throw new IllegalArgumentException("weighted: the sum of the weights is " + sum + "; it must be positive");
        }
        return (dataset, random) -> draw(ends, dataset, random);
    }

    private static long[] draw(double[] ends, Dataset dataset, Random random) {
        if (ends.length != dataset.size()) {
            throw new IllegalArgumentException("weighted: " + ends.length + " weights do not fit the " + dataset.size()
                    + " examples of '" + dataset.name() + "'");
        }
        return Arrays.stream(
                        Tensor.uniform(random, DType.F64, 0, 1, dataset.size()).toDoubleArray())
                .mapToLong(u -> firstAbove(ends, u * ends[ends.length - 1]))
                .toArray();
    }

    /** The first position whose end is above the value: one of weight 0 never is. */
    private static int firstAbove(double[] ends, double value) {
        int low = 0;
        int high = ends.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends[middle] > value) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** {@link #weighted} so that every class is as likely as the others, however rare it is in the data. */
    static Sampler balanced() {
        return (dataset, random) -> {
            dataset.requireClasses("balanced");
            long[] labels = dataset.labels().toLongArray();
            long[] counts = counts(labels, dataset);
            double[] weights =
                    Arrays.stream(labels).mapToDouble(c -> 1. / counts[(int) c]).toArray();
            return weighted(weights).order(dataset, random);
        };
    }

    /**
     * Every example once, in a random order in which any stretch, hence every batch, has the classes as frequent as the whole has
     * them, but for one or two examples per class: the k-th of n examples of a class comes where k to k + 1 of n of the epoch are
     * over.
     */
    static Sampler stratified() {
        return (dataset, random) -> {
            dataset.requireClasses("stratified");
            long[] labels = dataset.labels().toLongArray();
            long[] counts = counts(labels, dataset);
            long[] shuffled = Tensor.permutation(random, labels.length).toLongArray();
            double[] jitter =
                    Tensor.uniform(random, DType.F64, 0, 1, labels.length).toDoubleArray();
            double[] time = new double[labels.length];
            long[] seen = new long[counts.length];
            for (long example : shuffled) {
                int label = (int) labels[(int) example];
                time[(int) example] = (seen[label]++ + jitter[(int) example]) / counts[label];
            }
            return IntStream.range(0, time.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> time[i]))
                    .mapToLong(Integer::longValue)
                    .toArray();
        };
    }

    private static long[] counts(long[] labels, Dataset dataset) {
        long[] counts = new long[dataset.classes().size()];
        for (long label : labels) {
            counts[(int) label]++;
        }
        return counts;
    }
}
