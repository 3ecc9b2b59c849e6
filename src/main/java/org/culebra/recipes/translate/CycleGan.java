package org.culebra.recipes.translate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.culebra.data.Batch;
import org.culebra.data.Loader;
import org.culebra.models.ResnetGenerator;
import org.culebra.nn.Layer;
import org.culebra.nn.Model;
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
import org.culebra.train.TrainingResult;

/**
 * {@code cyclegan}: two kinds of picture turned into each other without pairs to learn from (Zhu, Park, Isola and Efros 2017). Pairs only
 * measure what was learned.
 */
public final class CycleGan implements Translating {
    private static final String EMOJI = "emoji";
    private static final String MNIST = "mnist";

    static final RecipeOption<String> DATA = RecipeOption.choice(
            "data",
            List.of(EMOJI, MNIST, "digits"),
            "Google's emoji and Twitter's; or digits and the same, dark on light and noisy, of MNIST also thick.");
    static final RecipeOption<Double> CYCLE = RecipeOption.number(
            "cycle",
            10,
            0,
            Double.POSITIVE_INFINITY,
            "What it counts that a picture comes back from there and back again.");
    static final RecipeOption<Double> IDENTITY = RecipeOption.number(
            "identity",
            5,
            0,
            Double.POSITIVE_INFINITY,
            "What it counts that a picture of the other kind is left as it is.");
    static final RecipeOption<Boolean> COMPARE =
            RecipeOption.flag("compare", false, "Train once more without the cycle, to see what it does.");
    static final RecipeOption<Integer> POOL =
            RecipeOption.integer("pool", 50, 0, "Images of the past that the discriminators are shown.");
    static final RecipeOption<Integer> WIDTH =
            RecipeOption.integer("width", 32, 1, "Channels of the first layers; those behind have more.");
    static final RecipeOption<Integer> BLOCKS =
            RecipeOption.integer("blocks", 3, 1, "Residual blocks of a generator: 6 or 9 in the paper.");

    private static final int IN_GRID = 24;
    private static final int IN_PICTURE = 48;

    private CycleGan() {}

    public static Recipe recipe() {
        return new CycleGan();
    }

    @Override
    public Card card() {
        return Card.of(
                        "cyclegan",
                        "CycleGAN: two designers' emoji, or two kinds of digits, turned into each other without pairs.",
                        DATA,
                        Translation.SIDE,
                        CYCLE,
                        IDENTITY,
                        COMPARE,
                        POOL,
                        WIDTH,
                        BLOCKS)
                .with(Translation.options(40, 4));
    }

    /**
     * G and F.
     *
     * @param there G, from the first kind to the second
     * @param back F, from the second to the first
     */
    record Pair(Layer there, Layer back) implements Model {
        @Override
        public Map<String, Layer> children() {
            var both = new LinkedHashMap<String, Layer>();
            both.put("there", there);
            both.put("back", back);
            return both;
        }
    }

    @Override
    public Map<String, Object> train(Job job) throws IOException {
        PicturePairs pairs = pairs(job);
        PicturePairs.Held held = pairs.held();
        var parts = new ArrayList<Parts.Part>();
        parts.add(new Parts.Part(
                "cyclegan", "with the cycle", Map.of("compare", "false"), part -> learn(part, pairs, held)));
        if (job.get(COMPARE)) {
            parts.add(new Parts.Part(
                    "no-cycle",
                    "the same without the cycle",
                    Map.of("compare", "false", "cycle", "0"),
                    part -> learn(part, pairs, held)));
        }
        return Translation.compare(
                job, this, pairs, parts, (trained, results) -> report(job, pairs, held, trained, results));
    }

    private static PicturePairs pairs(Job job) throws IOException {
        String data = job.get(DATA);
        int examples = job.get(Training.EXAMPLES);
        return switch (data) {
            case EMOJI -> PicturePairs.emojiStyles(job, Integer.parseInt(job.get(Translation.SIDE)), examples);
            case MNIST -> PicturePairs.thickDigits(job, examples);
            default -> PicturePairs.invertedDigits(job, examples);
        };
    }

    // ---------------------------------------------------------------- learning

    private Map<String, Object> learn(Job job, PicturePairs pairs, PicturePairs.Held held) throws IOException {
        Random random = Random.seeded(job.get(Training.SEED));
        int channels = pairs.from().channels();
        Pair generators = generators(channels, job.get(WIDTH), job.get(BLOCKS));
        generators.initialize(random.split());
        var game = new CycleGame(job, generators, channels, pairs.side(), job.get(CYCLE), random.split());
        Loader loader = pairs.unpaired(random).batches(job.get(Training.BATCH_SIZE), random);
        job.describe(
                this,
                generators,
                Map.of(
                        "data", pairs.origin(),
                        "discriminators", game.describe(),
                        "epochs", job.get(Training.EPOCHS),
                        "steps", job.get(Training.EPOCHS) * loader.batches()));
        PicturePairs.Held shown = held.first(IN_GRID);
        TrainingResult result = Translation.train(
                job,
                game.task(loader).evaluating(tests -> errors(generators, tests)),
                loader,
                pairs,
                random,
                () -> Translation.grid(
                        shown.from(),
                        Translation.translated(generators.there, shown.from()),
                        shown.to(),
                        Translation.translated(generators.back, shown.to())));
        return Translation.finish(job, this, generators, result, pairs, "images");
    }

