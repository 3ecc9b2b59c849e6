package org.culebra.recipes;

import java.io.IOException;
import java.util.List;
import java.util.stream.StreamSupport;
import org.culebra.data.Catalogue;
import org.culebra.data.Dataset;
import org.culebra.data.Digits;
import org.culebra.data.Loader;
import org.culebra.data.Splits;
import org.culebra.data.Transform;
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
    static final String DIGITS = "digits";

    /** A choice among all of them; the first is what it is unless told otherwise. */
    static final RecipeOption<String> DATA = data(MNIST, FASHION);

    private static final int TEST_BATCH = 1000;

    /** The choice of data with another order; digits come last. */
    static RecipeOption<String> data(String first, String second) {
        return RecipeOption.choice("data", List.of(first, second, DIGITS), "Images to learn from: " + first + ", "
                + second + " (28×28) or " + DIGITS + " (8×8, inside the jar).");
    }

    static Images load(Job job, String name) throws IOException {
        Splits splits =
                job.load(Catalogue.named(name.equals(FASHION) ? "fashion-mnist" : name).source());
        int examples = job.get(Training.EXAMPLES);
        Dataset training = examples > 0 ? splits.training().first(examples) : splits.training();
        Transform unit = name.equals(DIGITS) ? Transform.normalize(Digits.BRIGHTEST, 0, 1) : Transform.unit();
        return new Images(name, training, splits.test(), splits.origin(), unit);
    }

    /** C, H, W of those of this name. */
    static Shape shape(String name) {
        return name.equals(DIGITS) ? Shape.of(1, 8, 8) : Shape.of(1, 28, 28);
    }

    /** The same with the test images among those to learn from, too. */
    Images withTestInTraining() {
        return new Images(name, Dataset.concat(training, test), test, origin, transform);
    }

    Loader batches(int size, Random random) {
        return Loader.of(training).batchSize(size).shuffle(random).transform(transform);
    }

    Loader tests() {
        return Loader.of(test).batchSize(TEST_BATCH).transform(transform);
    }

    /** All of a data set, as the model sees them: f32[N, C, H, W]. */
    Tensor all(Dataset part) {
        return Tensor.concat(
                0,
                StreamSupport.stream(
                                Loader.of(part).batchSize(TEST_BATCH).transform(transform).spliterator(), false)
                        .map(batch -> batch.inputs().copy())
                        .toList());
    }
}
