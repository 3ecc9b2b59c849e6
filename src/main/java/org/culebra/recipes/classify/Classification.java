package org.culebra.recipes.classify;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.culebra.data.Catalogue;
import org.culebra.data.Dataset;
import org.culebra.data.Draws;
import org.culebra.data.ImageGrid;
import org.culebra.data.Loader;
import org.culebra.data.Pictures;
import org.culebra.data.Splits;
import org.culebra.data.Transform;
import org.culebra.io.Json;
import org.culebra.io.Safetensors;
import org.culebra.kernel.Machine;
import org.culebra.memory.DType;
import org.culebra.nn.Layer;
import org.culebra.optim.Adam;
import org.culebra.optim.Optimizer;
import org.culebra.optim.Schedule;
import org.culebra.recipes.Classifying;
import org.culebra.recipes.Job;
import org.culebra.recipes.Prediction;
import org.culebra.recipes.Predictor;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.RecipeOptions;
import org.culebra.recipes.Training;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.culebra.train.Callback;
import org.culebra.train.Checkpoints;
import org.culebra.train.EarlyStopping;
import org.culebra.train.Evaluation;
import org.culebra.train.HealthNotes;
import org.culebra.train.HealthProbe;
import org.culebra.train.Mistakes;
import org.culebra.train.Monitor;
import org.culebra.train.ParameterHash;
import org.culebra.train.Run;
import org.culebra.train.Supervised;
import org.culebra.train.Trainer;
import org.culebra.train.TrainingResult;

/** What recipes that classify images have in common: read the data, train, test, save. */
final class Classification implements Classifying {
    static final RecipeOption<Double> HOLD_OUT = RecipeOption.number(
            "hold-out",
            0,
            0,
            .9,
            "Share of the training data held out for validation; with 0 the test data are only looked at.");
    static final RecipeOption<Integer> PATIENCE = RecipeOption.integer(
            "patience", 0, 0, "Stop when the held-out loss has not fallen for so many epochs; 0 is never.");
    static final RecipeOption<String> SCHEDULE = RecipeOption.choice(
            "schedule",
            List.of("constant", "cosine", "exponential"),
            "Learning rate from epoch to epoch: as it is, along half a cosine to 0, or times .7.");
    static final RecipeOption<Integer> KEEP_BEST =
            RecipeOption.integer("keep-best", 1, 0, "Checkpoints to keep for their validation accuracy.");
    static final RecipeOption<Integer> HEALTH = RecipeOption.integer(
            "health", 100, 0, "Steps from one look at the health of the layers to the next; 0 is never.");

    private static final int TEST_BATCH = 1000;
    private static final int MISTAKES = 24;
    private static final int SIDE = 112;
    private static final double UNIT = 255;
    private static final String CLASSES = "classes";
    private static final String SIZE = "image_size";

    private final String name;
    private final String description;
    private final Catalogue.Source data;
    private final Transform transform;
    private final Supplier<? extends Layer> model;
    private int epochs = Training.EPOCHS.fallback();
    private int batchSize = Training.BATCH_SIZE.fallback();
    private double learningRate = Training.LEARNING_RATE.fallback();
    private OptimizerMaker optimizer = (parameters, rate) -> Adam.of(parameters).learningRate(rate);
    private String schedule = SCHEDULE.fallback();

    /** Makes the optimizer. */
    @FunctionalInterface
    interface OptimizerMaker {
        Optimizer of(List<Tensor> parameters, double learningRate);
    }

    /**
     * Adam, batches of 128, 30 epochs.
     *
     * @param data where the images come from
     * @param transform from raw images to what the model takes
     * @param model makes the network
     */
    Classification(
            String name,
            String description,
            Catalogue.Source data,
            Transform transform,
            Supplier<? extends Layer> model) {
        this.name = name;
        this.description = description;
        this.data = data;
        this.transform = transform;
        this.model = model;
    }

    Classification epochs(int number) {
        epochs = number;
        return this;
    }

    Classification batchSize(int size) {
        batchSize = size;
        return this;
    }

    Classification optimizer(double rate, OptimizerMaker maker) {
        learningRate = rate;
        optimizer = maker;
        return this;
    }

    Classification learningRate(double rate) {
        learningRate = rate;
        return this;
    }

    /** One of {@link #SCHEDULE}. */
    Classification schedule(String word) {
        schedule = word;
        return this;
    }

