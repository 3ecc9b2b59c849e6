package org.culebra.train;

import org.culebra.data.Batch;
import org.culebra.data.Batches;
import org.culebra.data.Loader;
import org.culebra.nn.Layer;
import org.culebra.nn.Losses;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * How good a classifier is on images that it did not learn from.
 *
 * @param loss mean cross-entropy
 * @param confusion which class was taken for which
 */
public record Evaluation(double loss, ConfusionMatrix confusion) {
    /** Runs a model over data: [B, …] → logits [B, K], labels i64[B]. */
    public static Evaluation of(Layer model, Loader data) {
        var loss = new Mean();
        var confusion = new ConfusionMatrix(data.dataset().classes());
        try (Batches batches = data.iterator()) {
            while (batches.hasNext()) {
                Batch batch = batches.next();
                Tensor logits = Tape.scoped(() -> model.forward(batch.inputs()));
                double batchLoss = Tape.scoped(() -> Losses.crossEntropy(logits, batch.targets()))
                        .item();
                loss.add(batchLoss, batch.size());
                confusion.add(
                        batch.targets().toLongArray(),
                        Tape.scoped(() -> logits.argMax(1)).toLongArray());
                logits.release();
            }
        }
        return new Evaluation(loss.value(), confusion);
    }

    /** Fraction of the images whose class was predicted right. */
    public double accuracy() {
        return confusion.accuracy();
    }
}
