package org.culebra.recipes.study;

import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.culebra.data.Batch;
import org.culebra.data.Catalogue;
import org.culebra.data.Dataset;
import org.culebra.data.Digits;
import org.culebra.data.Draws;
import org.culebra.data.Loader;
import org.culebra.data.Splits;
import org.culebra.data.Transform;
import org.culebra.recipes.Job;
import org.culebra.tensor.Random;

/**
 * What all variants of a study learn from and are tested with: images of one channel in ten classes.
 *
 * @param training a part of the training data that has all classes as often as the whole
 * @param transform from raw images to a mean of about 0 and a deviation of about 1
 * @param pixels of an image
 */
record StudyData(Dataset training, Dataset test, String origin, Transform transform, int pixels) {
    static final List<String> NAMES = List.of("fashion-mnist", "mnist", "digits");
    static final int CLASSES = 10;

    private static final int TEST_BATCH = 1000;

    static StudyData load(Job job, String name, int examples, long seed) throws IOException {
        Splits splits = job.load(Catalogue.named(name).source());
        Dataset training = splits.training();
        if (examples > 0 && examples < training.size()) {
            double share = (examples + .5) / training.size();
            training = training.splitStratified(Random.seeded(seed), share)
                    .getFirst()
                    .first(examples);
        }
        return new StudyData(training, splits.test(), splits.origin(), transform(name), (int)
                training.inputs().shape().size());
    }

    private static Transform transform(String name) {
        return switch (name) {
            case "digits" -> Transform.normalize(Digits.BRIGHTEST, .3, .37);
            case "mnist" -> Transform.normalize(255, .1307, .3081);
            default -> Transform.normalize(255, .2860, .3530);
        };
    }

    Loader batches(int size, Random random) {
        return Loader.of(training).batchSize(size).shuffle(random).transform(transform);
    }

    Loader tests() {
        return Loader.of(test).batchSize(TEST_BATCH).transform(transform);
    }

    /** Some examples of all classes, at most so many: a part of the data is in the order of its classes. */
    Batch some(int count) {
        long taken = Math.min(count, training.size());
        Batch raw = training.get(
                LongStream.range(0, taken).map(i -> i * training.size() / taken).toArray());
        return new Batch(transform.apply(raw.inputs(), Draws.none()), raw.targets());
    }
}
