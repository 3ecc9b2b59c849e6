package org.culebra.recipes.gan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.culebra.kernel.Machine;
import org.culebra.models.Dcgan.Normalization;
import org.culebra.recipes.Generating;
import org.culebra.recipes.Generator;
import org.culebra.recipes.Job;
import org.culebra.recipes.Parts;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.RecipeOptions;
import org.culebra.recipes.Spread;
import org.culebra.recipes.TextTable;
import org.culebra.recipes.Training;
import org.culebra.tensor.Random;

/**
 * {@code gan}: a generator against a discriminator (Goodfellow et al. 2014), with the losses, penalties and normalizations that came
 * after it: of points of the plane as MLP, where the modes that are covered can be counted, and of images as DCGAN.
 */
public final class Gan implements Generating {
    static final RecipeOption<String> LOSS = RecipeOption.choice(
            "loss",
            GanGame.Rules.NAMES,
            "What both sides make small. With wasserstein-gp a DCGAN's discriminator has no batch normalization.");
    static final RecipeOption<Double> R1 = RecipeOption.number(
            "r1",
            0,
            0,
            Double.POSITIVE_INFINITY,
            "γ/2 weighs the squared slope at real examples. Above 0 a DCGAN's discriminator has no batch normalization.");
    static final RecipeOption<Boolean> SPECTRAL = RecipeOption.flag(
            "spectral-norm",
            false,
            "Divide a discriminator's weights by their largest singular values, instead of batch normalization.");
    static final RecipeOption<Integer> CRITIC_STEPS = RecipeOption.integer(
            "critic-steps", 0, 0, "Steps of the discriminator for each of the generator; 0 is as in the loss's paper.");

    static final RecipeOption<String> DATA =
            RecipeOption.choice("data", GanSubject.NAMES, "What is to be made: points, or images.");
    private static final RecipeOption<Integer> PACKING =
            RecipeOption.integer("packing", 1, 1, "Examples that the discriminator sees at a time (PacGAN).");
    private static final RecipeOption<Integer> RUNS =
            RecipeOption.integer("runs", 1, 1, "Trainings with one seed after the other, whose figures are averaged.");

    private Gan() {}

    public static Recipe recipe() {
        return new Gan();
    }

    @Override
    public Card card() {
        return Card.of(
                        "gan",
                        "A GAN: of points on a ring or grid as MLP, of images as DCGAN; many losses; minutes.",
                        DATA,
                        LOSS,
                        R1,
                        SPECTRAL,
                        PACKING,
                        CRITIC_STEPS,
                        RUNS)
                .with(GanTraining.OPTIONS);
    }

    @Override
    public Map<String, Object> train(Job job) throws IOException {
        var seeds = new ArrayList<Parts.Part>();
        for (long k = 0; k < job.get(RUNS); k++) {
            String seed = Long.toString(job.get(Training.SEED) + k);
            seeds.add(new Parts.Part("seed-" + seed, "seed " + seed, Map.of("seed", seed, "runs", "1"), this::one));
        }
        var facts = Map.of("data", job.get(DATA), "runs", job.get(RUNS), "epochs", job.get(Training.EPOCHS));
        List<Parts.Trained> trained =
                List.copyOf(Parts.oneOrSeveral(job, this, facts, seeds).values());
        List<Map<String, Object>> all =
                trained.stream().map(Parts.Trained::results).toList();
        report(job, all);
        if (all.size() == 1) {
            return all.getFirst();
        }
        Parts.keepModel(job, trained.getFirst());
        return together(job, all);
    }

    // ---------------------------------------------------------------- one training

    private Map<String, Object> one(Job job) throws IOException {
        Random random = Random.seeded(job.get(Training.SEED));
        GanSubject subject = GanSubject.load(job, job.get(DATA), job.get(PACKING), random.split());
        boolean points = subject instanceof GanPoints;
        var rules = rules(job, points);
        var normalization = normalization(rules, job.get(SPECTRAL));
        if (!points) {
            say(job, normalization);
        }
        var nets = subject.networks(job.get(GanTraining.WIDTH), normalization, job.get(PACKING));
        return new GanTraining(job, this, subject, nets, random)
                .train(rules, (samples, labels) -> Map.of("loss", job.get(LOSS)));
    }

    static GanGame.Rules rules(Job job, boolean points) {
        return GanGame.Rules.named(job.get(LOSS), points, job.get(R1), job.get(CRITIC_STEPS));
    }

