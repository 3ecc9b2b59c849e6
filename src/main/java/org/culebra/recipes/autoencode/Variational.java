package org.culebra.recipes.autoencode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.culebra.data.Batch;
import org.culebra.data.Loader;
import org.culebra.distributions.Normal;
import org.culebra.io.Json;
import org.culebra.memory.DType;
import org.culebra.models.ConditionalVae;
import org.culebra.models.ConvVae;
import org.culebra.models.IwaeVae;
import org.culebra.models.Likelihood;
import org.culebra.models.Vae;
import org.culebra.nn.Model;
import org.culebra.optim.Adam;
import org.culebra.optim.Schedule;
import org.culebra.optim.Scheduler;
import org.culebra.recipes.ConditionalGenerator;
import org.culebra.recipes.Generating;
import org.culebra.recipes.Generator;
import org.culebra.recipes.Job;
import org.culebra.recipes.Pieces;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.RecipeOptions;
import org.culebra.recipes.SampleGrids;
import org.culebra.recipes.Training;
import org.culebra.recipes.judge.Yardstick;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.Run;
import org.culebra.train.TrainingResult;

/** {@code vae}, {@code vae-conv} and {@code vae-iwae}: variational autoencoders, their bounds, and pictures of what they know. */
public final class Variational implements Generating {
    static final RecipeOption<Integer> LATENTS = RecipeOption.integer("latents", 20, 1, "Numbers of a latent.");
    private static final RecipeOption<Integer> HIDDEN =
            RecipeOption.integer("hidden", 400, 1, "Units of the hidden layer on each side; of vae only.");
    private static final RecipeOption<String> LIKELIHOOD = RecipeOption.choice(
            "likelihood", List.of("bernoulli", "gaussian"), "What the decoder says of a pixel: bernoulli or gaussian.");
    private static final RecipeOption<Boolean> CONDITIONAL =
            RecipeOption.flag("conditional", false, "Whether the model is told the class of each image; of vae only.");
    private static final RecipeOption<Boolean> BINARIZE = RecipeOption.flag(
            "binarize", false, "Whether pixels are drawn anew, black or white, each time an image is seen.");
    private static final RecipeOption<Double> BETA =
            RecipeOption.number("beta", 1, 0, Double.POSITIVE_INFINITY, "Weight of the divergence.");
    private static final RecipeOption<Double> WARM_UP =
            RecipeOption.number("warm-up", 0, 0, Double.POSITIVE_INFINITY, "Epochs in which that weight rises from 0.");
    private static final RecipeOption<Double> FREE_BITS = RecipeOption.number(
            "free-bits", 0, 0, Double.POSITIVE_INFINITY, "Nats that each latent may use for nothing.");
    private static final RecipeOption<Integer> SAMPLES =
            RecipeOption.integer("samples", 1, 1, "Samples of the bound that is learned by; above 1 it is IWAE's.");
    private static final RecipeOption<String> SCHEDULE = RecipeOption.choice(
            "schedule",
            List.of("constant", "stages"),
            "The learning rate: constant, or in stages of 1, 3, 9, 27 … epochs, each time less by 10^(1/7).");
    private static final RecipeOption<Boolean> ALL_DATA =
            RecipeOption.flag("all-data", false, "Whether to learn from the test images, too.");
    private static final RecipeOption<Integer> NLL_SAMPLES = RecipeOption.integer(
            "nll-samples", 0, 0, "Samples per test image to estimate the log-density by, after training; 0 is not to.");
    private static final RecipeOption<Integer> NLL_IMAGES =
            RecipeOption.integer("nll-images", 0, 0, "Test images to do that with, the first ones; 0 is all.");

    /** Images at a time where each has many samples. */
    private static final int BOUND_BATCH = 128;

    private static final List<Integer> BOUNDS = List.of(1, 5, 50);

    /** A latent is in use if its mean varies that much from image to image (Burda et al. 2016, section 5.2). */
    private static final double ACTIVE = .01;

    private static final String CLASSES = "classes";
    private static final int COLUMNS = 10;
    private static final long CHUNK = 500;
    private static final int MANIFOLD = 20;
    private static final long PICTURE_SEED = 28;

    private final Card card;
    private final Network network;

    /** Makes the networks. */
    @FunctionalInterface
    private interface Network {
        Vae of(Shape image, Likelihood likelihood, RecipeOptions options);
    }

