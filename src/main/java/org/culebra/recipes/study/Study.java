package org.culebra.recipes.study;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.culebra.data.Loader;
import org.culebra.kernel.Machine;
import org.culebra.recipes.Job;
import org.culebra.recipes.Parts;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.Spread;
import org.culebra.recipes.Training;
import org.culebra.tensor.Random;
import org.culebra.train.Callback;
import org.culebra.train.DivergedException;
import org.culebra.train.TimeLimit;
import org.culebra.train.Trainer;
import org.culebra.train.TrainingResult;

/**
 * A comparison: several variants of a training, each with the same data and the same seeds, as a table and as plots.
 *
 * <p>The folder of the run has the plots, and its {@link Parts} are the trainings. What was finished is not done again when a study is
 * resumed; the rest is.
 */
record Study(Card card, Study.Design design) implements Recipe {
    static final RecipeOption<String> DATA = RecipeOption.choice("data", StudyData.NAMES, "What is learned.");
    static final RecipeOption<Integer> EXAMPLES = RecipeOption.integer(
            "examples", 5000, 0, "Examples to learn from, chosen at random and the same for all; 0 is all there are.");
    static final RecipeOption<Integer> EPOCHS = RecipeOption.integer("epochs", 10, 1, "Passes over them.");
    static final RecipeOption<Integer> BATCH_SIZE = Training.BATCH_SIZE.unlessTold(64);
    static final RecipeOption<Long> SEED =
            RecipeOption.wholeNumber("seed", 0, "Seed of all random numbers; the first one, if there are several.");
    static final RecipeOption<Integer> SEEDS =
            RecipeOption.integer("seeds", 1, 1, "Trainings of each variant, with one seed after the other.");
    static final RecipeOption<Double> MINUTES = RecipeOption.number(
            "minutes", 0, 0, Double.POSITIVE_INFINITY, "Time for the whole study, in equal shares; 0 is no limit.");
    static final RecipeOption<Double> TARGET = RecipeOption.number(
            "target",
            .8,
            0,
            1,
            "Share of right answers in the test that is waited for: time and steps to it are shown.");
    static final RecipeOption<Integer> WARM_UP = RecipeOption.integer(
            "warm-up", 200, 0, "Steps of each variant beforehand, thrown away: a cold machine is slow.");

    /** What a study compares. */
    interface Design {
        /** What is compared, in the order of the table. */
        List<Variant> variants(Job job, StudyData data);

        /** The columns of the table. */
        List<Measure> measures(Job job);

        /** The plots, drawn if they have points. */
        List<StudyPlot> plots(Job job);

        /** How often the test is read in an epoch. */
        default int readingsPerEpoch() {
            return 4;
        }
    }

    /** A variant and all its trainings. */
    record Trained(Variant variant, List<Course> courses) {}

    /**
     * A study with {@link #DATA}, {@link #EXAMPLES} and {@link #EPOCHS} before its own options, {@link #SEED}, {@link #SEEDS} and
     * {@link #MINUTES} behind them.
     *
     * @param changes options of these with other defaults
     */
    Study(String name, String description, Design design, List<RecipeOption<?>> own, RecipeOption<?>... changes) {
        this(
                Card.of(name, description, DATA, EXAMPLES, EPOCHS)
                        .with(own)
                        .with(SEED, SEEDS, MINUTES)
                        .with(changes),
                design);
    }

    @Override
    public Map<String, Object> train(Job job) throws IOException {
        long start = System.nanoTime();
        PrintStream out = job.out();
        StudyData data = StudyData.load(job, job.get(DATA), job.get(EXAMPLES), job.get(SEED));
        List<Variant> variants = design.variants(job, data);
        out.println(String.format(
                Locale.ROOT,
                "%d variants, each trained with %,d examples for %d epochs, %s from %d, %s",
                variants.size(),
                data.training().size(),
                job.get(EPOCHS),
                job.get(SEEDS) == 1 ? "seed" : job.get(SEEDS) + " seeds",
                job.get(SEED),
                Job.threads()));
        out.println();

        warmUp(job, data, variants);
        var parts = new ArrayList<Parts.Part>();
        for (Variant variant : variants) {
            for (long seed : seeds(job)) {
                Map<String, String> told = Map.of(SEED.name(), Long.toString(seed), SEEDS.name(), "1");
                parts.add(new Parts.Part(
                        part(job, variant, seed),
                        "",
                        told,
                        part -> course(part, data, variant).json()));
            }
        }
        Map<String, ?> facts =
                Map.of("data", data.origin(), "classes", data.test().classes(), "epochs", job.get(EPOCHS));
        Map<String, Parts.Trained> trained = Parts.train(job, this, facts, parts);
        List<Trained> all = variants.stream()
                .map(variant -> new Trained(
                        variant,
                        Arrays.stream(seeds(job))
                                .mapToObj(seed -> trained.get(part(job, variant, seed)))
                                .map(part ->
                                        Course.of(Objects.requireNonNull(part).results()))
                                .toList()))
                .toList();
        return results(job, data, all, (System.nanoTime() - start) / 1e9);
    }

