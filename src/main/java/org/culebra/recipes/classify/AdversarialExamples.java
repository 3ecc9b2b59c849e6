package org.culebra.recipes.classify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.culebra.data.Catalogue;
import org.culebra.data.Dataset;
import org.culebra.data.Digits;
import org.culebra.data.ImageGrid;
import org.culebra.data.Loader;
import org.culebra.data.Splits;
import org.culebra.data.Transform;
import org.culebra.io.Json;
import org.culebra.models.SmallCnn;
import org.culebra.nn.Layer;
import org.culebra.nn.Mode;
import org.culebra.optim.Adam;
import org.culebra.recipes.Classifying;
import org.culebra.recipes.Job;
import org.culebra.recipes.Parts;
import org.culebra.recipes.Predictor;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.RecipeOptions;
import org.culebra.recipes.Training;
import org.culebra.report.Plot;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.culebra.train.AdversarialTraining;
import org.culebra.train.ModelFile;
import org.culebra.train.ProjectedGradient;
import org.culebra.train.Supervised;
import org.culebra.train.Task;
import org.culebra.train.TrainingResult;

/**
 * {@code adversarial-examples}: a trained classifier is wrong about images that nobody could tell from those it is right about (Goodfellow
 * et al. 2015), and learns not to be (Madry et al. 2018). What is saved is the hardened one.
 */
public final class AdversarialExamples implements Classifying {
    private static final RecipeOption<String> DATA =
            RecipeOption.choice("data", List.of("fashion", "mnist", "digits"), "What is classified.");
    private static final RecipeOption<String> MODEL = RecipeOption.file(
            "model", "The classifier to attack: file or folder of its run; without one it is trained first.");
    private static final RecipeOption<Double> EPSILON = RecipeOption.positive(
            "epsilon",
            .1,
            "How far a pixel may be moved, black being 0 and white 1, where the classifier is hardened.");
    private static final RecipeOption<Integer> STEPS =
            RecipeOption.integer("steps", 7, 1, "Steps of the attack that it is hardened against.");
    private static final RecipeOption<Boolean> MIXED = RecipeOption.flag(
            "mixed",
            true,
            "Harden with the images as they are, too, half and half; without, accuracy on these is lost.");
    private static final RecipeOption<Integer> PLAIN_EPOCHS =
            RecipeOption.integer("plain-epochs", 5, 1, "Passes over the training data before it is hardened.");
    private static final RecipeOption<Integer> TEST_IMAGES =
            RecipeOption.integer("test-images", 1000, 1, "Test images to attack, the first ones.");

    /** Strengths of the attacks that are tried, in ε. */
    private static final double[] STRENGTHS = {0, .25, .5, 1, 1.5, 2};

    /** Where in these the ε itself is. */
    private static final int NOMINAL = 3;

    /** More than any training had: nothing is claimed to withstand what it was not tried with. */
    private static final int TEST_STEPS = 20;

    private static final String PLAIN = "plain";
    private static final String HARDENED = "hardened";
    private static final int TEST_BATCH = 250;
    private static final int EXAMPLES_SHOWN = 12;
    private static final double AMPLIFIED = 10;

    /**
     * What is attacked.
     *
     * @param recipe that trains the plain classifier
     * @param catalogued the name of its data
     */
    private record Subject(
            String recipe, String catalogued, double brightest, double mean, double deviation, Supplier<Layer> net) {
        Transform unit() {
            return Transform.normalize(brightest, 0, 1);
        }

        Catalogue.Source source() {
            return Catalogue.named(catalogued).source();
        }
    }

    private static final Map<String, Subject> SUBJECTS = Map.of(
            "fashion", new Subject("fashion-cnn", "fashion-mnist", 255, .1307, .3081, SmallCnn::create),
            "mnist", new Subject("mnist-cnn", "mnist", 255, .1307, .3081, SmallCnn::create),
            "digits",
                    new Subject(
                            "digits-cnn", "digits", Digits.BRIGHTEST, .3, .37, org.culebra.models.DigitsCnn::create));

    private AdversarialExamples() {}