    private Variational(Network network, String name, String description, RecipeOption<?>... changes) {
        this.network = network;
        card = Card.of(
                        name,
                        description,
                        Images.DATA,
                        Training.EXAMPLES,
                        ALL_DATA,
                        BINARIZE,
                        LATENTS,
                        HIDDEN,
                        LIKELIHOOD,
                        CONDITIONAL,
                        BETA,
                        WARM_UP,
                        FREE_BITS,
                        SAMPLES,
                        Training.EPOCHS.unlessTold(10),
                        Training.BATCH_SIZE,
                        Training.LEARNING_RATE,
                        SCHEDULE,
                        NLL_SAMPLES,
                        NLL_IMAGES,
                        Yardstick.SCORED,
                        Images.JUDGE,
                        Training.SEED,
                        Training.CHECKPOINT_EVERY,
                        Training.MINUTES)
                .with(changes);
    }

    /** The plain one. */
    public static Recipe vae() {
        return new Variational(
                (image, likelihood, options) ->
                        Vae.create(image, likelihood, options.get(HIDDEN), options.get(LATENTS)),
                "vae",
                "A variational autoencoder, 784-400-20, on MNIST; a minute.");
    }

    /** With two latents. */
    public static Recipe convolutional() {
        return new Variational(
                (image, likelihood, options) -> ConvVae.create(image, likelihood, options.get(LATENTS)),
                "vae-conv",
                "A convolutional variational autoencoder of two latents, on all of MNIST, and its plane of digits.",
                LATENTS.unlessTold(2),
                ALL_DATA.unlessTold(true),
                Training.EPOCHS.unlessTold(30));
    }

    /** By several samples. */
    public static Recipe importanceWeighted() {
        return new Variational(
                (image, likelihood, options) -> IwaeVae.create(image, likelihood, options.get(LATENTS)),
                "vae-iwae",
                "Importance-weighted bounds: 784-200-200-50 on MNIST binarized at random, log-density by 5,000 samples.",
                BINARIZE.unlessTold(true),
                LATENTS.unlessTold(50),
                SCHEDULE.unlessTold("stages"),
                NLL_SAMPLES.unlessTold(5000),
                Training.EPOCHS.unlessTold(121));
    }

    @Override
    public Card card() {
        return card;
    }

    @Override
    public String subject(RecipeOptions chosen) {
        return chosen.get(Images.DATA);
    }

    // ---------------------------------------------------------------- the model

    /**
     * What learns, and what it is for images of known classes.
     *
     * @param given by i64[B]
     * @param isConditional whether it is told the classes
     */
    private record Learner(Model model, Function<Tensor, Vae> given, boolean isConditional) {}

    private Learner learner(RecipeOptions chosen) {
        Shape image = Images.shape(chosen.get(Images.DATA));
        Likelihood likelihood =
                chosen.get(LIKELIHOOD).equals("gaussian") ? Likelihood.gaussian() : Likelihood.bernoulli();
        if (!chosen.get(CONDITIONAL)) {
            Vae vae = network.of(image, likelihood, chosen);
            return new Learner(vae, _ -> vae, false);
        }
        if (!name().equals("vae")) {
            throw new IllegalArgumentException("conditional: only the recipe vae has networks that are told a class");
        }
        int classes = Images.classes(chosen.get(Images.DATA));
        var vae = ConditionalVae.create(image, likelihood, chosen.get(HIDDEN), chosen.get(LATENTS), classes);
        return new Learner(vae, vae::given, true);
    }

    private static void requireFitting(RecipeOptions chosen) {
        boolean plain = chosen.get(BETA) == 1 && chosen.get(WARM_UP) == 0 && chosen.get(FREE_BITS) == 0;
        if (chosen.get(SAMPLES) > 1 && !plain) {
            throw new IllegalArgumentException(
                    "samples: beta, warm-up and free-bits change the bound by one sample; they do not go with "
                            + chosen.get(SAMPLES));
        }
        if (chosen.get(BINARIZE) && chosen.get(LIKELIHOOD).equals("gaussian")) {
            throw new IllegalArgumentException(
                    "binarize: pixels that are 0 or 1 have no gaussian density; leave likelihood at bernoulli");
        }
    }

    private static VariationalTask.Objective objective(Job job, long batches) {
        return new VariationalTask.Objective(
                job.get(BETA),
                Math.round(job.get(WARM_UP) * batches),
                job.get(FREE_BITS),
                job.get(SAMPLES),
                job.get(BINARIZE));
    }