    private static long[] seeds(Job job) {
        return LongStream.range(0, job.get(SEEDS)).map(k -> job.get(SEED) + k).toArray();
    }

    private static String part(Job job, Variant variant, long seed) {
        return variant.name() + (job.get(SEEDS) == 1 ? "" : "-seed-" + seed);
    }

    /** Where times are compared, the first variant must not pay for what all need: loops written and compiled. */
    private void warmUp(Job job, StudyData data, List<Variant> variants) throws IOException {
        boolean isTimed = options().stream().anyMatch(option -> option.name().equals(WARM_UP.name()));
        if (!isTimed || job.get(WARM_UP) == 0) {
            return;
        }
        for (Variant variant : variants) {
            Random random = Random.seeded(job.get(SEED));
            Variant.Learner learner = variant.maker().of(random.split(), job.run());
            ended(Trainer.of(learner.task(), data.batches(variant.batchSize(), random))
                    .steps(job.get(WARM_UP))
                    .validate(data.tests()));
        }
    }

    // ---------------------------------------------------------------- one training

    private Course course(Job job, StudyData data, Variant variant) throws IOException {
        Random random = Random.seeded(job.get(SEED));
        Variant.Learner learner = variant.maker().of(random.split(), job.run());
        Loader loader = data.batches(variant.batchSize(), random);
        job.describe(
                this,
                learner.model(),
                Map.of(
                        "data", data.origin(),
                        "classes", data.test().classes(),
                        "epochs", job.get(EPOCHS),
                        "steps", job.get(EPOCHS) * loader.batches()));
        var log = new CourseLog(learner.task(), data.tests(), loader.batches(), design.readingsPerEpoch());
        Trainer trainer = Trainer.of(learner.task(), loader)
                .epochs(job.get(EPOCHS))
                .random(random.split())
                .validate(data.tests())
                .callback(log)
                .callback(job.recorders().toArray(Callback[]::new));
        if (job.get(MINUTES) > 0) {
            trainer.callback(TimeLimit.minutes(job.get(MINUTES)));
        }
        Course course = log.course(ended(trainer), learner.measured());
        job.run().finish(figures(List.of(course), design.measures(job)));
        job.out().println(line(variant, job.get(SEED), course));
        return course;
    }

    /** Trains; why it ended before its time. To diverge is a result, too. */
    private static String ended(Trainer trainer) throws IOException {
        try {
            TrainingResult result = trainer.train();
            return result.stopped().orElse("");
        } catch (DivergedException e) {
            return "diverged";
        }
    }

    private static String line(Variant variant, long seed, Course course) {
        double error = Measure.testError().of().applyAsDouble(course);
        return String.format(
                Locale.ROOT,
                "%-16s seed %d: %s after %,d steps in %.1f s%s",
                variant.name(),
                seed,
                Double.isNaN(error) ? "no result" : String.format(Locale.ROOT, "test error %.2f %%", error),
                course.steps(),
                course.seconds(),
                course.ended().isEmpty() ? "" : "; " + course.ended());
    }

    // ---------------------------------------------------------------- what came of it

    private Map<String, Object> results(Job job, StudyData data, List<Trained> all, double seconds) throws IOException {
        List<Measure> measures = design.measures(job);
        PrintStream out = job.out();
        out.println();
        StudyTable.of(measures, all).forEach(out::println);
        out.println();
        var plots = new ArrayList<String>();
        for (StudyPlot plot : design.plots(job)) {
            plot.draw(job.run(), all).ifPresent(file -> plots.add(file.toString()));
        }
        plots.forEach(file -> out.println("plot in " + file));

        var variants = new LinkedHashMap<String, Object>();
        all.forEach(each -> variants.put(each.variant().name(), figures(each.courses(), measures)));
        var results = new LinkedHashMap<String, Object>();
        results.put("recipe", name());
        results.put("data", data.origin());
        results.put("examples", data.training().size());
        results.put("test_images", data.test().size());
        results.put("epochs", job.get(EPOCHS));
        results.put("seed", job.get(SEED));
        results.put("seeds", job.get(SEEDS));
        results.put("threads", Machine.threads());
        results.put("seconds", seconds);
        results.put("variants", variants);
        results.put("plots", plots);
        job.run().finish(results);
        return results;
    }

    /** Means, and deviations where there are several trainings; what was not reached is not there. */
    private static Map<String, Object> figures(List<Course> courses, List<Measure> measures) {
        var figures = new LinkedHashMap<String, Object>();
        for (Measure measure : measures) {
            Spread spread = measure.spread(courses);
            if (Double.isFinite(spread.mean())) {
                figures.put(measure.name(), spread.mean());
            }
            if (Double.isFinite(spread.deviation())) {
                figures.put(measure.name() + "_deviation", spread.deviation());
            }
        }
        courses.stream()
                .map(Course::ended)
                .filter(reason -> !reason.isEmpty())
                .findFirst()
                .ifPresent(reason -> figures.put("ended", reason));
        courses.getFirst().measured().forEach(figures::put);
        return figures;
    }
}
