package org.culebra.recipes.judge;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.culebra.data.DataPlaces;
import org.culebra.data.Splits;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * How good generated images are, whoever made them: beside the held-out images of a data set, in the features of a classifier that is trained once
 * and always comes to the same bits; and whether they are copies of training images.
 *
 * @param places where the data are, and the judge is kept
 * @param out where lines for people go
 * @param progress whether to draw a progress bar on standard error while a judge is trained
 * @param data what the images are to look like: one of {@link #subjects}
 * @param judge a file with another judge, if that is wanted
 * @param count the most images of either kind that are taken: the first ones of those generated, real ones at random; 0 is all
 */
public record Measuring(
        DataPlaces places, PrintStream out, boolean progress, String data, Optional<Path> judge, int count) {
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
        Judge used = judge.isPresent() ? Judge.load(judge.get()) : Judge.of(places, out, progress, data);
        if (!used.data().name().equals(data)) {
            throw new IOException(
                    judge.orElseThrow() + " is a judge of " + used.data().name() + ", not of " + data);
        }
        places.requireChosen();
        Splits splits = subject.source().load(places.log(out::println));
        var results = new LinkedHashMap<String, Object>();
        results.put("images", images.toString());
        results.put("data", data);
        results.putAll(
                Yardstick.of(used, splits.training(), splits.test(), count).measure(fake));
        Yardstick.say(out, results);
        return results;
    }

    private Tensor some(Tensor images) {
        return count == 0 ? images : images.narrow(0, 0, Math.min(count, images.dim(0)));
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
}