    public static Recipe recipe() {
        return new AdversarialExamples();
    }

    @Override
    public Card card() {
        return Card.of(
                "adversarial-examples",
                "Attacks on a classifier, by one gradient's sign and by many, and a classifier that withstands them.",
                DATA,
                MODEL,
                EPSILON,
                STEPS,
                MIXED,
                PLAIN_EPOCHS,
                Training.EPOCHS.unlessTold(5),
                Training.BATCH_SIZE,
                Training.LEARNING_RATE,
                TEST_IMAGES,
                Training.SEED,
                Training.EXAMPLES,
                Training.CHECKPOINT_EVERY,
                Training.MINUTES);
    }

    /** f((x − μ)/σ): attacks are on pixels from 0 to 1, whatever the network takes. */
    private record OfPixels(Layer net, Transform normalize) implements Layer {
        OfPixels(Layer net, Subject subject) {
            this(net, Transform.normalize(1, subject.mean, subject.deviation));
        }

        @Override
        public Tensor forward(Tensor x, Mode mode) {
            return mode.call("net", net, normalize.apply(x));
        }

        @Override
        public Map<String, Layer> children() {
            return Map.of("net", net);
        }
    }

    private static Subject subject(RecipeOptions options) {
        Subject subject = SUBJECTS.get(options.get(DATA));
        if (subject == null) {
            throw new IllegalStateException(options.get(DATA));
        }
        return subject;
    }

    // ---------------------------------------------------------------- training

    @Override
    public Map<String, Object> train(Job job) throws IOException {
        Subject subject = subject(job.options());
        job.places().requireChosen();
        Layer plain = subject.net.get();
        boolean given = !job.get(MODEL).isEmpty();
        if (given) {
            load(Path.of(job.get(MODEL)), subject, plain);
        }
        Splits splits = job.load(subject.source());
        var parts = new ArrayList<Parts.Part>();
        if (!given) {
            parts.add(new Parts.Part(PLAIN, "the plain classifier", part -> {
                plain.initialize(Random.seeded(job.get(Training.SEED)));
                return learn(part, subject, plain, splits, false);
            }));
        }
        String against =
                "hardened against " + attack(job, 1, job.get(STEPS)).steps() + " steps within " + job.get(EPSILON);
        Layer hardened = subject.net.get();
        parts.add(new Parts.Part(HARDENED, against, part -> {
            if (!given) {
                Training.load(job.run().part(PLAIN).model(), this, plain);
            }
            hardened.initialize(Random.seeded(job.get(Training.SEED)));
            hardened.load(plain.state());
            return learn(part, subject, hardened, splits, true);
        }));
        var facts = Map.of("data", splits.origin(), "epochs", job.get(Training.EPOCHS));
        Map<String, Parts.Trained> trained = Parts.oneOrSeveral(job, this, facts, parts);
        for (var each : trained.entrySet()) {
            Training.load(each.getValue().run().model(), this, each.getKey().equals(PLAIN) ? plain : hardened);
        }
        return results(job, subject, plain, hardened, splits, Objects.requireNonNull(trained.get(HARDENED)));
    }

    private static Map<String, Object> results(
            Job job, Subject subject, Layer plain, Layer hardened, Splits splits, Parts.Trained part)
            throws IOException {
        Parts.keepModel(job, part);
        Dataset test = splits.test().first(job.get(TEST_IMAGES));
        Map<String, Object> results = new LinkedHashMap<>(part.results());
        results.put("model", job.run().model().toString());
        results.put("data", splits.origin());
        results.put("test_images", test.size());
        results.put("epsilon", job.get(EPSILON));
        report(job, subject, plain, hardened, test, results);
        job.run().finish(results);
        return results;
    }

    private static void load(Path place, Subject subject, Layer net) throws IOException {
        Path file = Files.isDirectory(place) ? place.resolve("model.safetensors") : place;
        Map<String, String> notes = ModelFile.load(file, net);
        String owner = notes.getOrDefault("recipe", subject.recipe);
        if (!owner.equals(subject.recipe)) {
            throw new IOException(
                    file + " holds a model of " + owner + "; what is attacked here is one of " + subject.recipe);
        }
        ModelFile.requireFinite(file, net);
    }

