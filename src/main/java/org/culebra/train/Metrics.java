package org.culebra.train;

import java.util.function.BinaryOperator;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import org.culebra.memory.DType;
import org.culebra.nn.CrossEntropy;
import org.culebra.nn.Reduction;
import org.culebra.tensor.Tensor;

/**
 * The usual figures of how good a model is; values are scikit-learn's. However the examples are split into batches, a figure is
 * that of all of them together, not a mean over batches.
 *
 * <p>Figures of classes take logits [B, K] (or [B, K, ...]) with classes i64[B] (or i64[B, ...]) or their probabilities [B, K]; of
 * probabilities the largest counts. With one logit per example, [B] or [B, 1], and truths of 0 and 1, an example is predicted to be
 * of class 1 if its logit is above 0.
 */
public final class Metrics {
    private Metrics() {}

    // ---------------------------------------------------------------- classes

    /** Right/all. */
    public static Metric accuracy() {
        return counted("accuracy", ClassCounts::accuracy);
    }

    /**
     * The share of the examples whose class is among the k with the largest logits; of equal logits those of the first classes count
     * as larger.
     *
     * @throws IllegalArgumentException if k is not positive; when a batch is added, if there are fewer classes
     */
    public static Metric topK(int k) {
        if (k < 1) {
            throw new IllegalArgumentException("topK: k must be positive, not " + k);
        }
        String name = "top_" + k + "_accuracy";
        return summed(name, (output, target) -> hits(name, k, output, target), (output, target) -> predictions(output));
    }

    private static double hits(String name, int k, Tensor output, Tensor target) {
        long[] truth = ClassCounts.classes(name, output, target);
        if (ClassCounts.isBinary(output) || output.dim(1) < k) {
            throw new IllegalArgumentException(
                    name + ": needs logits of at least " + k + " classes\n  output  " + output.describe());
        }
        Tensor best = output.topK(k, 1, true).indices();
        Tensor labels = Tensor.of(truth, best.shape().without(1).dims()).unsqueeze(1);
        return best.eq(labels).sum().item();
    }

    private static double predictions(Tensor output) {
        return output.dim(1) == 0 ? 0 : output.size() / (double) output.dim(1);
    }

    /** Hits/predicted, macro: see {@link #precision(Averaging)}. */
    public static Metric precision() {
        return precision(Averaging.MACRO);
    }

    /** Hits/predicted of each class, 0 of a class that was never predicted, averaged; with one logit per example that of class 1. */
    public static Metric precision(Averaging averaging) {
        return counted("precision", counts -> counts.average(averaging, ClassCounts.Cases::precision));
    }

    /** Hits/actual, macro: see {@link #recall(Averaging)}. */
    public static Metric recall() {
        return recall(Averaging.MACRO);
    }

    /** Hits/actual of each class, 0 of a class that never was the truth, averaged; with one logit per example that of class 1. */
    public static Metric recall(Averaging averaging) {
        return counted("recall", counts -> counts.average(averaging, ClassCounts.Cases::recall));
    }

    /** 2pr/(p + r), macro: see {@link #f1(Averaging)}. */
    public static Metric f1() {
        return f1(Averaging.MACRO);
    }

    /**
     * 2pr/(p + r) of the precision p and the recall r of each class, 0 where both are, averaged; with one logit per example that of
     * class 1.
     */
    public static Metric f1(Averaging averaging) {
        return counted("f1", counts -> counts.average(averaging, ClassCounts.Cases::f1));
    }

    private static Metric counted(String name, ToDoubleFunction<ClassCounts> figure) {
        return new Gathered<>(name, (output, target) -> ClassCounts.of(name, output, target), ClassCounts::and, figure);
    }

    /**
     * P(score of a positive &gt; score of a negative) + P(equal)/2: the area under the receiver operating characteristic, exact, ties
     * included (Hanley and McNeil 1982). It keeps the scores of all examples.
     *
     * <p>One score per example: that of class 1 against class 0; any scores will do, logits or probabilities. Logits [B, K]: the mean
     * over all classes of the area of each one's softmax against the rest. A class of none or of all examples has no area and does
     * not count; NaN if that is so of every class.
     */
    public static Metric auc() {
        return new Gathered<>("auc", RocCurve::gather, RocCurve::merge, RocCurve::area);
    }

    // ---------------------------------------------------------------- numbers

    /** Σ|x − y|/n; x: [B, ...], y: as many numbers. */
    public static Metric meanAbsoluteError() {
        return deviations("mean_absolute_error", Deviations::meanAbsolute);
    }

    /** Σ(x − y)²/n; x: [B, ...], y: as many numbers. */
    public static Metric meanSquaredError() {
        return deviations("mean_squared_error", Deviations::meanSquared);
    }

    /** √(Σ(x − y)²/B), and of several numbers per example the mean of the roots; x: [B, ...], y: as many numbers. */
    public static Metric rootMeanSquaredError() {
        return deviations("root_mean_squared_error", Deviations::rootMeanSquared);
    }

    /**
     * 1 − Σ(x − y)²/Σ(y − ȳ)²: the share of the variance that is explained, of several numbers per example the mean; x: [B, ...], y: as
     * many numbers. Where y does not vary it is 1 if x is right everywhere and else 0; NaN of fewer than two examples.
     */
    public static Metric r2() {
        return deviations("r2", Deviations::r2);
    }

    private static Metric deviations(String name, ToDoubleFunction<Deviations> figure) {
        return new Gathered<>(name, (output, target) -> Deviations.of(name, output, target), Deviations::and, figure);
    }

    // ---------------------------------------------------------------- losses

    /**
     * The mean of a loss over all examples.
     *
     * @param loss a scalar: the mean over the examples of a batch
     */
    public static Metric loss(String name, BinaryOperator<Tensor> loss) {
        return summed(
                name,
                (output, target) -> loss.apply(output, target).item() * output.dim(0),
                (output, target) -> output.dim(0));
    }

    /** exp of the mean cross-entropy; logits: [B, K, ...], classes: i64[B, ...]. */
    public static Metric perplexity() {
        return perplexity(CrossEntropy.DEFAULT);
    }

    /** The same over all targets that are not {@code ignored}, such as padding. */
    public static Metric perplexity(long ignored) {
        return perplexity(CrossEntropy.DEFAULT.ignoring(ignored));
    }

    private static Metric perplexity(CrossEntropy entropy) {
        CrossEntropy sum = entropy.reduction(Reduction.SUM);
        Long ignored = entropy.ignored();
        return new Gathered<>(
                "perplexity",
                (output, target) -> new double[] {
                    sum.of(output.to(DType.F64), target).item(),
                    ignored == null
                            ? predictions(output)
                            : target.ne((double) ignored).sum().item()
                },
                Metrics::plus,
                sums -> Math.exp(sums[0] / sums[1]));
    }

    /** Σ part/Σ whole. */
    private static Metric summed(
            String name, ToDoubleBiFunction<Tensor, Tensor> part, ToDoubleBiFunction<Tensor, Tensor> whole) {
        return new Gathered<>(
                name,
                (output, target) ->
                        new double[] {part.applyAsDouble(output, target), whole.applyAsDouble(output, target)},
                Metrics::plus,
                sums -> sums[0] / sums[1]);
    }

    private static double[] plus(double[] a, double[] b) {
        return new double[] {a[0] + b[0], a[1] + b[1]};
    }
}
