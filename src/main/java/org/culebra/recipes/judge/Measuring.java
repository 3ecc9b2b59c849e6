package org.culebra.recipes.judge;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.culebra.data.DataPlaces;
import org.culebra.data.Dataset;
import org.culebra.data.Splits;
import org.culebra.recipes.Training;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.Neighbours;

/**
 * How good generated images are, whoever made them: beside the held-out images of a data set, in the features of a classifier that is trained once
 * and always comes to the same bits; and whether they are copies of training images.
 *
 * @param places where the data are, and the judge is kept
 * @param out where lines for people go
 * @param data what the images are to look like: one of {@link #subjects}
 * @param judge a file with another judge, if that is wanted
 * @param count the most images of either kind that are taken, the first ones; 0 is all
 */
public record Measuring(DataPlaces places, PrintStream out, String data, Optional<Path> judge, int count) {
    /** So many are looked up among all training images. */
    private static final long LOOKED_UP = 1000;

    /** The data sets that there are judges of. */
    public static List<String> subjects() {
        return JudgeData.NAMES;
    }

    /**
     * Measures images.
     *
     * @param images an npz, npy or safetensors file of images [N, C, H, W] from 0 to 1 (or bytes), or a folder of PNG or JPEG pictures
     * @return the figures for programs, {@code frechet_distance}, {@code precision}, {@code recall}, {@code inception_score}, …
     * @throws IOException if images, data or judge are missing or unreadable; the message is one sentence
     * @throws IllegalArgumentException with a sentence, if the judge takes no such images
     */
    public Map<String, Object> measure(Path images) throws IOException {
        JudgeData subject = JudgeData.named(data);
        Tensor read = GeneratedImages.read(images, subject.channels() == 3);
        Tensor fake = requireFit(images, subject, some(read));
        Judge used = judge.isPresent() ? Judge.load(judge.get()) : Judge.of(places, out, data);
        if (!used.data().name().equals(data)) {
            throw new IOException(
                    judge.orElseThrow() + " is a judge of " + used.data().name() + ", not of " + data);
        }
        places.requireChosen();
        Splits splits = subject.source().load(places.log(out::println));
        Tensor real = some(unit(subject, splits.test()));
        var results = new LinkedHashMap<String, Object>();
        results.put("images", images.toString());
        results.put("data", data);
        results.putAll(used.score(real, fake));
        results.putAll(copying(subject, splits, real, fake));
        say(results);
        return results;
    }

    private Tensor some(Tensor images) {
        return count == 0 ? images : first(images, count);
    }

    private static Tensor first(Tensor images, long most) {
        return images.narrow(0, 0, Math.min(most, images.dim(0)));
    }

    private static Tensor requireFit(Path place, JudgeData subject, Tensor images) throws IOException {
        if (images.dim(0) < Judge.LEAST) {
            throw new IOException(place + ": at least " + Judge.LEAST + " images are needed, not " + images.dim(0));
        }
        try {
            return Tape.scoped(() -> subject.fit(images).contiguous());
        } catch (IllegalArgumentException e) {
            throw new IOException(place + ": " + e.getMessage(), e);
        }
    }

    private static Tensor unit(JudgeData subject, Dataset part) {
        return Tape.scoped(() -> subject.unit(part.images()).contiguous());
    }

    /** Half of the images are nearer to a training image than this; of held-out images, which nobody copied, half are nearer than that. */
    private static Map<String, Object> copying(JudgeData subject, Splits splits, Tensor real, Tensor fake) {
        Tensor training = unit(subject, splits.training());
        var made = Neighbours.nearest(first(fake, LOOKED_UP), training);
        var held = Neighbours.nearest(first(real, LOOKED_UP), training);
        var results = new LinkedHashMap<String, Object>();
        results.put("nearest_training_distance", made.median());
        results.put("nearest_training_distance_of_real", held.median());
        results.put("nearer_than_real", made.within(held.median()));
        return results;
    }

    private void say(Map<String, Object> results) {
        out.println(String.format(
                Locale.ROOT,
                "%s images of %s beside %s held-out ones, by a judge that names %.2f %% of those right",
                results.get("fake_images"),
                data,
                results.get("real_images"),
                100 * Training.number(results, "judge_accuracy")));
        out.println(line("Fréchet distance", "%.3f", Training.number(results, "frechet_distance")));
        out.println(line("precision", "%.3f", Training.number(results, "precision")));
        out.println(line("recall", "%.3f", Training.number(results, "recall")));
        out.println(line("inception score", "%.3f", Training.number(results, "inception_score")));
        out.println(line(
                "median distance to the nearest training image",
                "%.3f",
                Training.number(results, "nearest_training_distance")));
        out.println(line(
                "the same of held-out images", "%.3f", Training.number(results, "nearest_training_distance_of_real")));
        if (results.get("class_shares") instanceof Map<?, ?> shares) {
            shares.forEach((name, share) -> out.println(line("share of " + name, "%.3f", (double) share)));
        }
    }

    private static String line(String what, String form, double figure) {
        return String.format(Locale.ROOT, "  %-46s" + form, what, figure);
    }
}
