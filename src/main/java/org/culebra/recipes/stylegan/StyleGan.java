package org.culebra.recipes.stylegan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.data.Loader;
import org.culebra.data.Splits;
import org.culebra.memory.Scope;
import org.culebra.models.StyleGan1;
import org.culebra.models.StyleGenerator;
import org.culebra.recipes.Generating;
import org.culebra.recipes.Generator;
import org.culebra.recipes.IntermediateGenerator;
import org.culebra.recipes.Job;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.RecipeOptions;
import org.culebra.recipes.SampleGrids;
import org.culebra.recipes.Training;
import org.culebra.recipes.judge.Judge;
import org.culebra.recipes.judge.JudgeData;
import org.culebra.recipes.judge.Yardstick;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.TrainingResult;

/** {@code stylegan}: StyleGAN and StyleGAN 2 on small images, with the settings of their papers. */
public final class StyleGan implements Generating {
    private static final String PAPER = "paper";

    private static final RecipeOption<String> GENERATION =
            RecipeOption.choice("generation", List.of("2", "1"), "Which StyleGAN.");
    private static final RecipeOption<String> DATA = RecipeOption.choice(
            "data",
            JudgeData.NAMES,
            "What to learn: clothing or digits at 32×32, emoji in colour at 32×32, digits at 8×8.");
    private static final RecipeOption<Integer> CHANNELS = RecipeOption.integer(
            "channels", 64, 1, "Channels of the layers up to 16×16; half as many at each doubling after.");
    private static final RecipeOption<Integer> LATENTS =
            RecipeOption.integer("latents", 64, 1, "Numbers of z and of w.");
    private static final RecipeOption<String> RATE =
            orPaper("learning-rate", Double.MIN_VALUE, 1, "Learning rate of Adam; in the papers .001 and .0025.");
    private static final RecipeOption<String> R1 = orPaper(
            "r1",
            0,
            Double.MAX_VALUE,
            "γ of R1; in the papers 10 at every step, and .0002·pixels/batch at every 16th.");
    private static final RecipeOption<Double> PATHS = RecipeOption.number(
            "path-weight", 2, 0, Double.POSITIVE_INFINITY, "Weight of path lengths, second generation; 0 is none.");
    private static final RecipeOption<Double> HALF_LIFE =
            RecipeOption.positive("half-life", 10_000, "Images after which weights count half in their average.");
    private static final RecipeOption<Integer> PHASE = RecipeOption.integer(
            "phase", 15_000, 1, "Images at each size, and as many while it grows to the next, first generation.");
    private static final RecipeOption<String> TRUNCATION = orPaper(
            "truncation", -1, 1, "ψ of the pictures and of generate; in the papers .7 and 1. Scores are for ψ = 1.");

    private static final int BATCH = 200;
    private static final int FIRST_PICTURE = 50;

    private StyleGan() {}

    public static Generating recipe() {
        return new StyleGan();
    }

    /** A number, or what the paper of that generation has. */
    private static RecipeOption<String> orPaper(String name, double least, double most, String help) {
        String values = least == Double.MIN_VALUE
                ? "'" + PAPER + "' or a positive number up to " + (int) most
                : "'" + PAPER + "' or a number "
                        + (most > 1 ? "of at least 0" : "from " + (int) least + " to " + (int) most);
        return new RecipeOption<>(name, PAPER, help, values, text -> {
            if (!text.equals(PAPER)) {
                double value = Double.parseDouble(text);
                if (!(value >= least && value <= most)) {
                    throw new IllegalArgumentException();
                }
            }
            return text;
        });
    }

    private static double number(RecipeOptions options, RecipeOption<String> option, double first, double second) {
        String text = options.get(option);
        return text.equals(PAPER) ? (generation(options) == 1 ? first : second) : Double.parseDouble(text);
    }

    private static int generation(RecipeOptions options) {
        return Integer.parseInt(options.get(GENERATION));
    }

    @Override
    public Card card() {
        return Card.of(
                "stylegan",
                "StyleGAN 2, or 1, on Fashion-MNIST, MNIST, emoji or digits; half an hour for something to recognize.",
                GENERATION,
                DATA,
                Training.EXAMPLES,
                Training.EPOCHS.unlessTold(10),
                Training.IMAGES,
                Training.BATCH_SIZE.unlessTold(32),
                CHANNELS,
                LATENTS,
                RATE,
                R1,
                PATHS,
                HALF_LIFE,
                PHASE,
                TRUNCATION,
                Yardstick.SCORED,
                Training.SEED,
                Training.CHECKPOINT_EVERY.unlessTold(500),
                Training.MINUTES);
    }

    // ---------------------------------------------------------------- training