    @Override
    public Card card() {
        return Card.of(
                name,
                description,
                Training.EPOCHS.unlessTold(epochs),
                Training.BATCH_SIZE.unlessTold(batchSize),
                Training.LEARNING_RATE.unlessTold(learningRate),
                SCHEDULE.unlessTold(schedule),
                Training.SEED,
                HOLD_OUT,
                PATIENCE,
                Training.CHECKPOINT_EVERY,
                KEEP_BEST,
                HEALTH,
                Training.MINUTES);
    }

    // ---------------------------------------------------------------- training

    @Override
    public void check(RecipeOptions options) {
        if (options.get(PATIENCE) > 0 && options.get(HOLD_OUT) == 0) {
            throw new IllegalArgumentException(
                    "--patience: to stop early by the test data would be to learn from them; say --hold-out, too");
        }
    }

    @Override
    public Map<String, Object> train(Job job) throws IOException {
        check(job.options());
        PrintStream out = job.out();
        Splits splits = job.load(data);
        Random random = Random.seeded(job.get(Training.SEED));
        Layer net = model.get();
        net.initialize(random.split());
        Dataset training = splits.training();
        Dataset held = splits.test();
        if (job.get(HOLD_OUT) > 0) {
            List<Dataset> parts = training.splitStratified(random, 1 - job.get(HOLD_OUT), job.get(HOLD_OUT));
            training = parts.get(0);
            held = parts.get(1);
        }
        Loader loader = Loader.of(training)
                .batchSize(job.get(Training.BATCH_SIZE))
                .shuffle(random)
                .transform(transform);
        Random layers = random.split();
        Optimizer steps = optimizer.of(net.parameters(), job.get(Training.LEARNING_RATE));
        Supervised task = Supervised.classifier(net, steps);
        scale(job).ifPresent(task::schedulePerEpoch);
        job.describe(
                this,
                net,
                Map.of(
                        "data", splits.origin(),
                        "classes", splits.test().classes(),
                        "epochs", job.get(Training.EPOCHS),
                        "steps", job.get(Training.EPOCHS) * loader.batches()));
        out.println(net);
        out.println(String.format(
                Locale.ROOT,
                "%s, batches of %d, seed %d, %s",
                steps,
                loader.batchSize(),
                job.get(Training.SEED),
                Job.threads()));
        out.println();

        TrainingResult result = trainer(job, task, loader, held).random(layers).train();
        return results(job, result, net, splits, loader.batchSize());
    }

    /** The learning rate of an epoch, counted from 0, as a multiple of the first. */
    private static Optional<Schedule> scale(Job job) {
        return switch (job.get(SCHEDULE)) {
            case "cosine" -> Optional.of(Schedule.cosine(job.get(Training.EPOCHS), 0));
            case "exponential" -> Optional.of(Schedule.exponential(.7));
            default -> Optional.empty();
        };
    }

    private Trainer trainer(Job job, Supervised task, Loader loader, Dataset held) {
        var checkpoints = Checkpoints.in(job.run().checkpoints())
                .keepBest(job.get(KEEP_BEST), Monitor.highest("validation_accuracy"));
        var callbacks = new ArrayList<Callback>();
        if (job.get(PATIENCE) > 0) {
            callbacks.add(EarlyStopping.on(Monitor.lowest("validation_loss")).patience(job.get(PATIENCE)));
        }
        if (job.get(HEALTH) > 0) {
            HealthProbe probe = HealthProbe.of(task.model())
                    .every(job.get(HEALTH))
                    .to(job.run().health());
            task.probe(probe);
            callbacks.add(HealthNotes.of(probe));
        }
        return Training.trainer(job, task, loader, checkpoints, callbacks.toArray(Callback[]::new))
                .validate(Loader.of(held).batchSize(TEST_BATCH).transform(transform));
    }

    private Map<String, Object> results(Job job, TrainingResult result, Layer net, Splits splits, int batch)
            throws IOException {
        Evaluation evaluation = evaluate(net, splits);
        report(evaluation, job.out());
        Path file = job.run().model();
        Training.save(
                job,
                this,
                net,
                Map.of(
                        CLASSES, Json.write(splits.test().classes()),
                        SIZE, size(splits.test().inputs().shape().dims())));
        draw(job.run(), net, splits.test());

        var results = new LinkedHashMap<String, Object>(Training.results(job, this, net, result));
        if (!result.epochs().isEmpty()) {
            results.put("train_accuracy", result.epochs().getLast().figure("accuracy"));
        }
        results.put("batch_size", batch);
        results.put("learning_rate", job.get(Training.LEARNING_RATE));
        results.putAll(results(net, evaluation, splits, file));
        job.run().finish(results);
        return results;
    }

