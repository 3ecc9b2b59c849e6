package org.culebra.train;

/**
 * How good a classifier is on images that it did not learn from.
 *
 * @param loss mean cross-entropy
 * @param confusion which class was taken for which
 */
public record Evaluation(double loss, ConfusionMatrix confusion) {
    /** Fraction of the images whose class was predicted right. */
    public double accuracy() {
        return confusion.accuracy();
    }
}
