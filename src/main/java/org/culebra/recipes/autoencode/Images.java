package org.culebra.recipes.autoencode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.culebra.data.Batch;
import org.culebra.data.Catalogue;
import org.culebra.data.Dataset;
import org.culebra.data.Digits;
import org.culebra.data.Loader;
import org.culebra.data.Splits;
import org.culebra.data.Transform;
import org.culebra.memory.DType;
import org.culebra.recipes.Job;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.Training;
import org.culebra.recipes.judge.Judge;
import org.culebra.recipes.judge.Yardstick;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/**
 * Images that a model learns to make, as f32[B, C, H, W] from 0 to 1.
 *
 * @param name as judges know them
 * @param training the first of them, if only some are to be used
 * @param origin where they were read from, for people
 * @param transform from what is stored to numbers from 0 to 1
 */
record Images(String name, Dataset training, Dataset test, String origin, Transform transform) {
    static final String MNIST = "mnist";
    static final String FASHION = "fashion";
    static final String EMOJI = "emoji";
    static final String DIGITS = "digits";

    static final RecipeOption<String> DATA = RecipeOption.choice(
            "data",
            List.of(MNIST, FASHION, EMOJI, DIGITS),
            "Images to learn from: mnist or fashion (28×28), emoji (32×32 in colour) or digits (8×8, inside the jar).");

    /** For figures of samples in the features of a classifier. */
    static final RecipeOption<String> JUDGE = new RecipeOption<>(
            "judge",
            "",
            "A file of the recipe judge to measure with; empty is the usual judge.",
            "a file",
            text -> text);

    private static final int TEST_BATCH = 1000;
    private static final int CLASSES = 10;
    private static final double WHITE = 255;

    static Images load(Job job, String name) throws IOException {
        Splits splits = job.load(source(name));
        Dataset training = Training.examples(job, splits.training());
        return new Images(name, training, splits.test(), splits.origin(), transform(name));
    }

    private static Catalogue.Source source(String name) {
        return switch (name) {
            case FASHION -> Catalogue.named("fashion-mnist").source();
            case EMOJI -> Faces::load;
            default -> Catalogue.named(name).source();
        };
    }

    private static Transform transform(String name) {
        return switch (name) {
            case DIGITS -> Transform.normalize(Digits.BRIGHTEST, 0, 1);
            case EMOJI -> // each pixel the mean of four
                Transform.of(raw -> raw.to(DType.F32).avgPool2d(2).div(WHITE));
            default -> Transform.unit();
        };
    }

    /** C, H, W of those of this name. */
    static Shape shape(String name) {
        return switch (name) {
            case DIGITS -> Shape.of(1, 8, 8);
            case EMOJI -> Shape.of(3, 32, 32);
            default -> Shape.of(1, 28, 28);
        };
    }

    /** How many classes those of this name have. */
    static int classes(String name) {
        return name.equals(EMOJI) ? Faces.CLASSES.size() : CLASSES;
    }

    /** The same with the test images among those to learn from, too. */
    Images withTestInTraining() {
        return new Images(name, Dataset.concat(training, test), test, origin, transform);
    }

    Loader batches(int size, Random random) {
        return Loader.of(training).batchSize(size).shuffle(random).transform(transform);
    }

    Loader tests() {
        return batches(test);
    }

    private Loader batches(Dataset part) {
        return Loader.of(part).batchSize(TEST_BATCH).transform(transform);
    }

    /** Of each image that image itself is to be made. */
    Loader pairs(int size, Random random) {
        return pairs(training).batchSize(size).shuffle(random);
    }

    Loader testPairs() {
        return pairs(test);
    }

    private Loader pairs(Dataset part) {
        return Loader.of(Dataset.pairs(part.name(), part.inputs(), part.inputs()))
                .batchSize(TEST_BATCH)
                .transform(transform)
                .transformTargets(transform);
    }

    /** All of a data set as a model sees them: f32[N, C, H, W]. */
    Tensor all(Dataset part) {
        var parts = new ArrayList<Tensor>();
        for (Batch batch : batches(part)) {
            parts.add(batch.inputs().copy());
        }
        return Tensor.concat(0, parts);
    }

    /** The first of a data set as a model sees them. */
    Tensor first(Dataset part, long count) {
        return all(part.first(count));
    }

    /**
     * The judge of these images: that of the file which was told, or the usual one.
     *
     * @throws IOException if the file holds no judge, or one of other images; or the usual one cannot be made
     */
    Judge judge(Job job) throws IOException {
        if (job.get(JUDGE).isEmpty()) {
            return Judge.of(job, name);
        }
        Path file = Path.of(job.get(JUDGE));
        Judge judge = Judge.load(file);
        if (!judge.data().name().equals(name)) {
            throw new IOException(file + " is a judge of " + judge.data().name() + ", not of " + name);
        }
        return judge;
    }

    /**
     * What samples are held to.
     *
     * @param most of the held-out images; 0 is all
     * @throws IOException as {@link #judge} does
     */
    Yardstick yardstick(Job job, long most) throws IOException {
        return Yardstick.of(judge(job), training, test, most);
    }

    /** Those of one class. */
    static Dataset ofClass(Dataset part, int wanted) {
        long[] labels = part.labels().toLongArray();
        return part.subset(IntStream.range(0, labels.length)
                .filter(i -> labels[i] == wanted)
                .asLongStream()
                .toArray());
    }
}
