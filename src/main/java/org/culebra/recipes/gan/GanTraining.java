package org.culebra.recipes.gan;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.culebra.data.Loader;
import org.culebra.io.Json;
import org.culebra.optim.WeightAverage;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.SampleGrids;
import org.culebra.recipes.Training;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.Adversarial;
import org.culebra.train.ParameterHash;
import org.culebra.train.TrainingResult;
import org.jspecify.annotations.Nullable;

/** One training of a generator, from its first weights to its pictures and figures, whoever teaches it. */
final class GanTraining {
    static final RecipeOption<Integer> BATCH_SIZE = RecipeOption.integer(
            "batch-size", 0, 0, "Examples, or packs of them, per step; 0 is 100 of points and 128 of images.");
    static final RecipeOption<Double> LEARNING_RATE = RecipeOption.number(
            "learning-rate", 0, 0, Double.POSITIVE_INFINITY, "Learning rate of both sides; 0 is that of the paper.");
    static final RecipeOption<Integer> WIDTH =
            RecipeOption.integer("width", 64, 1, "Of images: channels of the layers next to them; then twice as many.");
    static final RecipeOption<Double> AVERAGE = RecipeOption.number(
            "average",
            0,
            0,
            Double.POSITIVE_INFINITY,
            "Examples after which weights count half in the generator that is kept; 0 keeps the last one.");

    /** What all of them have behind their own options. */
    static final List<RecipeOption<?>> OPTIONS = List.of(
            WIDTH,
            AVERAGE,
            Training.EXAMPLES,
            Training.EPOCHS.unlessTold(20),
            Training.IMAGES,
            BATCH_SIZE,
            LEARNING_RATE,
            Training.SEED,
            Training.CHECKPOINT_EVERY,
            Training.MINUTES);

    /** The note in the file of a model that has the names of its classes. */
    static final String CLASSES = "classes";

    private static final int POINTS = 100;
    private static final int IMAGES = 128;

    private final Job job;
    private final Recipe recipe;
    private final GanSubject subject;
    private final GanNetworks nets;
    private final Random random;
    private @Nullable WeightAverage average;

    /** With first weights out of these random numbers. */
    GanTraining(Job job, Recipe recipe, GanSubject subject, GanNetworks nets, Random random) {
        this.job = job;
        this.recipe = recipe;
        this.subject = subject;
        this.nets = nets;
        this.random = random;
        nets.initialize(random);
    }

    /** Real examples per step. */
    private int examplesPerStep() {
        int told = job.get(BATCH_SIZE);
        int size = told > 0 ? told : subject instanceof GanPoints ? POINTS : IMAGES;
        return size * nets.packing();
    }

    /** The average of weights that {@link #AVERAGE} asks for, which is then what is looked at and kept. */
    @Nullable
    WeightAverage average(int stepsPerUpdate) {
        double examples = job.get(AVERAGE);
        if (examples > 0) {
            double updates = examples / ((double) examplesPerStep() * stepsPerUpdate);
            average = WeightAverage.halfLife(nets.averaged(), updates);
        }
        return average;
    }

    private <T> T averaged(Supplier<T> computation) {
        if (average == null) {
            return computation.get();
        }
        try (var _ = average.applied()) {
            return computation.get();
        }
    }

    /** Labels in turn: 0, 1, …, K − 1, 0, … */
    private Tensor labels(int count) {
        long classes = Math.max(1, subject.training().classes().size());
        long[] labels = new long[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % classes;
        }
        return Tensor.of(labels);
    }

    /** Trains the generator against the discriminator by these rules. */
    Map<String, Object> train(GanGame.Rules rules, BiFunction<Tensor, Tensor, Map<String, Object>> more)
            throws IOException {
        boolean points = subject instanceof GanPoints;
        double rate = job.get(LEARNING_RATE);
        var game = new GanGame(nets, rules)
                .task(
                        rules.optimizer(nets.discriminator().parameters(), points, rate),
                        rules.optimizer(nets.generator().parameters(), points, rate),
                        average(rules.criticSteps()));
        return train(game, more);
    }

    /**
     * Trains, judges, draws, saves.
     *
     * @param game who plays: the generator at least
     * @param more figures of samples and the labels that were asked for
     */
    Map<String, Object> train(Adversarial game, BiFunction<Tensor, Tensor, Map<String, Object>> more)
            throws IOException {
        Loader loader = subject.batches(examplesPerStep(), random);
        Random layers = random.split();
        Random fixed = random.split();
        Tensor shown = nets.draw(fixed, subject.shown());
        Tensor judged = nets.draw(fixed, subject.judged());
        Tensor shownLabels = labels(subject.shown());
        Tensor judgedLabels = labels(subject.judged());
        describe(game, loader);
        game.evaluating(held -> averaged(() -> glance(judged, judgedLabels)));
        var grids = new SampleGrids(
                job.run(), "samples", () -> averaged(() -> subject.picture(nets.samples(shown, shownLabels))));
        TrainingResult result = Training.trainer(job, game, loader, grids)
                .random(layers)
                .validate(subject.tests())
                .train();

        Tensor pictures = averaged(() -> nets.samples(shown, shownLabels));
        Tensor samples = averaged(() -> nets.samples(judged, judgedLabels));
        subject.draw(job.run(), pictures);
        var figures = new LinkedHashMap<>(subject.figures(samples));
        figures.putAll(more.apply(samples, judgedLabels));
        return finish(result, figures);
    }

    private Map<String, Double> glance(Tensor latents, Tensor labels) {
        int count = subject.glanced();
        Tensor samples = nets.samples(latents.narrow(0, 0, count), labels.narrow(0, 0, count));
        return Tape.untracked(() -> subject.glance(samples));
    }

    private void describe(Adversarial game, Loader loader) throws IOException {
        job.describe(
                recipe,
                nets.generator(),
                Map.of(
                        "data",
                        subject.origin(),
                        CLASSES,
                        subject.training().classes(),
                        "players",
                        game.toString(),
                        "epochs",
                        job.get(Training.EPOCHS),
                        "steps",
                        Training.steps(job, loader)));
        game.players().forEach(player -> job.out().println(player));
        job.say(
                "%,d examples per step, %,d steps per epoch, seed %d, %s",
                loader.batchSize(), loader.batches(), job.get(Training.SEED), Job.threads());
        job.out().println();
    }

    private Map<String, Object> finish(TrainingResult result, Map<String, Object> figures) throws IOException {
        var results = new LinkedHashMap<String, Object>();
        var own = averaged(() -> Training.results(job, recipe, nets.generator(), result));
        results.putAll(own);
        results.put("images_seen", result.steps() * examplesPerStep());
        results.put("discriminator_parameters", nets.discriminator().parameterCount());
        results.put("discriminator_hash", ParameterHash.of(nets.discriminator()));
        results.put("data", subject.origin());
        results.put("examples", subject.training().size());
        results.putAll(figures);
        Map<String, String> notes =
                Map.of(CLASSES, Json.write(subject.training().classes()));
        if (average == null) {
            Training.save(job, recipe, nets.generator(), notes);
        } else {
            try (var _ = average.applied()) {
                Training.save(job, recipe, nets.generator(), notes);
            }
        }
        job.run().finish(results);
        return results;
    }
}