    @Override
    public Map<String, Object> train(Job job) throws IOException {
        RecipeOptions options = job.options();
        StyleData data = StyleData.named(options.get(DATA));
        Splits splits = data.load(job);
        int batch = options.get(Training.BATCH_SIZE);
        if (batch > splits.training().size()) {
            throw new IllegalArgumentException("batch-size: there are only "
                    + splits.training().size() + " examples to make batches of " + batch + " of");
        }
        Random random = Random.seeded(options.get(Training.SEED));
        StyleNetworks networks = networks(options, data);
        networks.initialize(random.split());
        var game = new StyleGame(networks, settings(options, data, batch));
        Loader loader = Loader.of(splits.training().cached())
                .batchSize(batch)
                .shuffle(random.split())
                .dropLast()
                .transform(data.transform());
        var adversarial = game.players();
        job.describe(this, networks, Map.of("data", splits.origin(), "steps", Training.steps(job, loader)));
        job.out().println(adversarial);
        job.out().println();

        StyleGenerator g = networks.generator();
        var pictures = new StylePictures(g, data, number(options, TRUNCATION, .7, 1));
        var grids = new SampleGrids(job.run(), "samples", () -> {
            try (var _ = game.average().applied()) {
                return pictures.samples();
            }
        });
        TrainingResult result = Training.trainer(job, adversarial, loader, grids.afterSteps(FIRST_PICTURE))
                .random(random.split())
                .train();
        try (var _ = game.average().applied()) {
            Training.save(job, this, g, Map.of());
            pictures.draw(job.run());
            var results = new LinkedHashMap<String, Object>(Training.results(job, this, g, result));
            results.put("images_seen", result.steps() * batch);
            results.put("discriminator_parameters", networks.discriminator().parameterCount());
            if (g instanceof StyleGan1.Generator growing) {
                results.put("side", growing.growth().side());
            }
            if (job.get(Yardstick.SCORED) > 0) {
                results.putAll(score(job, data, splits, g));
            }
            job.run().finish(results);
            return results;
        }
    }

    private static StyleNetworks networks(RecipeOptions options, StyleData data) {
        return StyleNetworks.of(generation(options), data, options.get(LATENTS), options.get(CHANNELS));
    }

    /** What is told, or what the papers have. */
    static StyleGame.Settings settings(RecipeOptions options, StyleData data, int batch) {
        return new StyleGame.Settings(
                batch,
                number(options, RATE, .001, .0025),
                number(options, R1, 10, .0002 * data.side() * data.side() / batch),
                options.get(PATHS),
                options.get(HALF_LIFE),
                options.get(PHASE),
                StyleGenerator.doublings(data.side()));
    }

    // ---------------------------------------------------------------- how good it is

    /** Of as many new images as are held out, not truncated. */
    private static Map<String, Object> score(Job job, StyleData data, Splits splits, StyleGenerator g)
            throws IOException {
        var yardstick = Yardstick.of(
                Judge.of(job, data.kind().name()), splits.training(), splits.test(), job.get(Yardstick.SCORED));
        Random random = Random.seeded(job.get(Training.SEED) + 1);
        // Noise is a part of what is generated: one pattern for all would be one of its samples.
        var maker = generator(g, data, 1, StyleGenerator.Noise.drawn(random.split()));
        var fake = new ArrayList<Tensor>();
        try (var _ = Scope.open("scores")) {
            for (long done = 0; done < yardstick.count(); done += BATCH) {
                long some = Math.min(BATCH, yardstick.count() - done);
                fake.add(Tape.scoped(() -> maker.generate(maker.draw(random, some))));
            }
            Map<String, Object> scores = yardstick.measure(Tensor.concat(0, fake));
            Yardstick.say(job.out(), scores);
            return scores;
        }
    }

    // ---------------------------------------------------------------- using what was learned

    @Override
    public Generator generator(Path file, RecipeOptions options) throws IOException {
        StyleData data = StyleData.named(options.get(DATA));
        StyleGenerator g = networks(options, data).generator();
        Training.load(file, this, g);
        return generator(g, data, number(options, TRUNCATION, .7, 1));
    }

    /**
     * Images of z, truncated by ψ; within it, images of w: in straight lines there images change evenly, and directions have a meaning
     * (Karras et al. 2019, section 4).
     */
    static Generator generator(StyleGenerator g, StyleData data, double psi) {
        return generator(g, data, psi, StyleGenerator.Noise.FIXED);
    }

    private static Generator generator(StyleGenerator g, StyleData data, double psi, StyleGenerator.Noise noise) {
        return new IntermediateGenerator(
                g.latents(), z -> g.truncate(g.map(z), psi), w -> data.shown(g.synthesize(g.styles(w), noise)));
    }

    @Override
    public String subject(RecipeOptions options) {
        return options.get(DATA);
    }
}
