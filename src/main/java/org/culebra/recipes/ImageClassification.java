package org.culebra.recipes;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.culebra.data.DataPlaces;
import org.culebra.data.Loader;
import org.culebra.data.Splits;
import org.culebra.data.Transform;
import org.culebra.kernel.Machine;
import org.culebra.nn.Layer;
import org.culebra.optim.Adam;
import org.culebra.tensor.Random;
import org.culebra.train.Callback;
import org.culebra.train.Classifier;
import org.culebra.train.EpochReport;
import org.culebra.train.Evaluation;
import org.culebra.train.ModelFile;
import org.culebra.train.ParameterHash;
import org.culebra.train.ProgressLine;
import org.culebra.train.ReportTable;

/**
 * What recipes that classify images have in common: read the data, train by Adam, test, save.
 *
 * @param name on the command line
 * @param description for the help
 * @param data where the images come from
 * @param transform from raw images to what the model takes
 * @param model makes the network
 * @param epochs unless told otherwise
 * @param batchSize unless told otherwise
 * @param learningRate unless told otherwise
 */
record ImageClassification(
        String name,
        String description,
        Source data,
        Transform transform,
        Supplier<? extends Layer> model,
        int epochs,
        int batchSize,
        double learningRate)
        implements Recipe {

    private static final int TEST_BATCH = 1000;

    /** Reads a data set from wherever it is. */
    @FunctionalInterface
    interface Source {
        Splits load(DataPlaces places) throws IOException;
    }

    @Override
    public Map<String, Object> train(RecipeOptions options) throws IOException {
        PrintStream out = options.out();
        Path file = options.saveTo().orElse(Path.of(name + ".safetensors"));
        ModelFile.requireWritable(file);
        Splits splits = load(options);

        Random random = Random.seeded(options.seed());
        Layer net = model.get();
        net.initialize(random.split());
        Loader loader = Loader.of(splits.training())
                .batchSize(options.batchSize().orElse(batchSize))
                .shuffle(random)
                .transform(transform);
        Adam optimizer =
                Adam.of(net.parameters()).learningRate(options.learningRate().orElse(learningRate));
        int rounds = options.epochs().orElse(epochs);
        out.println(net);
        out.println(String.format(
                Locale.ROOT,
                "%s, batches of %d, seed %d, %d %s",
                optimizer,
                loader.batchSize(),
                options.seed(),
                Machine.threads(),
                Machine.threads() == 1 ? "thread" : "threads"));
        out.println();

        long start = System.nanoTime();
        List<EpochReport> reports =
                Classifier.train(net, loader, optimizer, rounds, random.split(), callbacks(options, rounds));
        double seconds = (System.nanoTime() - start) / 1e9;

        Evaluation evaluation = evaluate(net, splits);
        report(evaluation, out);
        ModelFile.save(file, net, Map.of("recipe", name, "seed", Long.toString(options.seed())));
        out.println("model saved to " + file);

        EpochReport last = reports.getLast();
        var results = new LinkedHashMap<String, Object>();
        results.put("recipe", name);
        results.put("test_accuracy", evaluation.accuracy());
        results.put("train_loss", last.loss());
        results.put("train_accuracy", last.accuracy());
        results.put("images_per_second", rounds * loader.examples() / seconds);
        results.put("seconds", seconds);
        results.put("seed", options.seed());
        results.put("epochs", rounds);
        results.put("batch_size", loader.batchSize());
        results.put("learning_rate", optimizer.learningRate());
        results.putAll(results(net, evaluation, splits, file));
        return results;
    }

    @Override
    public Map<String, Object> test(RecipeOptions options, Path file) throws IOException {
        Layer net = model.get();
        requireOwn(file, ModelFile.load(file, net));
        ModelFile.requireFinite(file, net);
        Splits splits = load(options);
        Evaluation evaluation = evaluate(net, splits);
        report(evaluation, options.out());
        return results(net, evaluation, splits, file);
    }

    /** Recipes may share an architecture: the shapes of the parameters do not tell which one trained them. */
    private void requireOwn(Path file, Map<String, String> notes) throws IOException {
        String trainedBy = notes.getOrDefault("recipe", name);
        if (!trainedBy.equals(name)) {
            throw new IOException(file + " holds another model: it was trained by " + trainedBy + ", not by " + name);
        }
    }

    private Splits load(RecipeOptions options) throws IOException {
        PrintStream out = options.out();
        DataPlaces places =
                DataPlaces.standard().chosen(options.dataDirectory()).log(out::println);
        // Also where the data are inside the jar: whoever names a folder means it.
        places.requireChosen();
        Splits splits = data.load(places);
        out.println(String.format(
                Locale.ROOT,
                "%s: %,d images to learn from, %,d to test with, %s",
                splits.training().name(),
                splits.training().size(),
                splits.test().size(),
                splits.origin()));
        return splits;
    }

    private static Callback callbacks(RecipeOptions options, int epochs) {
        Callback table = new ReportTable(options.out());
        return options.progress() ? Callback.all(new ProgressLine(System.err, epochs), table) : table;
    }

    private Evaluation evaluate(Layer net, Splits splits) {
        return Classifier.test(
                net, Loader.of(splits.test()).batchSize(TEST_BATCH).transform(transform));
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
