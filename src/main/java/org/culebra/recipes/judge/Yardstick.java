package org.culebra.recipes.judge;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.culebra.data.Dataset;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.Training;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.Neighbours;

/**
 * What generated images are held to, whoever made them: a judge, images that were held out, and those that were learned from. All that
 * measure images measure them here, so that their figures have the same names and mean the same.
 *
 * @param judge in whose features images are compared
 * @param training what was learned from, as it was read
 * @param real images that were held out, as the judge takes them: f32[N, C, S, S] from 0 to 1
 */
public record Yardstick(Judge judge, Dataset training, Tensor real) {
    /** How many images are made for the figures at the end of a training. */
    public static final RecipeOption<Integer> SCORED = RecipeOption.integer(
            "scored", 10_000, 0, "Images to make for the scores, at most as many as are held out; 0 is no scores.");

    /** So many are looked up among all training images. */
    private static final long LOOKED_UP = 1000;

    /**
     * Beside images that were held out.
     *
     * @param test what was held out, as it was read
     * @param most of its images, {@link #drawn}; 0 is all
     */
    public static Yardstick of(Judge judge, Dataset training, Dataset test, long most) {
        return new Yardstick(judge, training, unit(judge, most == 0 ? test : drawn(test, most)));
    }

    /**
     * So many of a data set, all if it has no more: drawn at random, the same each time. The first ones, or every n-th, may be of another kind
     * than the rest: MNIST's images at even places of the training part, and in the first half of the test part, are by other people than
     * the others.
     */
    static Dataset drawn(Dataset part, long most) {
        if (most >= part.size()) {
            return part;
        }
        long[] order = Tensor.permutation(Random.seeded(0), part.size()).toLongArray();
        return part.subset(Arrays.copyOf(order, Math.toIntExact(most)));
    }

    private static Tensor unit(Judge judge, Dataset part) {
        return Tape.scoped(() -> judge.data().unit(part.images()).contiguous());
    }

    /** How many images were held out: as many should be made, for figures are comparable for sets of the same size only. */
    public long count() {
        return real.dim(0);
    }

    /** The training images as the judge takes them. */
    public Tensor learned() {
        return unit(judge, training);
    }

    /** What each image is nearest to among the training images, and how far away that is. */
    public Neighbours nearest(Tensor images) {
        return Neighbours.nearest(judge.data().fit(images), learned());
    }

    /**
     * All figures: those of {@link Judge#score}, and whether the images are copies. Half of the images are nearer to a training image than
     * {@code nearest_training_distance}; of held-out images, which nobody copied, half are nearer than {@code
     * nearest_training_distance_of_real}; {@code nearer_than_real} is the share of the images that are nearer than that: .5 is as it should
     * be, 1 is copying.
     *
     * @param images [N, C, H, W] from 0 to 1
     * @throws IllegalArgumentException with a sentence, if the judge takes no such images, or there are fewer than four
     */
    public Map<String, Object> measure(Tensor images) {
        var figures = new LinkedHashMap<>(judge.score(real, images));
        Tensor learned = learned();
        var made = Neighbours.nearest(Tape.scoped(() -> some(judge.data().fit(images))), learned);
        var held = Neighbours.nearest(some(real), learned);
        figures.put("nearest_training_distance", made.median());
        figures.put("nearest_training_distance_of_real", held.median());
        figures.put("nearer_than_real", made.within(held.median()));
        return figures;
    }

    private static Tensor some(Tensor images) {
        return images.narrow(0, 0, Math.min(LOOKED_UP, images.dim(0)));
    }

    /** The figures for people. */
    public static void say(PrintStream out, Map<String, Object> figures) {
        out.println(String.format(
                Locale.ROOT,
                "%s generated images beside %s held-out ones, by a judge that names %.2f %% of those right",
                figures.get("fake_images"),
                figures.get("real_images"),
                100 * Training.number(figures, "judge_accuracy")));
        line(out, "Fréchet distance", figures, "frechet_distance");
        line(out, "precision", figures, "precision");
        line(out, "recall", figures, "recall");
        line(out, "inception score", figures, "inception_score");
        out.println(String.format(
                Locale.ROOT, "  %-46s%s of %s", "modes covered", figures.get("modes"), figures.get("all_modes")));
        line(out, "share that the judge is sure of", figures, "good_share");
        line(out, "the same of held-out images", figures, "good_share_of_real");
        line(out, "median distance to the nearest training image", figures, "nearest_training_distance");
        line(out, "the same of held-out images", figures, "nearest_training_distance_of_real");
        if (figures.get("class_shares") instanceof Map<?, ?> shares) {
            shares.keySet().forEach(name -> line(out, "share of " + name, shares, String.valueOf(name)));
        }
    }

    private static void line(PrintStream out, String what, Map<?, ?> figures, String figure) {
        out.println(String.format(Locale.ROOT, "  %-46s%.3f", what, Training.number(figures, figure)));
    }
}