    private Map<String, Object> learn(Job job, Subject subject, Layer net, Splits splits, boolean hardening)
            throws IOException {
        Dataset training = Training.examples(job, splits.training());
        Dataset test = splits.test().first(job.get(TEST_IMAGES));
        Random random = Random.seeded(job.get(Training.SEED));
        int epochs = hardening ? job.get(Training.EPOCHS) : job.get(PLAIN_EPOCHS);
        Loader loader = Loader.of(training)
                .batchSize(job.get(Training.BATCH_SIZE))
                .shuffle(random)
                .transform(subject.unit());
        var model = new OfPixels(net, subject);
        Supervised plain =
                Supervised.classifier(model, Adam.of(net.parameters()).learningRate(job.get(Training.LEARNING_RATE)));
        AdversarialTraining hard = AdversarialTraining.of(plain, attack(job, 1, job.get(STEPS)));
        Task task = hardening ? (job.get(MIXED) ? hard.mixed() : hard) : plain;
        job.describe(
                this,
                net,
                Map.of(
                        "data",
                        splits.origin(),
                        "classes",
                        splits.test().classes(),
                        "epochs",
                        epochs,
                        "steps",
                        epochs * loader.batches()));
        TrainingResult result = Training.trainer(job, task, loader)
                .epochs(epochs)
                .validate(Loader.of(test).batchSize(TEST_BATCH).transform(subject.unit()))
                .random(random.split())
                .train();
        save(job, net, splits);
        Map<String, Object> results = Training.results(job, this, net, result);
        job.run().finish(results);
        return results;
    }

    private void save(Job job, Layer net, Splits splits) throws IOException {
        long[] dims = splits.test().inputs().shape().dims();
        Training.save(
                job,
                this,
                net,
                Map.of(
                        "classes",
                        Json.write(splits.test().classes()),
                        "image_size",
                        dims[0] + "×" + dims[1] + "×" + dims[2]));
    }

    // ---------------------------------------------------------------- attacks

    private static ProjectedGradient attack(Job job, double strength, int steps) {
        return ProjectedGradient.of(strength * job.get(EPSILON), steps);
    }

    private static ProjectedGradient sign(Job job, double strength) {
        return ProjectedGradient.fastGradientSign(strength * job.get(EPSILON));
    }

    private static double accuracy(Job job, Subject subject, Layer net, Dataset test, ProjectedGradient attack) {
        var model = new OfPixels(net, subject);
        Random random = Random.seeded(job.get(Training.SEED));
        long right = 0;
        for (var batch : Loader.of(test).batchSize(TEST_BATCH).transform(subject.unit())) {
            Tensor attacked = attack.epsilon() == 0
                    ? batch.inputs()
                    : attack.attack(model, batch.inputs(), batch.targets(), random);
            right += model.forward(attacked).argMax(1).eq(batch.targets()).sum().itemAsLong();
        }
        return (double) right / test.size();
    }

