package org.culebra.recipes.translate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.data.Batch;
import org.culebra.data.Loader;
import org.culebra.data.Transform;
import org.culebra.models.PatchGan;
import org.culebra.models.UNet;
import org.culebra.nn.Layer;
import org.culebra.nn.Losses;
import org.culebra.recipes.Job;
import org.culebra.recipes.Parts;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.RecipeOptions;
import org.culebra.recipes.Training;
import org.culebra.recipes.Translating;
import org.culebra.recipes.Translator;
import org.culebra.recipes.judge.Judge;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.culebra.train.Adversarial;
import org.culebra.train.Player;
import org.culebra.train.TrainingResult;
import org.jspecify.annotations.Nullable;

/**
 * {@code pix2pix}: pictures out of drawings, or in another's style, learned from pairs (Isola, Zhu, Zhou and Efros 2017), beside the same
 * network that learns from the distance alone.
 */
public final class Pix2Pix implements Translating {
    private static final String EDGES = "edges";
    private static final String STYLE = "style";
    private static final String DIGITS = "digits";
    private static final String BOTH = "both";
    private static final String ADVERSARIAL = "adversarial";
    private static final String L1_ALONE = "l1";

    private static final RecipeOption<String> DATA = RecipeOption.choice(
            "data",
            List.of(EDGES, STYLE, DIGITS),
            "Out of edges Google's emoji, out of these Twitter's style, or out of edges 8×8 digits.");
    private static final RecipeOption<String> LOSSES = RecipeOption.choice(
            "losses",
            List.of(BOTH, ADVERSARIAL, L1_ALONE),
            "adversarial (with the discriminator), l1 (without), or both, one after the other.");
    private static final RecipeOption<Double> WEIGHT = RecipeOption.number(
            "l1-weight", 100, 0, Double.POSITIVE_INFINITY, "What the distance counts beside the discriminator.");
    private static final RecipeOption<Integer> WIDTH = RecipeOption.integer(
            "width", 64, 1, "Channels of the first layers; those behind have up to eight times as many.");

    private static final int MOST_HALVINGS = 8;
    private static final int IN_GRID = 24;
    private static final int IN_PICTURE = 48;

    private Pix2Pix() {}

    public static Recipe recipe() {
        return new Pix2Pix();
    }

    @Override
    public Card card() {
        return Card.of(
                        "pix2pix",
                        "pix2pix: emoji out of their edges, or in another designer's style, with and without a discriminator.",
                        DATA,
                        Translation.SIDE,
                        LOSSES,
                        WEIGHT,
                        WIDTH)
                .with(Translation.options(60, 8));
    }

    @Override
    public Map<String, Object> train(Job job) throws IOException {
        PicturePairs pairs = pairs(job);
        PicturePairs.Held held = pairs.held();
        String losses = job.get(LOSSES);
        List<Parts.Part> parts = (losses.equals(BOTH) ? List.of(ADVERSARIAL, L1_ALONE) : List.of(losses))
                .stream()
                        .map(each -> new Parts.Part(
                                each,
                                each.equals(L1_ALONE) ? "by the distance alone" : "with the discriminator",
                                Map.of(LOSSES.name(), each),
                                part -> learn(part, pairs, held)))
                        .toList();
        return Translation.compare(
                job, this, pairs, parts, (trained, results) -> report(job, pairs, held, trained, results));
    }

    private static PicturePairs pairs(Job job) throws IOException {
        int side = Integer.parseInt(job.get(Translation.SIDE));
        return switch (job.get(DATA)) {
            case DIGITS -> PicturePairs.digitEdges(job, job.get(Training.EXAMPLES));
            case STYLE -> PicturePairs.emojiStyles(job, side, job.get(Training.EXAMPLES));
            default -> PicturePairs.emojiEdges(job, side, job.get(Training.EXAMPLES));
        };
    }

    // ---------------------------------------------------------------- learning

    private Map<String, Object> learn(Job job, PicturePairs pairs, PicturePairs.Held held) throws IOException {
        boolean adversarial = job.get(LOSSES).equals(ADVERSARIAL);
        Random random = Random.seeded(job.get(Training.SEED));
        Layer generator = generator(pairs.from().channels(), pairs.to().channels(), pairs.side(), job.get(WIDTH));
        Layer discriminator = PatchGan.create(
                pairs.from().channels() + pairs.to().channels(),
                job.get(WIDTH),
                Translation.patchHalvings(pairs.side()));
        generator.initialize(random.split());
        discriminator.initialize(random.split());
        Loader loader = pairs.batches(job.get(Training.BATCH_SIZE), random);
        Adversarial task = adversarial
                ? game(job, loader, generator, discriminator)
                : Adversarial.of(Player.of(
                                "generator",
                                generator,
                                Translation.adam(job, generator.parameters()),
                                turn -> distance(
                                        turn.batch(),
                                        generator.forward(turn.batch().inputs(), turn.mode())))
                        .schedule(Translation.decay(job, loader)));
        task.evaluating(tests -> l1(generator, tests));
        job.describe(
                this,
                generator,
                Map.of(
                        "data",
                        pairs.origin(),
                        "discriminator",
                        adversarial ? discriminator.describe() : "none",
                        "epochs",
                        job.get(Training.EPOCHS),
                        "steps",
                        job.get(Training.EPOCHS) * loader.batches()));
        PicturePairs.Held shown = held.first(IN_GRID);
        TrainingResult result = Translation.train(
                job,
                task,
                loader,
                pairs,
                random,
                () -> Translation.grid(shown.from(), Translation.translated(generator, shown.from()), shown.trueTo()));
        return Translation.finish(job, this, generator, result, pairs, "pairs");
    }

