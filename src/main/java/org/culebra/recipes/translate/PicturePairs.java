package org.culebra.recipes.translate;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.culebra.data.Batch;
import org.culebra.data.Catalogue;
import org.culebra.data.Column;
import org.culebra.data.Dataset;
import org.culebra.data.Digits;
import org.culebra.data.Draws;
import org.culebra.data.Emoji;
import org.culebra.data.Loader;
import org.culebra.data.MalformedDataException;
import org.culebra.data.Splits;
import org.culebra.data.Transform;
import org.culebra.memory.DType;
import org.culebra.recipes.Job;
import org.culebra.recipes.judge.JudgeData;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;

/**
 * Pictures of two kinds, one of each for the same thing: what translators learn from, and what their answers are held to. As networks
 * see them, pictures are f32[B, C, S, S] in [−1, 1].
 *
 * @param training raw pictures
 * @param test held out
 * @param origin where they were read from, for people
 * @param side S
 * @param jitter from raw pictures to [0, 1] with some chance, the same for both kinds
 * @param plain the same without chance
 * @param labels of what was held out, where these are digits: i64[N], or none
 */
record PicturePairs(
        Dataset training,
        Dataset test,
        String origin,
        int side,
        Transform jitter,
        Transform plain,
        Kind from,
        Kind to,
        Tensor labels) {
    /**
     * One of the two kinds of picture.
     *
     * @param channels C
     * @param drawn what becomes of the pictures: their edges, thicker strokes
     * @param noise what comes over that when it is learned from or given to a network; the truth is without
     */
    record Kind(String name, int channels, Transform drawn, Transform noise) {
        Kind(String name, int channels, Transform drawn) {
            this(name, channels, drawn, Transform.identity());
        }

        /** True of pictures as judges have learned them: neither drawings of edges nor digits dark on light. */
        boolean isJudged() {
            return !List.of(EDGES, THICK, INVERTED).contains(name);
        }
    }

    /**
     * What was held out, whole.
     *
     * @param from with noise
     * @param to with noise
     * @param trueFrom without
     * @param trueTo without
     */
    record Held(Tensor from, Tensor to, Tensor trueFrom, Tensor trueTo) {
        Held first(int count) {
            long kept = Math.min(count, from.dim(0));
            return new Held(
                    from.narrow(0, 0, kept),
                    to.narrow(0, 0, kept),
                    trueFrom.narrow(0, 0, kept),
                    trueTo.narrow(0, 0, kept));
        }
    }

    private static final String EDGES = "edges";
    private static final String THICK = "thick";
    private static final String INVERTED = "inverted";

    /** So many at most are held to account: of MNIST's 10,000 that is plenty. */
    private static final int MOST_HELD = 500;

    private static final int TEST_BATCH = 50;

    /** Of emoji, which have no test part, a tenth is held out: at least one of so many. */
    private static final int LEAST_EMOJI = 10;

    private static final double BYTES = 255;

    /** Images are made larger by 286/256, and a random piece of the old size is cut out (Isola et al. 2017, appendix 6.2). */
    private static final double ENLARGED = 286. / 256;

    private static final double NOISE = .1;
    private static final Transform VISIBLE_NOISE =
            Transform.compose(Transform.noise(NOISE), Transform.of(images -> images.clamp(0, 1)));
    private static final Tensor NO_LABELS = Tensor.zeros(DType.I64, 0);
    private static final Transform SIGNED = Transform.of(images -> images.mul(2).sub(1));

    // ---------------------------------------------------------------- the data

    /** Google's emoji by their edges: lines to colours. */
    static PicturePairs emojiEdges(Job job, int side, int examples) throws IOException {
        Emoji emoji = load(job);
        Column google = emoji.google().inputs();
        return emoji(
                job,
                Dataset.pairs("edges of emoji", google, google),
                emoji.names(),
                side,
                examples,
                new Kind(EDGES, 1, Transform.edges()),
                new Kind("google", 3, Transform.identity()));
    }

    /** The same emoji by two designers. */
    static PicturePairs emojiStyles(Job job, int side, int examples) throws IOException {
        Emoji emoji = load(job);
        return emoji(
                job,
                emoji.pairs(),
                emoji.names(),
                side,
                examples,
                new Kind("google", 3, Transform.identity()),
                new Kind("twitter", 3, Transform.identity()));
    }

    /** The digits inside the jar by their edges. */
    static PicturePairs digitEdges(Job job, int examples) throws IOException {
        return digits(
                job,
                "digits",
                Digits.BRIGHTEST,
                examples,
                new Kind(EDGES, 1, Transform.edges()),
                new Kind("digits", 1, Transform.identity()));
    }

    /**
     * MNIST's digits, and the same with strokes a pixel thicker on all sides (by dilation), dark on light, under noise of deviation .1:
     * the true answers are known.
     */
    static PicturePairs thickDigits(Job job, int examples) throws IOException {
        Transform drawn = Transform.compose(Transform.dilate(1), Transform.invert());
        return noisyDigits(job, "mnist", BYTES, examples, new Kind(THICK, 1, drawn, VISIBLE_NOISE));
    }

    /** The digits inside the jar, and the same dark on light and noisy; 8×8 pixels have no room for thicker strokes. */
    static PicturePairs invertedDigits(Job job, int examples) throws IOException {
        var inverted = new Kind(INVERTED, 1, Transform.invert(), VISIBLE_NOISE);
        return noisyDigits(job, "digits", Digits.BRIGHTEST, examples, inverted);
    }

    private static PicturePairs noisyDigits(Job job, String name, double brightest, int examples, Kind noisy)
            throws IOException {
        return digits(job, name, brightest, examples, new Kind("digits", 1, Transform.identity()), noisy);
    }

    private static Emoji load(Job job) throws IOException {
        job.places().requireChosen();
        return Emoji.load(job.places().log(job.out()::println));
    }

    /**
     * Of each name one picture, the first: its variations in skin would be in both parts, and nothing would be held
     * out. What is held out, the judge of emoji has not learned from.
     */
    private static PicturePairs emoji(
            Job job, Dataset all, List<String> names, int side, int examples, Kind from, Kind to) throws IOException {
        var firsts = new LinkedHashMap<String, Long>();
        for (int i = 0; i < names.size(); i++) {
            firsts.putIfAbsent(names.get(i), (long) i);
        }
        if (firsts.size() < LEAST_EMOJI) {
            throw new MalformedDataException(
                    "the folder of emoji",
                    "has " + firsts.size() + " emoji that both designers drew; at least " + LEAST_EMOJI
                            + " are needed to learn from some and hold out others");
        }
        Set<String> held = JudgeData.tenthHeldOut(names);
        Dataset training = all.subset(firsts(firsts, name -> !held.contains(name)));
        Dataset test = all.subset(firsts(firsts, held::contains));
        int larger = (int) Math.round(side * ENLARGED);
        Transform jitter = Transform.compose(
                Transform.unit(),
                Transform.randomFlip(.5),
                Transform.resize(larger, larger),
                Transform.randomCrop(side, side));
        Transform plain = Transform.compose(Transform.unit(), Transform.resize(side, side));
        job.say(
                "%s: %,d pairs to learn from, %,d held out, one of each name, %d×%d",
                all.name(), some(training, examples).size(), test.size(), side, side);
        return new PicturePairs(
                some(training, examples), test, "emoji-datasource", side, jitter, plain, from, to, NO_LABELS);
    }

    private static long[] firsts(Map<String, Long> positions, Predicate<String> wanted) {
        return positions.entrySet().stream()
                .filter(entry -> wanted.test(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .toArray();
    }

    private static PicturePairs digits(Job job, String name, double brightest, int examples, Kind from, Kind to)
            throws IOException {
        Splits splits = job.load(Catalogue.named(name).source());
        Transform plain = Transform.normalize(brightest, 0, 1);
        int side = (int) splits.test().inputs().shape().dim(2);
        Dataset test = splits.test().first(MOST_HELD);
        return new PicturePairs(
                some(pairs(splits.training()), examples),
                pairs(test),
                splits.origin(),
                side,
                plain,
                plain,
                from,
                to,
                test.labels());
    }

    private static Dataset pairs(Dataset labelled) {
        return Dataset.pairs(labelled.name(), labelled.inputs(), labelled.inputs());
    }

    private static Dataset some(Dataset training, int examples) {
        return examples > 0 ? training.first(examples) : training;
    }

    // ---------------------------------------------------------------- to learn from

    /** The same with the partners mixed up, once and for all: two sets of pictures, and nothing says which belong together. */
    PicturePairs unpaired(Random random) {
        long[] order = Tensor.permutation(random, training.size()).toLongArray();
        Dataset mixed = Dataset.pairs(
                training.name(), training.inputs(), training.targets().select(order));
        return new PicturePairs(mixed, test, origin, side, jitter, plain, from, to, labels);
    }

    /** Batches in another order for each epoch. */
    Loader batches(int size, Random random) {
        return Loader.of(training)
                .batchSize(size)
                .shuffle(random)
                .transform(Transform.compose(jitter, from.drawn, from.noise, SIGNED))
                .transformTargets(Transform.compose(jitter, to.drawn, to.noise, SIGNED));
    }

    /** What was held out, with the truth as targets. */
    Loader tests() {
        return Loader.of(test)
                .batchSize(TEST_BATCH)
                .random(Random.seeded(0))
                .transform(Transform.compose(plain, from.drawn, from.noise, SIGNED))
                .transformTargets(Transform.compose(plain, to.drawn, SIGNED));
    }

    /** What was held out, the same bits each time. */
    Held held() {
        int count = Math.toIntExact(test.size());
        Batch raw = test.get(LongStream.range(0, count).toArray());
        Draws draws = Draws.of(Random.seeded(0), count);
        return new Held(
                Transform.compose(plain, from.drawn, from.noise, SIGNED).apply(raw.inputs(), draws),
                Transform.compose(plain, to.drawn, to.noise, SIGNED).apply(raw.targets(), draws),
                Transform.compose(plain, from.drawn, SIGNED).apply(raw.inputs(), draws),
                Transform.compose(plain, to.drawn, SIGNED).apply(raw.targets(), draws));
    }
}
