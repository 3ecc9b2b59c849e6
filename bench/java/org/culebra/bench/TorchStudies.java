package org.culebra.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.culebra.data.Batch;
import org.culebra.data.Catalogue;
import org.culebra.data.DataPlaces;
import org.culebra.data.Dataset;
import org.culebra.data.Loader;
import org.culebra.data.Splits;
import org.culebra.data.Transform;
import org.culebra.kernel.Machine;
import org.culebra.models.Mlp;
import org.culebra.nn.Activation;
import org.culebra.nn.Flatten;
import org.culebra.nn.Initializer;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Sequential;
import org.culebra.recipes.Spread;
import org.culebra.recipes.TextTable;
import org.culebra.tensor.Random;

/**
 * The studies, trained by PyTorch: the defaults of the recipes, the same data in the same order, the same first weights; dropout and
 * noise are PyTorch's own. Prints a table like that of {@code culebra train STUDY --seeds SEEDS}.
 *
 * <pre>mvn -q -Pbench test-compile exec:exec
 *     -Dexec.args="@.jvmconfig -cp %classpath org.culebra.bench.TorchStudies STUDY SEEDS [DATA-DIR]"</pre>
 */
public final class TorchStudies {
    private static final int EXAMPLES = 5000;
    private static final int TEST_BATCH = 1000;
    private static final int CLASSES = 10;
    private static final int PIXELS = 784;
    private static final double TARGET = .8;

    /** Of what is reached by no training. */
    private static final double NEVER = Double.NaN;

    private static final String STEPS_TO_TARGET = "steps to 80 %";
    private static final String TRAINING_LOSS = "training loss";

    private TorchStudies() {}

    /**
     * A study.
     *
     * @param readings of the test in each epoch
     * @param measures columns of its table, of what {@link #course} makes
     */
    private record Design(String data, int epochs, int readings, List<String> measures, List<Variant> variants) {}

    /**
     * What is compared.
     *
     * @param maker of what learns, from the random numbers of its first weights
     */
    private record Variant(String name, int batch, Function<Random, TorchLearner> maker) {}

    private static Design design(String study) {
        return switch (study) {
            case "study-optimizers" ->
                new Design("fashion-mnist", 10, 4, List.of(STEPS_TO_TARGET, TRAINING_LOSS, "test error"), optimizers());
            case "study-initialization" ->
                new Design("fashion-mnist", 10, 4, List.of(TRAINING_LOSS, "test error"), initializations());
            case "study-regularizers" ->
                new Design("mnist", 60, 1, List.of("test error", "test loss", TRAINING_LOSS), regularizers());
            case "study-batch-size" ->
                new Design("fashion-mnist", 5, 4, List.of(STEPS_TO_TARGET, "steps", "test error"), batchSizes());
            case "end-to-end" ->
                new Design(
                        "fashion-mnist",
                        10,
                        4,
                        List.of("test error", "error on clean", "test denoising_error"),
                        endToEnd());
            default -> throw new IllegalArgumentException("no such study: " + study);
        };
    }

    // ---------------------------------------------------------------- what is compared

    private static TorchLearner.Steps sgd(double rate, double momentum, boolean nesterov) {
        var options = new SGDOptions(rate);
        options.momentum().put(momentum);
        options.nesterov().put(nesterov);
        return w -> new SGD(w, options);
    }

    private static List<Variant> optimizers() {
        var steps = new LinkedHashMap<String, TorchLearner.Steps>();
        steps.put("SGD", sgd(.02, 0, false));
        steps.put("momentum", sgd(.02, .9, false));
        steps.put("Nesterov", sgd(.02, .9, true));
        steps.put("Adam", w -> new Adam(w, new AdamOptions(1e-3)));
        var variants = new ArrayList<Variant>();
        steps.forEach((name, each) -> variants.add(new Variant(
                name,
                64,
                random -> new TorchLearner.Perceptron(
                        initialized(Mlp.create(Activation.RELU, PIXELS, 128, 64, CLASSES), random),
                        torch::relu,
                        each))));
        return variants;
    }