    /** 10^(−i/7) in stage i, which is 3ⁱ epochs long (Burda et al. 2016, section 5). */
    static Schedule schedule(String which, long batches) {
        return which.equals("constant")
                ? Schedule.constant(1)
                : step -> {
                    long epoch = step / batches;
                    int stage = 0;
                    for (long length = 1; epoch >= length; length *= 3) {
                        epoch -= length;
                        stage++;
                    }
                    return StrictMath.pow(10, -stage / 7.);
                };
    }

    // ---------------------------------------------------------------- training

    @Override
    public Map<String, Object> train(Job job) throws IOException {
        requireFitting(job.options());
        Learner learner = learner(job.options());
        Random random = Random.seeded(job.get(Training.SEED));
        Images apart = Images.load(job, job.get(Images.DATA));
        Images images = job.get(ALL_DATA) ? apart.withTestInTraining() : apart;
        Model model = learner.model;
        model.initialize(random.split());
        Loader loader = images.batches(job.get(Training.BATCH_SIZE), random);
        VariationalTask.Objective objective = objective(job, loader.batches());
        Adam adam = Adam.of(model.parameters()).learningRate(job.get(Training.LEARNING_RATE));
        Scheduler scheduler = Scheduler.of(adam, schedule(job.get(SCHEDULE), loader.batches()));
        var task = new VariationalTask(model, learner.given, adam, scheduler, objective);
        String seen = job.get(ALL_DATA)
                ? "; the test images are among those learned from, and what is called validation is of them"
                : "";
        job.describe(
                this,
                model,
                Map.of("data", images.origin() + seen, "steps", job.get(Training.EPOCHS) * loader.batches()));
        job.out().println(model.describe());
        job.out().println();
        Generator generator = generator(learner, images.test().classes());
        Tensor latents = generator.draw(Random.seeded(PICTURE_SEED), COLUMNS * COLUMNS);
        TrainingResult result = Training.trainer(
                        job,
                        task,
                        loader,
                        new SampleGrids(
                                job.run(), "samples", () -> SampleGrids.grid(generator.generate(latents), COLUMNS)))
                .validate(images.tests())
                .random(random.split())
                .train();
        Training.save(job, this, model, Map.of(CLASSES, Json.write(images.test().classes())));
        draw(job.run(), learner, images);
        Map<String, Object> results = Training.results(job, this, model, result);
        for (String figure : List.of("reconstruction", "divergence")) {
            if (!result.epochs().isEmpty()
                    && result.epochs().getLast().figures().containsKey(figure)) {
                results.put("train_" + figure, result.epochs().getLast().figure(figure));
            }
        }
        results.putAll(figures(job, learner, task, images));
        if (job.get(Yardstick.SCORED) > 0) {
            results.putAll(scores(job, generator, apart));
        }
        job.run().finish(results);
        return results;
    }

    private static Map<String, Object> figures(Job job, Learner learner, VariationalTask task, Images images) {
        var figures = new LinkedHashMap<String, Object>();
        Map<String, Double> test = task.evaluate(images.tests());
        // With all data no image is left that nothing was learned from: figures of those must not look like others.
        boolean seen = job.get(ALL_DATA);
        String prefix = seen ? "seen_test_" : "test_";
        test.forEach((figure, value) -> figures.put(prefix + figure, value));
        int active = active(learner, images);
        figures.put(prefix + "images", images.test().size());
        figures.put("active_latents", active);
        job.out().println();
        job.say(
                "%,d test images%s: %.2f nats per image, reconstruction %.2f, divergence %.2f, %d latents in use",
                images.test().size(),
                seen ? ", which it learned from, too" : "",
                test.get("loss"),
                test.get("reconstruction"),
                test.get("divergence"),
                active);
        int most = job.get(NLL_SAMPLES);
        if (most > 0) {
            long count = job.get(NLL_IMAGES) == 0 ? images.test().size() : job.get(NLL_IMAGES);
            Loader some =
                    Loader.of(images.test().first(count)).batchSize(BOUND_BATCH).transform(images.transform());
            for (int k : BOUNDS) {
                figures.put("bound_" + k, report(job, k, task.bound(some, k)));
            }
            figures.put("nll", report(job, most, task.bound(some, most)));
            figures.put("nll_samples", most);
            figures.put("nll_images", Math.min(count, images.test().size()));
        }
        return figures;
    }