    private static Pair generators(int channels, int width, int blocks) {
        return new Pair(
                ResnetGenerator.create(channels, channels, width, blocks),
                ResnetGenerator.create(channels, channels, width, blocks));
    }

    /** As it goes: how far answers are from the truth, and pictures that come back from where they were. */
    private static Map<String, Double> errors(Pair generators, Loader tests) {
        double there = 0;
        double loop = 0;
        long count = 0;
        for (Batch batch : tests) {
            Tensor made = Translation.translated(generators.there, batch.inputs());
            Tensor back = Translation.translated(generators.back, made);
            there += Translation.distance(made, batch.targets()) * batch.size();
            loop += Translation.distance(back, batch.inputs()) * batch.size();
            count += batch.size();
            made.release();
            back.release();
        }
        Map<String, Double> figures = new LinkedHashMap<>(); // in the order of the columns
        figures.put("l1", there / count);
        figures.put("loop_l1", loop / count);
        return figures;
    }

    // ---------------------------------------------------------------- what came of it

    private static void report(
            Job job,
            PicturePairs pairs,
            PicturePairs.Held held,
            Map<String, Parts.Trained> trained,
            Map<String, Object> results)
            throws IOException {
        var pairsByName = new LinkedHashMap<String, Pair>();
        for (var each : trained.entrySet()) {
            Pair generators = generators(pairs.from().channels(), job.get(WIDTH), job.get(BLOCKS));
            Translation.load(each.getValue().run().model(), generators);
            pairsByName.put(each.getKey().replace('-', '_'), generators);
        }
        Judge judge = Translation.judge(job, pairs);
        var there = new Way("there", pairs.from(), pairs.to(), held.from(), held.trueTo(), Pair::there, Pair::back);
        var back = new Way("back", pairs.to(), pairs.from(), held.to(), held.trueFrom(), Pair::back, Pair::there);
        for (Way way : List.of(there, back)) {
            job.out().println();
            job.out().println(way);
            job.out().println(Translation.Worth.HEAD);
            var rows = new LinkedHashMap<String, Tensor>();
            rows.put("identity", way.given);
            for (var entry : pairsByName.entrySet()) {
                Tensor made = Translation.translated(way.go.apply(entry.getValue()), way.given);
                rows.put(entry.getKey(), made);
                Tensor returned = Translation.translated(way.comeBack.apply(entry.getValue()), made);
                results.put(entry.getKey() + "_" + way.name + "_loop_l1", Translation.distance(returned, way.given));
                way.draw(job, entry.getKey(), made);
            }
            rows.put("truth", way.truth);
            rows.forEach((name, made) -> {
                var worth = Translation.Worth.of(judge, pairs, way.to, made, way.truth);
                worth.put(results, name + "_" + way.name);
                job.out().println(worth.line(name));
            });
        }
    }

    /** One of the two directions, with what was held out. */
    private record Way(
            String name,
            PicturePairs.Kind from,
            PicturePairs.Kind to,
            Tensor given,
            Tensor truth,
            Function<Pair, Layer> go,
            Function<Pair, Layer> comeBack) {
        void draw(Job job, String who, Tensor made) throws IOException {
            long shown = Math.min(IN_PICTURE, given.dim(0));
            Translation.grid(given.narrow(0, 0, shown), made.narrow(0, 0, shown), truth.narrow(0, 0, shown))
                    .write(job.run()
                            .picture(
                                    who + "-" + name + ".png",
                                    "samples",
                                    this + ", held out: input, " + who + ", truth",
                                    null));
        }

        @Override
        public String toString() {
            return from.name() + " to " + to.name();
        }
    }

    // ---------------------------------------------------------------- using what was learned

    @Override
    public Map<String, Translator> translators(Path file, RecipeOptions options) throws IOException {
        String data = options.get(DATA);
        int channels = data.equals(EMOJI) ? 3 : 1;
        int side = switch (data) {
            case EMOJI -> Integer.parseInt(options.get(Translation.SIDE));
            case "mnist" -> 28;
            default -> 8;
        };
        Pair generators = generators(channels, options.get(WIDTH), options.get(BLOCKS));
        Translation.load(file, generators);
        String from = data.equals(EMOJI) ? "google" : "digits";
        String to = data.equals(EMOJI) ? "twitter" : data.equals(MNIST) ? "thick" : "inverted";
        var size = new Translation.PictureSize(channels, side);
        var ways = new LinkedHashMap<String, Translator>();
        ways.put(from + "-to-" + to, Translation.translator(size, generators.there));
        ways.put(to + "-to-" + from, Translation.translator(size, generators.back));
        return ways;
    }
}