    private static List<Variant> initializations() {
        var variants = new ArrayList<Variant>();
        var factors = new LinkedHashMap<String, Double>();
        factors.put("right", 1.);
        factors.put("too large", 10.);
        factors.put("too small", .1);
        factors.forEach((name, factor) -> variants.add(
                deep("Sigmoid, " + name, Activation.SIGMOID, torch::sigmoid, Initializer.xavierUniform(factor * 4))));
        factors.forEach((name, factor) -> variants.add(deep(
                "ReLU, " + name,
                Activation.RELU,
                torch::relu,
                Initializer.kaimingNormal(factor * Initializer.RELU_GAIN))));
        return variants;
    }

    private static Variant deep(String name, Layer ours, UnaryOperator<Tensor> theirs, Initializer initializer) {
        return new Variant(name, 64, random -> {
            var layers = new ArrayList<Layer>(List.of(new Flatten()));
            int inputs = PIXELS;
            for (int k = 0; k < 4; k++) {
                layers.add(linear(inputs, 100, initializer));
                layers.add(ours);
                inputs = 100;
            }
            layers.add(linear(inputs, CLASSES, initializer));
            var net = new Sequential(layers.toArray(Layer[]::new));
            return new TorchLearner.Perceptron(initialized(net, random), theirs, sgd(.02, .9, false));
        });
    }

    private static Linear linear(int inputs, int outputs, Initializer initializer) {
        return Linear.of(inputs, outputs).initializer(initializer).biasInitializer(Initializer.constant(0));
    }

    private static List<Variant> regularizers() {
        TorchLearner.Penalty none = _ -> torch.zeros(1);
        double unbounded = Double.POSITIVE_INFINITY;
        return List.of(
                regularized("none", 0, none, unbounded),
                regularized("L1", 0, TorchLearner.Penalty.l1(1e-5), unbounded),
                regularized("L2", 0, TorchLearner.Penalty.squaredL2(5e-4), unbounded),
                regularized("max-norm", 0, none, 1),
                regularized("dropout", .5, none, unbounded),
                regularized("dropout + max-norm", .5, none, 1));
    }

    private static Variant regularized(String name, double dropout, TorchLearner.Penalty penalty, double maxNorm) {
        return new Variant(
                name,
                64,
                random -> new TorchLearner.Perceptron(
                        initialized(Mlp.create(Activation.RELU, dropout, PIXELS, 512, 512, CLASSES), random),
                        torch::relu,
                        dropout,
                        penalty,
                        maxNorm,
                        sgd(.01, .9, false)));
    }

    private static List<Variant> batchSizes() {
        return IntStream.rangeClosed(0, 9)
                .map(k -> 1 << k)
                .mapToObj(size -> new Variant(
                        Integer.toString(size),
                        size,
                        random -> new TorchLearner.Perceptron(
                                initialized(Mlp.create(Activation.RELU, PIXELS, 128, CLASSES), random),
                                torch::relu,
                                sgd(.01 * Math.sqrt(size), 0, false))))
                .toList();
    }

    private static List<Variant> endToEnd() {
        return List.of(
                new Variant("apart", 64, random -> new TorchModules(PIXELS, TorchModules.Training.APART, random)),
                new Variant(
                        "one on top of the other",
                        64,
                        random -> new TorchModules(PIXELS, TorchModules.Training.IN_TURN, random)),
                new Variant(
                        "together", 64, random -> new TorchModules(PIXELS, TorchModules.Training.TOGETHER, random)));
    }

    private static Layer initialized(Layer model, Random random) {
        model.initialize(random);
        return model;
    }

    // ---------------------------------------------------------------- the data

    /** The data of a study: a part of the training data that has all classes as often as the whole. */
    private record Data(Dataset training, Dataset test, Transform transform) {
        static Data load(String name, Optional<Path> folder) throws IOException {
            Splits splits =
                    Catalogue.named(name).source().load(DataPlaces.standard().chosen(folder));
            double share = (EXAMPLES + .5) / splits.training().size();
            Dataset some = splits.training()
                    .splitStratified(Random.seeded(0), share)
                    .getFirst()
                    .first(EXAMPLES);
            Transform transform = name.equals("mnist")
                    ? Transform.normalize(255, .1307, .3081)
                    : Transform.normalize(255, .2860, .3530);
            return new Data(some, splits.test(), transform);
        }
    }

    // ---------------------------------------------------------------- the loop