    private static Layer generator(int inputs, int outputs, int side, int width) {
        return UNet.create(inputs, outputs, width, Translation.halvings(side, MOST_HALVINGS));
    }

    /** G* = arg min max of L_cGAN(G, D) + λ·L_L1(G): equations 1, 3 and 4. */
    private static Adversarial game(Job job, Loader loader, Layer g, Layer d) {
        Player discriminator = Player.of("discriminator", d, Translation.adam(job, d.parameters()), turn -> {
                    Tensor x = turn.batch().inputs(); // (B, C, S, S)
                    Tensor y = turn.batch().targets(); // (B, C', S, S)
                    Tensor fake = turn.fixed(() -> g.forward(x, turn.mode()));
                    // -ln D(x, y) - ln(1 - D(x, G(x))), of logits; D sees the input beside the output: (B, C + C', S,
                    // S)
                    Tensor real = d.forward(Tensor.concat(1, x, y), turn.mode())
                            .neg()
                            .softplus()
                            .mean();
                    Tensor made = d.forward(Tensor.concat(1, x, fake), turn.mode())
                            .softplus()
                            .mean();
                    return real.add(made).div(2); // section 3.3: halved, to slow D down relative to G
                })
                .schedule(Translation.decay(job, loader));
        double lambda = job.get(WEIGHT);
        Player generator = Player.of("generator", g, Translation.adam(job, g.parameters()), turn -> {
                    Tensor x = turn.batch().inputs();
                    Tensor fake = g.forward(x, turn.mode());
                    // Section 3.3: instead of ln(1 - D) small, ln D large.
                    Tensor fooled = d.forward(Tensor.concat(1, x, fake), turn.mode())
                            .neg()
                            .softplus()
                            .mean();
                    Tensor l1 = distance(turn.batch(), fake);
                    turn.note("generator_gan", fooled);
                    turn.note("generator_l1", l1);
                    return fooled.add(l1.mul(lambda));
                })
                .schedule(Translation.decay(job, loader));
        return Adversarial.of(discriminator, generator);
    }

    /** Equation 3: mean |y − G(x)|. */
    private static Tensor distance(Batch batch, Tensor fake) {
        return Losses.l1(fake, batch.targets());
    }

    private static Map<String, Double> l1(Layer generator, Loader tests) {
        double sum = 0;
        long count = 0;
        for (Batch batch : tests) {
            Tensor made = Translation.translated(generator, batch.inputs());
            sum += Translation.distance(made, batch.targets()) * batch.size();
            count += batch.size();
            made.release();
        }
        return Map.of("l1", sum / count);
    }

    // ---------------------------------------------------------------- what came of it

    private static void report(
            Job job,
            PicturePairs pairs,
            PicturePairs.Held held,
            Map<String, Parts.Trained> trained,
            Map<String, Object> results)
            throws IOException {
        Judge judge = Translation.judge(job, pairs);
        var parts = new ArrayList<Tensor>();
        PicturePairs.Held shown = held.first(IN_PICTURE);
        parts.add(shown.from());
        job.out().println();
        job.out().println(Translation.Worth.HEAD);
        if (pairs.from().channels() == pairs.to().channels()) {
            worth(job, judge, pairs, "input", held.from(), held, results);
        }
        for (var entry : trained.entrySet()) {
            Layer generator = generator(pairs.from().channels(), pairs.to().channels(), pairs.side(), job.get(WIDTH));
            Translation.load(entry.getValue().run().model(), generator);
            Tensor made = Translation.translated(generator, held.from());
            worth(job, judge, pairs, entry.getKey(), made, held, results);
            parts.add(made.narrow(0, 0, shown.from().dim(0)));
        }
        worth(job, judge, pairs, "truth", held.trueTo(), held, results);
        parts.add(shown.trueTo());
        String caption = "Held-out pairs: input, " + String.join(", ", trained.keySet()) + ", truth";
        Translation.grid(parts.toArray(Tensor[]::new))
                .write(job.run().picture("held-out.png", "samples", caption, null));
    }

    private static void worth(
            Job job,
            @Nullable Judge judge,
            PicturePairs pairs,
            String name,
            Tensor made,
            PicturePairs.Held held,
            Map<String, Object> results) {
        var worth = Translation.Worth.of(judge, pairs, pairs.to(), made, held.trueTo());
        worth.put(results, name);
        job.out().println(worth.line(name));
    }

    // ---------------------------------------------------------------- using what was learned

    @Override
    public Map<String, Translator> translators(Path file, RecipeOptions options) throws IOException {
        String data = options.get(DATA);
        int side = data.equals(DIGITS) ? 8 : Integer.parseInt(options.get(Translation.SIDE));
        int inputs = data.equals(STYLE) ? 3 : 1;
        int outputs = data.equals(DIGITS) ? 1 : 3;
        Layer generator = generator(inputs, outputs, side, options.get(WIDTH));
        Translation.load(file, generator);
        Translator translator = Translation.translator(new Translation.PictureSize(inputs, side), generator);
        if (data.equals(STYLE)) {
            return Map.of("google-to-twitter", translator);
        }
        var ways = new LinkedHashMap<String, Translator>();
        ways.put("drawing", translator);
        // A picture that was not drawn as lines: its edges are taken first, as in training.
        ways.put(
                "picture",
                new Translator(
                        outputs,
                        side,
                        images -> translator.translate(Transform.edges().apply(images))));
        return ways;
    }
}
