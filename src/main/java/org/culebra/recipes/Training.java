package org.culebra.recipes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.data.Dataset;
import org.culebra.data.Loader;
import org.culebra.io.Json;
import org.culebra.kernel.Machine;
import org.culebra.nn.Model;
import org.culebra.train.Callback;
import org.culebra.train.Checkpoints;
import org.culebra.train.ModelFile;
import org.culebra.train.ParameterHash;
import org.culebra.train.Task;
import org.culebra.train.TimeLimit;
import org.culebra.train.Trainer;
import org.culebra.train.TrainingResult;

/** What all recipes that train one task have in common: the usual options, a trainer made of them, what is saved at the end. */
public final class Training {
    public static final RecipeOption<Integer> EPOCHS =
            RecipeOption.integer("epochs", 30, 1, "Passes over the training data.");
    public static final RecipeOption<Integer> BATCH_SIZE =
            RecipeOption.integer("batch-size", 128, 1, "Images per step.");
    public static final RecipeOption<Double> LEARNING_RATE =
            RecipeOption.positive("learning-rate", 1e-3, "Learning rate of the optimizer.");
    public static final RecipeOption<Long> SEED = RecipeOption.wholeNumber("seed", 0, "Seed of all random numbers.");
    public static final RecipeOption<Integer> CHECKPOINT_EVERY = RecipeOption.integer(
            "checkpoint-every", 0, 0, "Steps from one checkpoint to the next; 0 is one per epoch.");
    public static final RecipeOption<Double> MINUTES =
            RecipeOption.number("minutes", 0, 0, Double.POSITIVE_INFINITY, "Stop after so much training; 0 is never.");
    public static final RecipeOption<Integer> EXAMPLES =
            RecipeOption.integer("examples", 0, 0, "Training examples to use, the first ones; 0 is all of them.");

    public static final RecipeOption<Integer> IMAGES = RecipeOption.integer(
            "images",
            0,
            0,
            "Stop after so many examples, those seen again counted again, whatever epochs says; 0 is after the epochs.");

    private Training() {}

    /**
     * How many steps a training takes: as many as {@link #IMAGES} fill, the last one as large as the others, if the recipe has that option
     * and it is told; else those of {@link #EPOCHS}.
     */
    public static long steps(Job job, Loader loader) {
        int images = job.options().has(IMAGES) ? job.get(IMAGES) : 0;
        return images > 0 ? Math.ceilDiv((long) images, loader.batchSize()) : job.get(EPOCHS) * loader.batches();
    }

    /**
     * A trainer for so many {@link #steps} with checkpoints, the listeners of the job and the budget of {@link #MINUTES}; resuming if the job
     * does. The options must be among the recipe's.
     *
     * @param checkpoints where they go, with what is particular about them
     */
    public static Trainer trainer(Job job, Task task, Loader loader, Checkpoints checkpoints, Callback... more) {
        if (job.get(CHECKPOINT_EVERY) > 0) {
            checkpoints.every(job.get(CHECKPOINT_EVERY));
        }
        long steps = steps(job, loader);
        Trainer trainer = Trainer.of(task, loader)
                .epochs(Math.toIntExact(Math.max(1, Math.ceilDiv(steps, Math.max(1, loader.batches())))))
                .steps(Math.max(1, steps)) // where there are no batches, the loader says why
                .callback(job.listeners())
                .callback(more)
                .checkpoints(checkpoints);
        if (job.get(MINUTES) > 0) {
            trainer.callback(TimeLimit.minutes(job.get(MINUTES)));
        }
        return job.resume() ? trainer.resume() : trainer;
    }

    /** The same with plain checkpoints. */
    public static Trainer trainer(Job job, Task task, Loader loader, Callback... more) {
        return trainer(job, task, loader, Checkpoints.in(job.run().checkpoints()), more);
    }

    /** The first {@link #EXAMPLES} of the training data, or all of them. */
    public static Dataset examples(Job job, Dataset training) {
        return job.get(EXAMPLES) > 0 ? training.first(job.get(EXAMPLES)) : training;
    }

    /** Saves what was trained where the commands look for it, with the options that it takes to make the model again. */
    public static void save(Job job, Recipe recipe, Model model, Map<String, String> more) throws IOException {
        var notes = new LinkedHashMap<String, String>();
        notes.put("recipe", recipe.name());
        notes.putAll(more);
        job.options().asText().forEach((option, value) -> notes.put("option." + option, value));
        ModelFile.save(job.run().model(), model, notes);
        job.out().println("model saved to " + job.run().model());
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @return the notes
     * @throws IOException if it is missing, damaged, another recipe's, or holds NaN; the message is one sentence
     */
    public static Map<String, String> load(Path file, Recipe recipe, Model model) throws IOException {
        Map<String, String> notes = ModelFile.load(file, model);
        // Recipes may share an architecture: the shapes of the parameters do not tell which one trained them.
        String owner = notes.getOrDefault("recipe", recipe.name());
        if (!owner.equals(recipe.name())) {
            throw new IOException(
                    file + " holds another model: it was trained by " + owner + ", not by " + recipe.name());
        }
        ModelFile.requireFinite(file, model);
        return notes;
    }

    /** The names of the classes out of notes that have them as JSON; none if they have not. */
    public static List<String> classes(Map<String, String> notes) throws IOException {
        return Json.parse(notes.getOrDefault("classes", "[]")) instanceof List<?> names
                ? names.stream().map(String::valueOf).toList()
                : List.of();
    }

    /** A figure among results; NaN if it is none. */
    public static double number(Map<?, ?> results, String name) {
        return results.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    /** What is known of any training at its end: time, steps, model. */
    public static Map<String, Object> results(Job job, Recipe recipe, Model model, TrainingResult result) {
        var results = new LinkedHashMap<String, Object>();
        results.put("recipe", recipe.name());
        if (!result.epochs().isEmpty()) {
            var last = result.epochs().getLast();
            results.put("train_loss", last.loss());
            results.put("images_per_second", last.examplesPerSecond());
            results.put("epochs", last.epoch());
        }
        results.put("seconds", result.seconds());
        results.put("steps", result.steps());
        result.stopped().ifPresent(reason -> results.put("stopped", reason));
        results.put("seed", job.get(SEED));
        results.put("threads", Machine.threads());
        results.put("parameters", model.parameterCount());
        results.put("parameter_hash", ParameterHash.of(model));
        results.put("model", job.run().model().toString());
        return results;
    }
}