    /** STUDY SEEDS [DATA-DIR]. */
    public static void main(String[] args) throws IOException {
        Design design = design(args[0]);
        int seeds = Integer.parseInt(args[1]);
        Data data = Data.load(design.data, args.length > 2 ? Optional.of(Path.of(args[2])) : Optional.empty());
        torch.set_num_threads(Machine.threads()); // of its own accord it takes more on some machines, and is slower
        long start = System.nanoTime();
        var rows = new ArrayList<List<String>>();
        var head = new ArrayList<>(List.of("variant"));
        head.addAll(design.measures);
        rows.add(head);
        for (Variant variant : design.variants) {
            var courses = new ArrayList<Map<String, Double>>();
            for (int seed = 0; seed < seeds; seed++) {
                courses.add(course(design, variant, data, seed));
            }
            var row = new ArrayList<>(List.of(variant.name));
            design.measures.forEach(measure -> row.add(cell(measure, courses)));
            rows.add(row);
        }
        TextTable.aligned(rows).forEach(System.out::println);
        System.out.printf(
                Locale.ROOT, "%s by PyTorch, %d seeds, %.0f s%n", args[0], seeds, (System.nanoTime() - start) / 1e9);
    }

    private static String cell(String measure, List<Map<String, Double>> courses) {
        var spread = Spread.of(courses.stream()
                .mapToDouble(course -> course.getOrDefault(measure, NEVER))
                .toArray());
        if (Double.isNaN(spread.mean())) {
            return "–";
        }
        String mean = String.format(Locale.ROOT, "%.4f", spread.mean());
        return courses.size() == 1 ? mean : mean + String.format(Locale.ROOT, " ± %.4f", spread.deviation());
    }

    /** One training; what came of it, nothing if it diverged. */
    private static Map<String, Double> course(Design design, Variant variant, Data data, long seed) {
        torch.manual_seed(seed);
        // The draws of the recipe, in its order.
        Random random = Random.seeded(seed);
        TorchLearner learner = variant.maker.apply(random.split());
        Loader loader = Loader.of(data.training)
                .batchSize(variant.batch)
                .shuffle(random)
                .transform(data.transform);
        long every = Math.max(1, Math.ceilDiv(loader.batches(), design.readings));
        long steps = 0;
        double losses = 0;
        long summed = 0;
        Map<String, Double> course = new TreeMap<>();
        for (int epoch = 0; epoch < design.epochs; epoch++) {
            long within = 0;
            for (Batch batch : loader) {
                double loss = step(learner, batch);
                if (!Double.isFinite(loss)) {
                    return Map.of();
                }
                losses += loss;
                summed++;
                steps++;
                within++;
                if (within % every == 0 || within == loader.batches()) {
                    course.putAll(test(learner, data));
                    course.put(TRAINING_LOSS, losses / summed);
                    course.put("steps", (double) steps);
                    if (course.getOrDefault("test error", 100.) <= 100 * (1 - TARGET)) {
                        course.putIfAbsent(STEPS_TO_TARGET, (double) steps);
                    }
                    losses = 0;
                    summed = 0;
                }
            }
        }
        return course;
    }

    private static double step(TorchLearner learner, Batch batch) {
        try (var _ = new PointerScope()) {
            return learner.step(Pair.of(batch.inputs()).theirs(), labels(batch));
        }
    }

    private static Tensor labels(Batch batch) {
        return torch.tensor(batch.targets().toLongArray());
    }

    private static Map<String, Double> test(TorchLearner learner, Data data) {
        var sums = new TreeMap<String, Double>();
        for (Batch batch : Loader.of(data.test).batchSize(TEST_BATCH).transform(data.transform)) {
            try (var _ = new PointerScope();
                    var _ = new NoGradGuard()) {
                learner.test(Pair.of(batch.inputs()).theirs(), labels(batch))
                        .forEach((name, value) -> sums.merge(name, value, Double::sum));
            }
        }
        var figures = new TreeMap<String, Double>();
        sums.forEach((name, sum) -> {
            double mean = sum / data.test.size();
            switch (name) {
                case "accuracy" -> figures.put("test error", 100 * (1 - mean));
                case "clean_accuracy" -> figures.put("error on clean", 100 * (1 - mean));
                default -> figures.put("test " + name, mean);
            }
        });
        return figures;
    }
}
