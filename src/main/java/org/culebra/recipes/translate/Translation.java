package org.culebra.recipes.translate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.culebra.data.ImageGrid;
import org.culebra.data.Loader;
import org.culebra.nn.Layer;
import org.culebra.nn.Model;
import org.culebra.optim.Adam;
import org.culebra.optim.Schedule;
import org.culebra.recipes.Job;
import org.culebra.recipes.Parts;
import org.culebra.recipes.Pieces;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.SampleGrids;
import org.culebra.recipes.Training;
import org.culebra.recipes.Translator;
import org.culebra.recipes.judge.Judge;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.Adversarial;
import org.culebra.train.FrechetDistance;
import org.culebra.train.ModelFile;
import org.culebra.train.TrainingResult;
import org.jspecify.annotations.Nullable;

/** What recipes that turn pictures into other pictures have in common; pictures are in [−1, 1] here. */
final class Translation {
    static final RecipeOption<String> SIDE =
            RecipeOption.choice("side", List.of("32", "64"), "Pixels along a side of an emoji: 32 or 64.");

    static final RecipeOption<Boolean> JUDGE = RecipeOption.flag(
            "judge", true, "Let the judge of emoji or digits see the answers, too; it is trained once, and kept.");

    private static final double BETA1 = .5;
    private static final double BETA2 = .999;
    private static final int BATCH = 50;
    private static final int ACROSS = 12;
    private static final int WANTED_PIXELS = 64;

    private Translation() {}

    /** What both have behind their own options. */
    static List<RecipeOption<?>> options(int epochs, int batchSize) {
        return List.of(
                Training.EPOCHS.unlessTold(epochs),
                Training.BATCH_SIZE.unlessTold(batchSize),
                Training.LEARNING_RATE.unlessTold(2e-4),
                Training.SEED,
                Training.EXAMPLES,
                JUDGE,
                Training.CHECKPOINT_EVERY,
                Training.MINUTES);
    }

    /** Plays, with pictures of what was held out on the way. */
    static TrainingResult train(
            Job job, Adversarial game, Loader loader, PicturePairs pairs, Random random, Supplier<ImageGrid> grid)
            throws IOException {
        return Training.trainer(job, game, loader, new SampleGrids(job.run(), "held out", grid))
                .validate(pairs.tests())
                .random(random.split())
                .train();
    }

    /**
     * Saves what was trained, with what is known of it.
     *
     * @param counted what the examples are called
     */
    static Map<String, Object> finish(
            Job job, Recipe recipe, Model model, TrainingResult result, PicturePairs pairs, String counted)
            throws IOException {
        Training.save(job, recipe, model, Map.of());
        Map<String, Object> results = Training.results(job, recipe, model, result);
        results.put("data", pairs.origin());
        results.put(counted, pairs.training().size());
        results.put("held_out_pairs", pairs.test().size());
        job.run().finish(results);
        return results;
    }

    /** Judges what was trained, by the names of the parts, beside each other. */
    @FunctionalInterface
    interface Comparison {
        /** Adds figures to the results. */
        void report(Map<String, Parts.Trained> trained, Map<String, Object> results) throws IOException;
    }

    /** One training, or several to be compared: the first one's model and results are those of the whole. */
    static Map<String, Object> compare(
            Job job, Recipe recipe, PicturePairs pairs, List<Parts.Part> parts, Comparison comparison)
            throws IOException {
        var facts = Map.of("data", pairs.origin(), "epochs", job.get(Training.EPOCHS));
        Map<String, Parts.Trained> trained = Parts.oneOrSeveral(job, recipe, facts, parts);
        Parts.Trained main = trained.values().iterator().next();
        Parts.keepModel(job, main);
        var results = new LinkedHashMap<>(main.results());
        results.put("model", job.run().model().toString());
        results.put(
                "seconds",
                trained.values().stream()
                        .mapToDouble(each -> Training.number(each.results(), "seconds"))
                        .sum());
        comparison.report(trained, results);
        job.run().finish(results);
        return results;
    }

    /** Adam with β₁ = .5, as both papers have it. */
    static Adam adam(Job job, List<Tensor> parameters) {
        return Adam.of(parameters).learningRate(job.get(Training.LEARNING_RATE)).betas(BETA1, BETA2);
    }

    /** 1 for the first half of the steps, then down to 0 in equal steps (Zhu et al. 2017, section 4). */
    static Schedule decay(Job job, Loader loader) {
        long steps = job.get(Training.EPOCHS) * loader.batches();
        long constant = Math.max(1, steps / 2);
        return Schedule.constant(1).then(constant, Schedule.linear(1, 0, Math.max(1, steps - constant)));
    }

    /** How often a side can be halved until it is odd, n at most. */
    static int halvings(int side, int most) {
        return Math.min(most, Integer.numberOfTrailingZeros(side));
    }

    /** Halvings of a discriminator of patches: three, or fewer where less than 4×4 would be left of the image. */
    static int patchHalvings(int side) {
        return Math.clamp(31 - Integer.numberOfLeadingZeros(side) - 2, 1, 3);
    }

