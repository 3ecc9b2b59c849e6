package org.culebra.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.culebra.memory.DType;
import org.culebra.tensor.Tensor;

/** The area under the curve of true positives over false ones, from the scores of all examples. */
final class RocCurve {
    private static final String NAME = "auc";

    /**
     * The scores of a batch.
     *
     * @param scores [K][B]: of each class, or of class 1 alone
     * @param truth [B]
     */
    record Scores(double[][] scores, long[] truth) {}

    private RocCurve() {}

    /** Scores [B] or [B, 1] as they are; of logits [B, K, ...] the softmax, for they have to be comparable between examples. */
    static List<Scores> gather(Tensor output, Tensor target) {
        long[] truth = ClassCounts.classes(NAME, output, target);
        double[][] scores;
        if (ClassCounts.isBinary(output)) {
            scores = new double[][] {output.toDoubleArray()};
        } else {
            int classes = Math.toIntExact(output.dim(1));
            for (long label : truth) {
                ClassCounts.inRange(NAME, label, classes);
            }
            Tensor shares = output.to(DType.F64).softmax(1);
            scores = IntStream.range(0, classes)
                    .mapToObj(k -> shares.select(1, k).toDoubleArray())
                    .toArray(double[][]::new);
        }
        return new ArrayList<>(List.of(new Scores(scores, truth)));
    }

    static List<Scores> merge(List<Scores> before, List<Scores> more) {
        before.addAll(more);
        return before;
    }

    /** Of one score per example its area; else the mean over all classes that have one. */
    static double area(List<Scores> batches) {
        int classes = batches.getFirst().scores.length;
        long[] truth = batches.stream()
                .flatMapToLong(batch -> Arrays.stream(batch.truth))
                .toArray();
        double sum = 0;
        int counted = 0;
        for (int k = 0; k < classes; k++) {
            int row = k;
            double[] scores = batches.stream()
                    .flatMapToDouble(batch -> Arrays.stream(batch.scores[row]))
                    .toArray();
            double area = area(scores, truth, classes == 1 ? 1 : k);
            if (classes == 1) {
                return area;
            }
            if (hasBoth(truth, k)) {
                sum += area;
                counted++;
            }
        }
        return sum / counted;
    }

    private static boolean hasBoth(long[] truth, long k) {
        long members = Arrays.stream(truth).filter(label -> label == k).count();
        return members > 0 && members < truth.length;
    }

    /**
     * (Σ ranks of the positives − n₊(n₊ + 1)/2)/(n₊·n₋), where those that tie share the mean of their ranks (Mann and Whitney 1947).
     * NaN if there are no positives or no negatives, or a score is NaN.
     */
    private static double area(double[] scores, long[] truth, long positive) {
        var order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> scores[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double positives = 0;
        double ranks = 0;
        int start = 0;
        while (start < order.length) {
            double score = scores[order[start]];
            if (Double.isNaN(score)) {
                return Double.NaN;
            }
            int end = start;
            int members = 0;
            while (end < order.length && scores[order[end]] == score) {
                members += truth[order[end]] == positive ? 1 : 0;
                end++;
            }
            ranks += members * (start + 1. + end) / 2;
            positives += members;
            start = end;
        }
        double negatives = scores.length - positives;
        return (ranks - positives * (positives + 1) / 2) / (positives * negatives);
    }
}
