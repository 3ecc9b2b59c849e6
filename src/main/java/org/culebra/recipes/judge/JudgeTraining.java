package org.culebra.recipes.judge;

import org.culebra.data.Dataset;
import org.culebra.data.Loader;
import org.culebra.data.Splits;
import org.culebra.data.Transform;
import org.culebra.models.JudgeCnn;
import org.culebra.optim.Adam;
import org.culebra.optim.Schedule;
import org.culebra.tensor.Random;
import org.culebra.train.Evaluation;
import org.culebra.train.Supervised;

/**
 * A judge about to be trained: Adam whose rate falls to 0 along a cosine.
 *
 * @param layers where layers draw from
 */
record JudgeTraining(JudgeData data, Splits splits, JudgeCnn net, Supervised task, Loader loader, Random layers) {
    private static final int TEST_BATCH = 1000;

    /**
     * How to train.
     *
     * @param examples the first ones of the training data; 0 is all of them
     */
    record Settings(int epochs, int examples, int batchSize, double learningRate, long seed) {
        static final int BATCH_SIZE = 64;
        static final double LEARNING_RATE = 2e-3;

        /** What the judge that everybody compares with is trained with. */
        static Settings of(JudgeData data) {
            return new Settings(data.epochs(), 0, BATCH_SIZE, LEARNING_RATE, 0);
        }

        /** The same, for less: for tests. */
        Settings lasting(int fewer, int first) {
            return new Settings(fewer, first, batchSize, learningRate, seed);
        }
    }

    static JudgeTraining of(JudgeData data, Splits splits, Settings settings) {
        Random random = Random.seeded(settings.seed());
        var net = JudgeCnn.create(
                data.channels(), data.side(), splits.test().classes().size());
        net.initialize(random.split());
        Dataset training =
                settings.examples() == 0 ? splits.training() : splits.training().first(settings.examples());
        Loader loader = Loader.of(training)
                .batchSize(settings.batchSize())
                .shuffle(random)
                .transform(Transform.of(data::unit));
        long steps = settings.epochs() * loader.batches();
        var task = Supervised.classifier(net, Adam.of(net.parameters()).learningRate(settings.learningRate()))
                .schedule(Schedule.cosine(steps, 0));
        return new JudgeTraining(data, splits, net, task, loader, random.split());
    }

    /** The held-out images. */
    Loader tests() {
        return tests(data, splits);
    }

    static Loader tests(JudgeData data, Splits splits) {
        return Loader.of(splits.test()).batchSize(TEST_BATCH).transform(Transform.of(data::unit));
    }

    /** What came out. */
    Judge judge() {
        return new Judge(
                data, net, splits.test().classes(), Evaluation.of(net, tests()).accuracy());
    }
}