    /** g(x), some images at a time. */
    static Tensor translated(Layer generator, Tensor images) {
        return Pieces.map(images, BATCH, generator::forward);
    }

    /** mean |x − y|, as part of the range of a pixel. */
    static double distance(Tensor x, Tensor y) {
        return Tape.scoped(() -> x.sub(y).abs().mean()).item() / 2;
    }

    /** Mean difference of neighbouring pixels: blurred pictures have less of it than sharp ones. */
    static double contrast(Tensor x) {
        long height = x.dim(2);
        long width = x.dim(3);
        return Tape.scoped(() -> x.narrow(2, 1, height - 1)
                        .sub(x.narrow(2, 0, height - 1))
                        .abs()
                        .mean()
                        .add(x.narrow(3, 1, width - 1)
                                .sub(x.narrow(3, 0, width - 1))
                                .abs()
                                .mean()))
                .item();
    }

    /** Pictures that belong together side by side, several such groups in a row; grey ones become coloured where others are. */
    static ImageGrid grid(Tensor... parts) {
        long channels =
                Arrays.stream(parts).mapToLong(part -> part.dim(1)).max().orElse(1);
        List<Tensor> alike = Arrays.stream(parts)
                .map(part -> part.expand(part.dim(0), channels, part.dim(2), part.dim(3)))
                .toList();
        Tensor together = Tensor.concat(1, alike)
                .reshape(
                        alike.getFirst().dim(0) * parts.length,
                        channels,
                        parts[0].dim(2),
                        parts[0].dim(3)); // (N, k·C, H, W) -> (N·k, C, H, W)
        return ImageGrid.of(together)
                .range(-1, 1)
                .columns(parts.length * Math.max(1, ACROSS / parts.length))
                .padding(2)
                .magnify(Math.max(1, WANTED_PIXELS / (int) together.dim(3)));
    }

    // ---------------------------------------------------------------- how good

    /**
     * What answers are worth; NaN where that is not known.
     *
     * @param l1 mean |made − true|
     * @param sharpness contrast of what was made, as part of that of the truth
     * @param frechet distance of the two in the features of the judge
     * @param share that the judge takes for what they are: digits of their number, emoji of their designer
     */
    record Worth(double l1, double sharpness, double frechet, double share) {
        static final String HEAD = String.format(
                Locale.ROOT, "%-18s %8s %10s %9s %6s", "on held-out pairs", "L1", "sharpness", "Frechet", "true");

        /** Of pictures of one kind. */
        static Worth of(@Nullable Judge judge, PicturePairs pairs, PicturePairs.Kind kind, Tensor made, Tensor truth) {
            double l1 = distance(made, truth);
            double sharpness = contrast(made) / contrast(truth);
            if (judge == null || !kind.isJudged()) {
                return new Worth(l1, sharpness, Double.NaN, Double.NaN);
            }
            Tensor fake = unit(made);
            double frechet = FrechetDistance.of(judge.features(unit(truth)), judge.features(fake));
            long[] said = judge.classify(fake).toLongArray();
            long[] labels = pairs.labels().toLongArray();
            long right = IntStream.range(0, said.length)
                    .filter(i -> labels.length > 0
                            ? said[i] == labels[i]
                            : judge.classes().get((int) said[i]).startsWith(kind.name()))
                    .count();
            return new Worth(l1, sharpness, frechet, (double) right / said.length);
        }

        void put(Map<String, Object> results, String prefix) {
            results.put(prefix + "_l1", l1);
            results.put(prefix + "_sharpness", sharpness);
            if (!Double.isNaN(frechet)) {
                results.put(prefix + "_frechet_distance", frechet);
                results.put(prefix + "_judged_true", share);
            }
        }

        String line(String name) {
            String judged =
                    Double.isNaN(frechet) ? "" : String.format(Locale.ROOT, " %9.2f %4.0f %%", frechet, 100 * share);
            return String.format(Locale.ROOT, "%-18s %8.4f %10.2f%s", name, l1, sharpness, judged);
        }
    }

    private static Tensor unit(Tensor images) {
        return Tape.scoped(() -> images.add(1).div(2).clamp(0, 1));
    }

    /** Whoever judges these pictures, if that is wanted. */
    static @Nullable Judge judge(Job job, PicturePairs pairs) throws IOException {
        if (!job.get(JUDGE)) {
            return null;
        }
        boolean areDigits = pairs.labels().size() > 0;
        return Judge.of(job, areDigits ? (pairs.side() == 8 ? "digits" : "mnist") : "emoji");
    }

    // ---------------------------------------------------------------- using what was learned

    /** g with images from 0 to 1 on both sides. */
    static Translator translator(PictureSize size, Layer generator) {
        return new Translator(
                size.channels(),
                size.side(),
                images -> generator.forward(images.mul(2).sub(1)).add(1).div(2));
    }

    /** What a translator takes. */
    record PictureSize(int channels, int side) {}

    /** Loads what can be used. */
    static void load(Path file, Model model) throws IOException {
        ModelFile.load(file, model);
        ModelFile.requireFinite(file, model);
    }
}
