package org.culebra.recipes.judge;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.culebra.data.DataPlaces;
import org.culebra.data.Splits;
import org.culebra.io.Json;
import org.culebra.io.Safetensors;
import org.culebra.memory.DType;
import org.culebra.models.JudgeCnn;
import org.culebra.nn.Mode;
import org.culebra.recipes.Job;
import org.culebra.recipes.Pieces;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.EpochTable;
import org.culebra.train.Evaluation;
import org.culebra.train.FrechetDistance;
import org.culebra.train.InceptionScore;
import org.culebra.train.ModeCount;
import org.culebra.train.ModelFile;
import org.culebra.train.ParameterHash;
import org.culebra.train.PrecisionRecall;
import org.culebra.train.ProgressLine;
import org.culebra.train.Trainer;

/**
 * A classifier in whose features generated images are compared with real ones, the same one for all who make images.
 *
 * <p>It is trained once and kept in the cache. The same seed comes to the same bits, so the hash of its parameters says whether it is the one
 * that figures elsewhere were measured with.
 *
 * <p>Images are f32[N, C, H, W] from 0 to 1; {@link JudgeData} has the sizes that it takes.
 */
public final class Judge {
    private static final String RECIPE = "judge";
    private static final String CLASSES = "classes";
    private static final String ACCURACY = "accuracy";
    private static final String DATA = "option.data";
    private static final int HASH_DIGITS = 12;
    private static final long CHUNK = 500;

    /** An image is good where it is that likely to be of its class. */
    private static final double SURE = .9;

    /** Which neighbour the balls of {@link PrecisionRecall} reach to, as in its paper. */
    private static final int NEIGHBOUR = 3;

    /** The fewest images that can be scored. */
    static final int LEAST = NEIGHBOUR + 1;

    private final JudgeData data;
    private final JudgeCnn net;
    private final List<String> classes;
    private final double accuracy;
    private final String hash;

    /** A network that has been trained. */
    Judge(JudgeData data, JudgeCnn net, List<String> classes, double accuracy) {
        this.data = data;
        this.net = net;
        this.classes = List.copyOf(classes);
        this.accuracy = accuracy;
        hash = ParameterHash.of(net);
    }

    // ---------------------------------------------------------------- where it comes from

    /**
     * The judge of some data: out of the cache, or trained now and kept there.
     *
     * @param name {@code fashion}, {@code mnist}, {@code emoji}, {@code digits}
     * @throws IOException if the data are not there, or the judge cannot be kept
     * @throws IllegalArgumentException if there is no judge of this name
     */
    public static Judge of(Job job, String name) throws IOException {
        return of(job.places(), job.out(), job.progress(), name);
    }

    /**
     * The same, with lines for people going to {@code out}.
     *
     * @param progress whether to draw a progress bar on standard error while it is trained
     */
    public static Judge of(DataPlaces places, PrintStream out, boolean progress, String name) throws IOException {
        JudgeData data = JudgeData.named(name);
        Path folder = places.cache().resolve("judges");
        Path file = file(folder, data, data.hash());
        if (Files.exists(file)) {
            try {
                Judge kept = load(file);
                if (kept.hash.equals(data.hash())) {
                    return kept;
                }
                out.println(file + " is another judge than its name says; it is trained anew");
            } catch (IOException e) {
                out.println(e.getMessage() + "; it is trained anew");
            }
        } else {
            out.println("there is no judge of " + name + " yet: it is trained now, once, and kept in " + folder);
        }
        Judge judge = trained(places, out, progress, name, JudgeTraining.Settings.of(data));
        if (!judge.hash.equals(data.hash())) {
            out.println("this judge of " + name + " has other bits (" + judge.hash.substring(0, HASH_DIGITS)
                    + ") than the one that published figures were measured with: they are not quite comparable");
        }
        Files.createDirectories(folder);
        judge.save(file(folder, data, judge.hash));
        return judge;
    }

    private static Path file(Path folder, JudgeData data, String hash) {
        return folder.resolve(
                data.name() + "-" + hash.substring(0, Math.min(HASH_DIGITS, hash.length())) + ".safetensors");
    }

    /** One that is trained now, and not kept: with little of the data, for tests. */
    static Judge trained(
            DataPlaces places, PrintStream out, boolean progress, String name, JudgeTraining.Settings settings)
            throws IOException {
        JudgeData data = JudgeData.named(name);
        places.requireChosen();
        Splits splits = data.source().load(places.log(out::println));
        var training = JudgeTraining.of(data, splits, settings);
        Trainer trainer = Trainer.of(training.task(), training.loader())
                .epochs(settings.epochs())
                .random(training.layers())
                .callback(new EpochTable(out));
        if (progress) {
            trainer.callback(new ProgressLine(System.err));
        }
        trainer.train();
        Judge judge = training.judge();
        out.println(String.format(
                Locale.ROOT, "the judge of %s names %.2f %% of held-out images right", name, 100 * judge.accuracy));
        return judge;
    }