    /** Of as many samples as images are held out; the training images that they may be copies of are those that are not. */
    private static Map<String, Object> scores(Job job, Generator generator, Images apart) throws IOException {
        Yardstick yardstick = apart.yardstick(job, job.get(Yardstick.SCORED));
        Tensor latents = generator.draw(Random.seeded(job.get(Training.SEED) + 1), yardstick.count());
        Tensor samples =
                Pieces.map(latents, CHUNK, some -> generator.generate(some).clamp(0, 1));
        Map<String, Object> scores = yardstick.measure(samples);
        Yardstick.say(job.out(), scores);
        return scores;
    }

    private static double report(Job job, int samples, double value) {
        job.say("-ln p(x) is at most %.2f by %,d samples per image", value, samples);
        return value;
    }

    private static int active(Learner learner, Images images) {
        var means = new ArrayList<Tensor>();
        for (Batch batch : images.tests()) {
            means.add(Tape.scoped(() -> learner.given
                    .apply(batch.targets())
                    .encode(batch.inputs())
                    .mean()
                    .copy()));
        }
        double[] variances = Tensor.concat(0, means).variance(0).toDoubleArray();
        return (int) Arrays.stream(variances).filter(value -> value > ACTIVE).count();
    }

    // ---------------------------------------------------------------- pictures

    private void draw(Run run, Learner learner, Images images) throws IOException {
        Generator generator = generator(learner, images.test().classes());
        Random random = Random.seeded(PICTURE_SEED);
        Batch batch = images.test().get(LongStream.range(0, 40).toArray());
        Tensor x = images.transform().apply(batch.inputs());
        Vae vae = learner.given.apply(batch.targets());
        Tensor means = vae.encode(x).mean();
        LatentPictures.reconstructions(run, x, vae.generate(means), COLUMNS);
        if (learner.isConditional) {
            drawClasses(run, generator);
            return;
        }
        LatentPictures.write(
                run, "samples", "Samples", generator.generate(generator.draw(random, COLUMNS * COLUMNS)), COLUMNS);
        LatentPictures.interpolation(
                run, means.narrow(0, 0, COLUMNS), means.narrow(0, COLUMNS, COLUMNS), COLUMNS, vae::generate);
        if (vae.latents() == 2) {
            LatentPictures.manifold(run, MANIFOLD, vae::generate);
            var all = new ArrayList<Tensor>();
            for (Batch some : images.tests()) {
                all.add(Tape.scoped(() -> vae.encode(some.inputs()).mean().copy()));
            }
            LatentPictures.map(
                    run,
                    "Where the test images lie in the plane of latents",
                    Tensor.concat(0, all),
                    images.test().labels().toLongArray(),
                    images.test().classes());
        }
    }

    /** A row for each class, a column for each latent. */
    private static void drawClasses(Run run, Generator generator) throws IOException {
        var rows = new ArrayList<Tensor>();
        for (int k = 0; k < generator.classes().size(); k++) {
            Generator one = generator.of(k);
            rows.add(one.generate(one.draw(Random.seeded(PICTURE_SEED), COLUMNS)));
        }
        LatentPictures.write(
                run,
                "samples",
                "Samples: a row for each class, a column for each latent",
                Tensor.concat(0, rows),
                COLUMNS);
    }

    // ---------------------------------------------------------------- using what was learned

    @Override
    public Generator generator(Path file, RecipeOptions chosen) throws IOException {
        Learner learner = learner(chosen);
        Map<String, String> notes = Training.load(file, this, learner.model);
        return generator(learner, Training.classes(notes));
    }

    private static Generator generator(Learner learner, List<String> classes) {
        if (learner.isConditional) {
            return ofClasses(learner.given, classes);
        }
        return decoder(learner.given.apply(Tensor.zeros(1)));
    }

    /** The mean that the decoder makes of a latent. */
    private static Generator decoder(Vae vae) {
        return Generator.making(vae.latents(), vae::generate);
    }

    /**
     * The mean that a decoder makes of a latent and a class. Where no class is asked for, one more number of the latent chooses it: class
     * ⌊Φ(z)·K⌋, each as likely as the others if z is normal.
     */
    private static Generator ofClasses(Function<Tensor, Vae> given, List<String> classes) {
        long own = given.apply(Tensor.of(new long[1])).latents();
        return new ConditionalGenerator(
                own + 1,
                classes,
                latents -> {
                    Tensor chosen = Tape.untracked(() -> Normal.standard(DType.F32)
                            .cdf(latents.select(1, own))
                            .mul(classes.size())
                            .floor()
                            .clamp(0, classes.size() - 1)
                            .to(DType.I64));
                    return given.apply(chosen).generate(latents.narrow(1, 0, own));
                },
                k -> decoder(given.apply(Tensor.of(new long[] {k}))));
    }
}
