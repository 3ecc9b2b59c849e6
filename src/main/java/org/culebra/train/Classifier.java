package org.culebra.train;

import java.util.ArrayList;
import java.util.List;
import org.culebra.data.Batch;
import org.culebra.data.Loader;
import org.culebra.nn.Layer;
import org.culebra.nn.Losses;
import org.culebra.nn.Mode;
import org.culebra.optim.Optimizer;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/** Training and judging models that say how likely each class is: [B, C, H, W] → logits [B, K]. */
public final class Classifier {
    private Classifier() {}

    /**
     * Minimizes the cross-entropy.
     *
     * @param random for what the layers draw, dropout for instance
     * @return a report per epoch
     * @throws DivergedException if the loss becomes infinite or NaN
     */
    public static List<EpochReport> train(
            Layer model, Loader data, Optimizer optimizer, int epochs, Random random, Callback callback) {
        Mode mode = Mode.training(random);
        var reports = new ArrayList<EpochReport>();
        for (int epoch = 1; epoch <= epochs; epoch++) {
            callback.epochStarted(epoch, data.examples());
            EpochReport report = trainEpoch(model, mode, data, optimizer, epoch, callback);
            reports.add(report);
            callback.epochDone(report);
        }
        return reports;
    }

    private static EpochReport trainEpoch(
            Layer model, Mode mode, Loader data, Optimizer optimizer, int epoch, Callback callback) {
        long start = System.nanoTime();
        var loss = new Mean();
        long right = 0;
        long images = 0;
        long steps = 0;
        for (Batch batch : data) {
            try (var tape = Tape.open()) {
                Tensor logits = model.forward(batch.images(), mode);
                Tensor batchLoss = Losses.crossEntropy(logits, batch.labels());
                optimizer.step(tape.gradients(batchLoss));
                steps++;
                double value = batchLoss.item();
                if (!Double.isFinite(value)) {
                    throw new DivergedException(epoch, steps, value, optimizer.learningRate());
                }
                loss.add(value, batch.size());
                right += Tape.untracked(() -> countRight(logits, batch.labels()));
                images += batch.size();
                callback.stepDone(batch.size(), value);
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new EpochReport(epoch, loss.value(), (double) right / images, images, seconds);
    }

    private static long countRight(Tensor logits, Tensor labels) {
        return (long) logits.argMax(1).eq(labels).sum().item();
    }

    /** Loss and predictions for data that the model did not learn from. */
    public static Evaluation test(Layer model, Loader data) {
        var loss = new Mean();
        var confusion = new ConfusionMatrix(data.dataset().classes());
        for (Batch batch : data) {
            Tensor logits = Tape.scoped(() -> model.forward(batch.images()));
            Tensor batchLoss = Tape.scoped(() -> Losses.crossEntropy(logits, batch.labels()));
            loss.add(batchLoss.item(), batch.size());
            confusion.add(
                    batch.labels().toLongArray(),
                    Tape.scoped(() -> logits.argMax(1)).toLongArray());
        }
        return new Evaluation(loss.value(), confusion);
    }
}