    private static void report(
            Job job, Subject subject, Layer plain, Layer hardened, Dataset test, Map<String, Object> results)
            throws IOException {
        double[] epsilons = Arrays.stream(STRENGTHS)
                .map(strength -> strength * job.get(EPSILON))
                .toArray();
        results.put("epsilons", Arrays.stream(epsilons).boxed().toList());
        var rows = new LinkedHashMap<String, double[]>();
        var nets = new LinkedHashMap<String, Layer>();
        nets.put(PLAIN, plain);
        nets.put(HARDENED, hardened);
        nets.forEach((name, net) -> {
            rows.put(
                    name + ", one step",
                    Arrays.stream(STRENGTHS)
                            .map(strength -> accuracy(job, subject, net, test, sign(job, strength)))
                            .toArray());
            rows.put(
                    name + ", " + TEST_STEPS + " steps",
                    Arrays.stream(STRENGTHS)
                            .map(strength -> accuracy(job, subject, net, test, attack(job, strength, TEST_STEPS)))
                            .toArray());
        });
        job.out().println();
        job.out().println("accuracy in % under attacks within epsilon");
        job.out().println(row("", epsilons, "%8.4g"));
        Plot plot = Plot.of("Accuracy under attack", "epsilon", "accuracy, %");
        rows.forEach((name, accuracies) -> {
            double[] percent =
                    Arrays.stream(accuracies).map(share -> 100 * share).toArray();
            job.out().println(row(name, percent, "%8.1f"));
            plot.line(name, epsilons, percent);
            String key = name.replace(", one step", "_fgsm").replace(", " + TEST_STEPS + " steps", "_pgd");
            results.put(key + "_accuracy", accuracies[NOMINAL]);
            results.put(key + "_accuracies", Arrays.stream(accuracies).boxed().toList());
        });
        results.put("plain_accuracy", first(rows, PLAIN));
        results.put("hardened_accuracy", first(rows, HARDENED));
        plot.save(job.run().picture("accuracy.png", "accuracy", "Accuracy under attacks within epsilon", null));
        draw(job, subject, plain, test);
    }

    private static double first(Map<String, double[]> rows, String name) {
        double[] row = rows.get(name + ", one step");
        return row == null ? Double.NaN : row[0];
    }

    private static String row(String name, double[] values, String format) {
        var line = new StringBuilder(String.format(Locale.ROOT, "%-20s", name));
        Arrays.stream(values).forEach(value -> line.append(String.format(Locale.ROOT, format, value)));
        return line.toString();
    }

    /** Images that the plain classifier is right about until one step is taken: as they were, what was added, what came of it. */
    private static void draw(Job job, Subject subject, Layer plain, Dataset test) throws IOException {
        var model = new OfPixels(plain, subject);
        Random random = Random.seeded(job.get(Training.SEED));
        int shown = 0;
        for (int i = 0; i < test.size() && shown < EXAMPLES_SHOWN; i++) {
            var raw = test.get(i);
            Tensor image = subject.unit().apply(raw.inputs()); // (1, 1, H, W)
            Tensor attacked = sign(job, 1).attack(model, image, raw.targets(), random);
            long label = raw.targets().itemAsLong();
            Answer before = Answer.of(model, image);
            Answer after = Answer.of(model, attacked);
            if (before.index != label || after.index == label) {
                continue;
            }
            Tensor added = attacked.sub(image).mul(AMPLIFIED).add(.5);
            ImageGrid.of(Tensor.concat(0, image, added, attacked))
                    .columns(3)
                    .padding(2)
                    .magnify(Math.max(1, 112 / (int) image.dim(3)))
                    .write(job.run()
                            .picture(
                                    "attack-" + shown++ + ".png",
                                    "attacks",
                                    before.in(test.classes()) + ", the perturbation ×10, " + after.in(test.classes())
                                            + "; epsilon " + job.get(EPSILON),
                                    null));
        }
    }

    /** What a classifier says. */
    private record Answer(int index, double probability) {
        static Answer of(Layer model, Tensor image) {
            double[] probabilities = model.forward(image).softmax(1).toDoubleArray();
            int best = 0;
            for (int k = 1; k < probabilities.length; k++) {
                best = probabilities[k] > probabilities[best] ? k : best;
            }
            return new Answer(best, probabilities[best]);
        }

        String in(List<String> classes) {
            return String.format(Locale.ROOT, "%s (%.0f %%)", classes.get(index), 100 * probability);
        }
    }

    // ---------------------------------------------------------------- using what was learned

    private Classification classifier(RecipeOptions options) {
        Subject subject = subject(options);
        return new Classification(
                name(),
                description(),
                subject.source(),
                Transform.normalize(subject.brightest, subject.mean, subject.deviation),
                subject.net);
    }

    @Override
    public Map<String, Object> evaluate(Job job, Path file) throws IOException {
        return classifier(job.options()).evaluate(job, file);
    }

    @Override
    public Predictor predictor(Path file, RecipeOptions options) throws IOException {
        return classifier(options).predictor(file, options);
    }
}