    /**
     * A judge out of a file: of the cache, or of the recipe {@code judge}.
     *
     * @throws IOException if it is not there, or holds no judge; the message is one sentence
     */
    public static Judge load(Path file) throws IOException {
        Map<String, String> notes = Safetensors.read(file).metadata();
        JudgeData data;
        double accuracy;
        List<String> classes = new ArrayList<>();
        try {
            data = JudgeData.named(notes.getOrDefault(DATA, ""));
            accuracy = Double.parseDouble(notes.getOrDefault(ACCURACY, ""));
            if (Json.parse(notes.getOrDefault(CLASSES, "")) instanceof List<?> list) {
                list.forEach(each -> classes.add(String.valueOf(each)));
            }
        } catch (IllegalArgumentException | IOException e) {
            throw new IOException(file + " holds no judge", e);
        }
        if (!notes.getOrDefault("recipe", "").equals(RECIPE) || classes.isEmpty()) {
            throw new IOException(file + " holds no judge");
        }
        var net = JudgeCnn.create(data.channels(), data.side(), classes.size());
        ModelFile.load(file, net);
        ModelFile.requireFinite(file, net);
        return new Judge(data, net, classes, accuracy);
    }

    private void save(Path file) throws IOException {
        var notes = new LinkedHashMap<String, String>();
        notes.put("recipe", RECIPE);
        notes.put(DATA, data.name());
        notes.putAll(notes());
        ModelFile.save(file, net, notes);
    }

    /** What has to be known beside the numbers. */
    Map<String, String> notes() {
        return Map.of(CLASSES, Json.write(classes), ACCURACY, Double.toString(accuracy));
    }

    // ---------------------------------------------------------------- what it says

    /** What it learned. */
    public JudgeData data() {
        return data;
    }

    /** How good it is on held-out images. */
    Evaluation evaluation(Splits splits) {
        return Evaluation.of(net, JudgeTraining.tests(data, splits));
    }

    /** The names of the classes. */
    public List<String> classes() {
        return classes;
    }

    /** The share of held-out images whose class it names right. */
    public double accuracy() {
        return accuracy;
    }

    /** Of all its parameters. */
    public String hash() {
        return hash;
    }

    /**
     * Features of images: [N, C, H, W] → f32[N, 64].
     *
     * @throws IllegalArgumentException with a sentence, if it takes no such images
     */
    public Tensor features(Tensor images) {
        return Tape.scoped(() -> Pieces.map(data.fit(images), CHUNK, some -> net.features(some, Mode.EVALUATION)));
    }

    /** How likely each class is: [N, C, H, W] → f32[N, K]. */
    public Tensor probabilities(Tensor images) {
        return Tape.scoped(() -> ofFeatures(features(images)));
    }

    private Tensor ofFeatures(Tensor features) {
        return net.classify(features, Mode.EVALUATION).softmax(1);
    }

    /** The likeliest class of each image: [N, C, H, W] → i64[N]. */
    public Tensor classify(Tensor images) {
        return Tape.scoped(() -> probabilities(images).argMax(1));
    }

    /**
     * How good generated images are, beside real ones: Fréchet distance, precision and recall (k = 3) in its features, inception score, share of
     * each class, modes covered, and the hash of this judge. Figures are comparable for sets of the same size only.
     *
     * <p>An image is good if the judge is sure of its class, by 90 %, and a class with a good image is a mode covered. Not all real images are
     * good in that sense: {@code good_share_of_real} is their share.
     *
     * @throws IllegalArgumentException with a sentence, if it takes no such images, or there are fewer than four
     */
    public Map<String, Object> score(Tensor real, Tensor fake) {
        Tensor realFeatures = features(real);
        Tensor fakeFeatures = features(fake);
        Tensor probabilities = Tape.scoped(() -> ofFeatures(fakeFeatures).to(DType.F64));
        var both = PrecisionRecall.of(realFeatures, fakeFeatures, NEIGHBOUR);
        var found = modes(probabilities);
        var ofReal = modes(Tape.scoped(() -> ofFeatures(realFeatures).to(DType.F64)));
        var shares = new LinkedHashMap<String, Object>();
        for (int k = 0; k < classes.size(); k++) {
            shares.put(classes.get(k), found.counts().get(k) / (double) fake.dim(0));
        }
        var scores = new LinkedHashMap<String, Object>();
        scores.put("frechet_distance", FrechetDistance.of(realFeatures, fakeFeatures));
        scores.put("precision", both.precision());
        scores.put("recall", both.recall());
        scores.put("inception_score", InceptionScore.of(probabilities));
        scores.put("class_shares", shares);
        scores.put("modes", found.covered());
        scores.put("all_modes", found.modes());
        scores.put("good_share", found.good());
        scores.put("good_share_of_real", ofReal.good());
        scores.put("real_images", real.dim(0));
        scores.put("fake_images", fake.dim(0));
        scores.put("judge_hash", hash);
        scores.put("judge_accuracy", accuracy);
        return scores;
    }

    private ModeCount modes(Tensor probabilities) {
        Tensor classOf = Tape.scoped(() -> probabilities.argMax(1));
        return ModeCount.ofModes(classOf, Tape.scoped(() -> probabilities.max(1).ge(SURE)), classes.size());
    }
}