    /** Batch normalization, as in DCGAN, unless something else keeps the discriminator in bounds. */
    static Normalization normalization(GanGame.Rules rules, boolean spectral) {
        if (spectral) {
            return Normalization.SPECTRAL;
        }
        return rules.hasSlopes() ? Normalization.NONE : Normalization.BATCH;
    }

    /** What else than a DCGAN of its paper this is: nobody who asks for a penalty asks for that. */
    static void say(Job job, Normalization normalization) {
        switch (normalization) {
            case BATCH -> {}
            case NONE ->
                job.say(
                        "the discriminator has no batch normalization: the slope of a score must be that of one example alone");
            case SPECTRAL ->
                job.say(
                        "the discriminator has no batch normalization: its weights are divided by their largest singular values");
        }
    }

    // ---------------------------------------------------------------- several trainings

    private static List<String> headlines(Job job) {
        return GanSubject.isPoints(job.get(DATA)) ? GanPoints.HEADLINES : GanImages.HEADLINES;
    }

    private static List<Double> values(List<Map<String, Object>> all, String figure) {
        return all.stream().map(each -> Training.number(each, figure)).toList();
    }

    /** Mean and standard error. */
    private static double[] mean(List<Double> values) {
        var spread = Spread.of(values.stream().mapToDouble(Double::doubleValue).toArray());
        return new double[] {spread.mean(), spread.deviation() / Math.sqrt(spread.count())};
    }

    private Map<String, Object> together(Job job, List<Map<String, Object>> all) throws IOException {
        var results = new LinkedHashMap<String, Object>();
        results.put("recipe", name());
        results.put("data", job.get(DATA));
        results.put("loss", job.get(LOSS));
        results.put("packing", job.get(PACKING));
        results.put("runs", job.get(RUNS));
        results.put("epochs", job.get(Training.EPOCHS));
        results.put("seed", job.get(Training.SEED));
        results.put("threads", Machine.threads());
        for (String figure : headlines(job)) {
            List<Double> values = values(all, figure);
            results.put(figure, mean(values)[0]);
            results.put(figure + "_error", mean(values)[1]);
            results.put(figure + "_runs", values);
        }
        results.put(
                "seconds",
                values(all, "seconds").stream().mapToDouble(Double::doubleValue).sum());
        results.put("steps", values(all, "steps"));
        results.put("parameter_hash", all.getFirst().get("parameter_hash"));
        results.put("model", job.run().model().toString());
        paper(job).ifPresent(row -> {
            results.put("paper_modes", row.modes());
            results.put("paper_good_share", row.good());
        });
        job.run().finish(results);
        return results;
    }

    private static Optional<GanPoints.Paper> paper(Job job) {
        boolean isPapers = job.get(LOSS).equals("non-saturating") && job.get(R1) == 0 && !job.get(SPECTRAL);
        return isPapers ? GanPoints.paper(job.get(DATA), job.get(PACKING)) : Optional.empty();
    }

    /** The figures as a table, the paper's row below if it has one. */
    private static void report(Job job, List<Map<String, Object>> all) {
        var head = new ArrayList<>(List.of(job.get(DATA)));
        var row = new ArrayList<>(List.of(all.size() == 1 ? "this run" : "mean of " + all.size() + " runs"));
        for (String figure : headlines(job)) {
            double[] mean = mean(values(all, figure));
            head.add(figure.replace('_', ' '));
            row.add(cell(mean[0], mean[1]));
        }
        var rows = new ArrayList<List<String>>(List.of(head, row));
        paper(job)
                .ifPresent(paper -> rows.add(List.of(
                        "PacGAN paper, 400 epochs",
                        cell(paper.modes(), paper.modesError()),
                        cell(paper.good(), paper.goodError()),
                        "–")));
        job.out().println();
        TextTable.aligned(rows).forEach(job.out()::println);
    }

    private static String cell(double mean, double error) {
        return String.format(Locale.ROOT, "%.3f", mean)
                + (Double.isFinite(error) ? String.format(Locale.ROOT, " ± %.3f", error) : "");
    }

    // ---------------------------------------------------------------- using what was learned

    @Override
    public Generator generator(Path file, RecipeOptions options) throws IOException {
        return GanSubject.generator(file, this, options);
    }

    @Override
    public String subject(RecipeOptions options) {
        return options.get(DATA);
    }
}