    /** What is worth looking at: the worst mistakes, and what the first layer looks for if that can be seen. */
    private void draw(Run run, Layer net, Dataset test) throws IOException {
        List<Mistakes.Mistake> worst =
                Mistakes.worst(net, Loader.of(test).batchSize(TEST_BATCH).transform(transform), MISTAKES);
        for (int i = 0; i < worst.size(); i++) {
            Mistakes.Mistake mistake = worst.get(i);
            Tensor image = test.get(mistake.index()).inputs();
            double brightest = Math.max(1, image.to(DType.F32).max().item());
            Path png = run.picture("mistake-" + i + ".png", "mistakes", mistake.caption(test.classes()), null);
            ImageGrid.of(image.to(DType.F32))
                    .range(0, Math.min(UNIT, brightest))
                    .magnify(Math.max(1, SIDE / (int) image.dim(3)))
                    .write(png);
        }
        for (Tensor weights : net.parameters()) {
            if (weights.rank() == 4 && (weights.dim(1) == 1 || weights.dim(1) == 3) && weights.dim(3) > 1) {
                ImageGrid.filters(weights)
                        .columns(Math.min(16, (int) weights.dim(0)))
                        .write(run.picture("filters.png", "filters", "Filters of the first convolution", null));
                break;
            }
        }
    }

    // ---------------------------------------------------------------- using what was learned

    private Layer load(Path file) throws IOException {
        Layer net = model.get();
        Training.load(file, this, net);
        return net;
    }

    @Override
    public Map<String, Object> evaluate(Job job, Path file) throws IOException {
        Layer net = load(file);
        Splits splits = job.load(data);
        Evaluation evaluation = evaluate(net, splits);
        report(evaluation, job.out());
        return results(net, evaluation, splits, file);
    }

    @Override
    public Predictor predictor(Path file, RecipeOptions options) throws IOException {
        Layer net = load(file);
        Map<String, String> notes = Safetensors.read(file).metadata();
        List<String> classes = Training.classes(notes);
        String size = notes.getOrDefault(SIZE, "");
        return (image, inverted) -> {
            Tensor pixels = Pictures.read(image, size.startsWith("3"));
            String given = size(pixels.shape().dims());
            if (!given.equals(size)) {
                throw new IOException(image + " is an image of " + given + "; the model takes " + size);
            }
            Tensor seen = inverted ? pixels.to(DType.F32).neg().add(255).to(DType.U8) : pixels;
            Tensor input = transform.apply(seen.reshape(1, seen.dim(0), seen.dim(1), seen.dim(2)), Draws.none());
            double[] probabilities = net.forward(input).softmax(1).toDoubleArray();
            return Prediction.all(probabilities, k -> k < classes.size() ? classes.get(k) : Integer.toString(k));
        };
    }

    private static String size(long[] dims) {
        return Arrays.stream(dims).mapToObj(Long::toString).collect(Collectors.joining("×"));
    }

    private Evaluation evaluate(Layer net, Splits splits) {
        return Evaluation.of(net, Loader.of(splits.test()).batchSize(TEST_BATCH).transform(transform));
    }

    private static void report(Evaluation evaluation, PrintStream out) {
        out.println();
        out.println(String.format(
                Locale.ROOT, "test accuracy %.2f %%, test loss %.4f", 100 * evaluation.accuracy(), evaluation.loss()));
        out.println();
        out.println("Which class (row) was taken for which (column):");
        out.println(evaluation.confusion());
    }

    /** What is known of a model after its test. */
    private Map<String, Object> results(Layer net, Evaluation evaluation, Splits splits, Path file) {
        var results = new LinkedHashMap<String, Object>();
        results.put("recipe", name);
        results.put("test_accuracy", evaluation.accuracy());
        results.put("test_loss", evaluation.loss());
        results.put("test_images", splits.test().size());
        results.put("threads", Machine.threads());
        results.put("parameters", net.parameterCount());
        results.put("parameter_hash", ParameterHash.of(net));
        results.put("model", file.toString());
        results.put("data", splits.origin());
        results.put("classes", splits.test().classes());
        results.put("confusion", evaluation.confusion().rows());
        return results;
    }
}
