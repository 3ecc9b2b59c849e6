package org.culebra.recipes.gan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.culebra.data.Batch;
import org.culebra.data.DataPlaces;
import org.culebra.io.Json;
import org.culebra.memory.DType;
import org.culebra.models.ConditionalDcgan;
import org.culebra.models.Dcgan;
import org.culebra.models.Dcgan.Normalization;
import org.culebra.nn.Mode;
import org.culebra.recipes.Generating;
import org.culebra.recipes.Generator;
import org.culebra.recipes.Job;
import org.culebra.recipes.Parts;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOptions;
import org.culebra.recipes.Training;
import org.culebra.recipes.shipped.Recipes;
import org.culebra.report.RunFolder;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recipes of adversarial pairs from end to end, on few points and small digits. */
class GanRecipesTest {
    private static final List<String> DIGITS =
            List.of("data=digits", "examples=200", "epochs=2", "batch-size=20", "width=4");
    private static final List<String> RING = List.of("data=ring", "examples=120", "epochs=2", "batch-size=20");

    /** The judge of the digits is trained once for all. */
    @TempDir
    private static Path cache;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private static Recipe recipe(String name) {
        return Recipes.all().stream()
                .filter(recipe -> recipe.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Job job(String name, String place, List<String> usual, String... told) throws IOException {
        var values = new LinkedHashMap<String, String>();
        var all = new ArrayList<>(usual);
        all.addAll(List.of(told));
        all.forEach(each -> values.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1)));
        return Job.of(recipe(name), values, folder.resolve(place))
                .withPlaces(new DataPlaces(Optional.empty(), cache, cache, false, line -> {}))
                .withOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    private Map<String, Object> run(String name, String place, List<String> usual, String... told) throws IOException {
        return recipe(name).train(job(name, place, usual, told));
    }

    private static double number(Map<?, ?> results, String name) {
        return results.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    /** All that the seed decides. */
    private static Map<String, Object> timeless(Map<String, Object> results) {
        var kept = new LinkedHashMap<>(results);
        List.of("seconds", "images_per_second", "model").forEach(kept::remove);
        return kept;
    }

    private static String message(Executable action) {
        return String.valueOf(assertThrows(Exception.class, action).getMessage());
    }

    // ---------------------------------------------------------------- gan

    @Test
    void sameSeedSameBitsAlsoIfItWasInterrupted() throws IOException {
        for (List<String> usual : List.of(DIGITS, RING)) {
            String[] more = usual.equals(DIGITS) ? new String[] {"average=100"} : new String[] {"packing=2"};
            Map<String, Object> whole = run("gan", usual + "a", usual, more);
            assertEquals(timeless(whole), timeless(run("gan", usual + "b", usual, more)));

            var shorter = new ArrayList<>(List.of(more));
            shorter.add("epochs=1");
            Map<String, Object> half = run("gan", usual + "c", usual, shorter.toArray(String[]::new));
            assertNotEquals(whole.get("parameter_hash"), half.get("parameter_hash"));
            Map<String, Object> resumed =
                    recipe("gan").train(job("gan", usual + "c", usual, more).resuming());
            assertEquals(timeless(whole), timeless(resumed));

            assertNotEquals(
                    whole.get("parameter_hash"),
                    run("gan", usual + "d", usual, "seed=1").get("parameter_hash"));
        }
    }

    @Test
    void endsAfterSoManyExamplesWhateverEpochsSays() throws IOException {
        Map<String, Object> results = run("gan", "few", DIGITS, "images=70");
        assertEquals(4L, results.get("steps"));
        assertEquals(80L, results.get("images_seen"), "whole steps of 20");
        Map<String, Object> whole = run("gan", "epochs", DIGITS);
        Map<String, Object> told = run("gan", "images", DIGITS, "epochs=1", "images=400");
        assertEquals(timeless(whole), timeless(told));
        Map<String, Object> resumed =
                recipe("gan").train(job("gan", "few", DIGITS, "images=400").resuming());
        assertEquals(whole.get("parameter_hash"), resumed.get("parameter_hash"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "loss=non-saturating",
                "loss=saturating",
                "loss=least-squares r1=.5",
                "loss=hinge spectral-norm=true",
                "loss=wasserstein-clip",
                "loss=wasserstein-gp packing=2"
            })
    void everyLossTrainsPointsAndImages(String told) throws IOException {
        for (List<String> usual : List.of(DIGITS, RING)) {
            Map<String, Object> results = run("gan", usual.getFirst(), usual, (told + " epochs=1").split(" "));
            assertTrue(Double.isFinite(number(results, "train_loss")), results::toString);
            assertEquals(told.replaceAll("loss=| .*", ""), results.get("loss"));
            assertTrue(number(results, "good_share") >= 0 && number(results, "modes") >= 0, results::toString);
        }
    }

    /** What else a DCGAN is by a penalty is said where its options are explained, and where it begins to train. */
    @Test
    void aDiscriminatorWithoutBatchNormalizationIsAnnounced() throws IOException {
        String line = "the discriminator has no batch normalization: ";
        String slope = line + "the slope of a score must be that of one example alone";
        for (String told : List.of("r1=.5", "loss=wasserstein-gp")) {
            out.reset();
            run("gan", told, DIGITS, told, "epochs=1");
            assertEquals(1, count(slope), told);
        }
        out.reset();
        run("conditional-gan", "labelled", DIGITS, "r1=.5", "epochs=1");
        assertEquals(1, count(slope));
        out.reset();
        run("gan", "spectral", DIGITS, "spectral-norm=true", "epochs=1");
        assertEquals(1, count(line + "its weights are divided by their largest singular values"));
        out.reset();
        run("gan", "plain", DIGITS, "epochs=1");
        run("gan", "points", RING, "r1=.5", "epochs=1"); // its discriminator never has any
        assertFalse(out.toString(StandardCharsets.UTF_8).contains(line));
        for (var option : List.of(Gan.LOSS, Gan.R1, Gan.SPECTRAL)) {
            assertTrue(option.help().contains("batch normalization"), option.name());
        }
    }

    private long count(String line) {
        return out.toString(StandardCharsets.UTF_8).lines().filter(line::equals).count();
    }

    @Test
    void theCriticOfAWassersteinGanMovesFiveTimesAsOften() throws IOException {
        run("gan", "w", RING, "loss=wasserstein-gp");
        List<String> lines = Files.readAllLines(folder.resolve("w/metrics.jsonl"));
        var moved = new ArrayList<Long>();
        for (String line : lines) {
            Map<?, ?> map = assertInstanceOf(Map.class, Json.parse(line));
            if ("step".equals(map.get("kind")) && map.containsKey("generator_loss")) {
                moved.add((long) number(map, "step"));
                assertTrue(map.containsKey("penalty") && map.containsKey("discriminator_loss"), line);
            }
        }
        assertEquals(List.of(5L, 10L), moved);
    }

    @Test
    void theRunHasPicturesOfTheSameLatentsAndTheFiguresOfEachEpoch() throws IOException {
        for (List<String> usual : List.of(DIGITS, RING)) {
            String place = usual.getFirst();
            Map<String, Object> results = run("gan", place, usual);
            RunFolder whole = RunFolder.read(folder.resolve(place));
            assertEquals(RunFolder.State.FINISHED, whole.state());
            List<String> files = whole.pictures().stream()
                    .map(picture -> picture.file().getFileName().toString())
                    .toList();
            List<String> expected = usual.equals(DIGITS)
                    ? List.of("samples-0000010.png", "samples-0000020.png", "samples.png", "neighbours.png")
                    : List.of("samples-0000006.png", "samples-0000012.png", "samples.png");
            assertEquals(expected, files);
            String figure = usual.equals(DIGITS) ? "frechet_distance" : "modes";
            Map<?, ?> last = assertInstanceOf(
                    Map.class,
                    Json.parse(Files.readAllLines(folder.resolve(place).resolve("metrics.jsonl"))
                            .getLast()));
            assertEquals(number(results, figure), number(last, "validation_" + figure), 1e-9);
            assertEquals(usual.equals(DIGITS) ? 200L : 120L, results.get("examples"));
            assertEquals(usual.equals(DIGITS), results.containsKey("nearest_training_distance"), results::toString);
        }
    }

    @Test
    void pointsOnTheRingAreFound() throws IOException {
        Map<String, Object> results =
                run("gan", "ring", List.of("data=ring", "examples=20000", "epochs=2", "batch-size=100", "seed=3"));
        assertTrue(number(results, "modes") >= 1, results::toString);
        assertEquals(8, number(results, "all_modes"));
        assertEquals(2500L, results.get("samples"));
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("| PacGAN paper, 400 epochs | 6.300 ± 0.500 |"));
    }

    @Test
    void aGanOnDigitsComesCloserToThem() throws IOException {
        run("gan", "learning", List.of("data=digits", "epochs=10", "batch-size=32", "width=16"));
        var distances = new ArrayList<Double>();
        for (String line : Files.readAllLines(folder.resolve("learning/metrics.jsonl"))) {
            Map<?, ?> map = assertInstanceOf(Map.class, Json.parse(line));
            if ("epoch".equals(map.get("kind"))) {
                distances.add(number(map, "validation_frechet_distance"));
            }
        }
        assertEquals(10, distances.size());
        assertTrue(distances.getLast() < distances.getFirst() / 3, distances::toString);
    }

    @Test
    void scoresInOnePassAreThoseOfTwo() {
        var batch = new Batch(Tensor.normal(Random.seeded(1), 0, 1, 6, 2), Tensor.zeros(DType.I64, 6));
        var figures = new ArrayList<Map<String, Double>>();
        for (double r1 : new double[] {0, 1e-12}) { // with a slope at the real ones, two passes
            var nets = GanNetworks.points(false, 2);
            nets.initialize(Random.seeded(2));
            var rules = GanGame.Rules.named("hinge", true, r1, 0);
            figures.add(new GanGame(nets, rules)
                    .task(
                            rules.optimizer(nets.discriminator().parameters(), true, 0),
                            rules.optimizer(nets.generator().parameters(), true, 0),
                            null)
                    .step(batch, Mode.training(Random.seeded(3))));
        }
        for (String name : List.of("real_score", "fake_score", "discriminator_loss", "generator_loss")) {
            assertEquals(number(figures.get(1), name), number(figures.get(0), name), 1e-6, name);
        }
        assertTrue(number(figures.get(1), "r1") > 0);
    }

    @Test
    void severalRunsAreAveragedAndNotDoneAgain() throws IOException {
        Map<String, Object> results = run("gan", "runs", RING, "runs=2", "seed=5");
        List<?> all = assertInstanceOf(List.class, results.get("modes_runs"));
        assertEquals(2, all.size());
        double[] modes = {(double) all.get(0), (double) all.get(1)};
        assertEquals((modes[0] + modes[1]) / 2, number(results, "modes"), 1e-12);
        // The standard error of two: half of their difference.
        assertEquals(Math.abs(modes[0] - modes[1]) / 2, number(results, "modes_error"), 1e-12);
        assertEquals(6.3, number(results, "paper_modes"));
        assertArrayEquals(
                Files.readAllBytes(folder.resolve("runs/parts/seed-5/model.safetensors")),
                Files.readAllBytes(folder.resolve("runs/model.safetensors")));
        assertEquals(run("gan", "alone", RING, "seed=6").get("modes"), (int) modes[1], "each is a run of its own seed");

        out.reset();
        Map<String, Object> resumed =
                recipe("gan").train(job("gan", "runs", RING, "runs=2", "seed=5").resuming());
        assertEquals(timeless(results), timeless(resumed));
        String text = out.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("seed-5 was done before") && text.contains("seed-6 was done before"), text);
        out.reset();
        recipe("gan")
                .train(job("gan", "runs", RING, "runs=2", "seed=5", "epochs=1").resuming());
        assertFalse(out.toString(StandardCharsets.UTF_8).contains("done before"));
    }

    @Test
    void imagesAreMadeOfASavedGenerator() throws IOException {
        run("gan", "digits", DIGITS);
        Generating gan = assertInstanceOf(Generating.class, recipe("gan"));
        RecipeOptions options = job("gan", "x", DIGITS).options();
        Path file = folder.resolve("digits/model.safetensors");
        Generator generator = gan.generator(file, options);
        assertEquals(100, generator.latents());
        assertEquals(List.of(), generator.classes());
        assertEquals("digits", gan.subject(options));
        Tensor z = generator.draw(Random.seeded(1), 3);
        Tensor images = generator.generate(z);
        assertArrayEquals(new long[] {3, 1, 8, 8}, images.shape().dims());
        assertTrue(images.min().item() >= 0 && images.max().item() <= 1);
        try (var tape = Tape.open()) {
            assertTrue(tape.gradient(generator.generate(z).sum(), z).abs().max().item() > 0);
        }
        assertEquals("generator: it makes no images of a class that can be asked for", message(() -> generator.of(0)));
        assertTrue(message(() -> assertInstanceOf(Generating.class, recipe("conditional-gan"))
                        .generator(file, job("conditional-gan", "y", DIGITS).options()))
                .startsWith(file + " holds another model: "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gan", "mode-collapse"})
    void pointsAreMadeOfASavedGenerator(String name) throws IOException {
        run(name, "ring", RING);
        Generating recipe = assertInstanceOf(Generating.class, recipe(name));
        Path run = folder.resolve(name.equals("gan") ? "ring" : "ring/parts/gan");
        Generator generator = recipe.generator(
                run.resolve("model.safetensors"), job(name, "x", RING).options());
        assertFalse(generator.makesImages());
        assertEquals("ring", recipe.subject(job(name, "y", RING).options()));
        Tensor points = generator.generate(generator.draw(Random.seeded(1), 300));
        assertArrayEquals(new long[] {300, 2}, points.shape().dims());
        Tensor picture = generator.shown(points);
        assertArrayEquals(new long[] {1, 3, 256, 256}, picture.shape().dims());
        assertTrue(picture.select(1, 0).eq(0).sum().itemAsLong() > 0, "samples are blue: no red in them");
    }

    @Test
    void whatCannotBeIsSaid() throws IOException {
        assertEquals(
                "loader: the 120 examples of 'ring of Gaussians' are not one whole batch of 200, and a smaller one is"
                        + " dropped",
                message(() -> run("gan", "a", RING, "batch-size=200")));
        assertEquals(
                "loss: non-saturating, saturating, least-squares, hinge, wasserstein-clip, wasserstein-gp, not 'best'",
                message(() -> run("gan", "b", RING, "loss=best")));
        assertEquals(
                "packing: a whole number of at least 1, not '0'", message(() -> run("gan", "c", RING, "packing=0")));
        assertEquals(
                "data: fashion, mnist, digits, not 'ring'",
                message(() -> run("conditional-gan", "d", List.of("data=ring"))));
        var labelled = GanNetworks.conditional(new ConditionalDcgan(new Dcgan(8, 1, 4, 6), 2), Normalization.BATCH);
        assertEquals("gan: a generator that is told labels decodes no latents alone", message(labelled::decoder));
    }

    // ---------------------------------------------------------------- conditional-gan

    @Test
    void theClassThatIsAskedForIsCounted() throws IOException {
        Map<String, Object> results = run("conditional-gan", "a", DIGITS);
        assertEquals(timeless(results), timeless(run("conditional-gan", "b", DIGITS)));
        double share = number(results, "asked_share");
        Map<?, ?> each = assertInstanceOf(Map.class, results.get("asked_share_of_class"));
        assertEquals(10, each.size());
        assertTrue(share >= 0 && share <= 1, results::toString);
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("the judge sees the class that was asked for in "));

        Path file = folder.resolve("a/model.safetensors");
        Generating gan = assertInstanceOf(Generating.class, recipe("conditional-gan"));
        Generator generator =
                gan.generator(file, job("conditional-gan", "x", DIGITS).options());
        assertEquals(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), generator.classes());
        assertEquals(110, generator.latents());
        Tensor latents = generator.draw(Random.seeded(2), 40);
        Tensor images = generator.generate(latents);
        long label = latents.select(0, 7).narrow(0, 100, 10).argMax().itemAsLong();
        Tensor asked = generator.of((int) label).generate(latents.narrow(1, 0, 100));
        assertArrayEquals(asked.select(0, 7).toFloatArray(), images.select(0, 7).toFloatArray());
        assertEquals("generator: there is no class 10 among 10, 0 to 9", message(() -> generator.of(10)));
    }

    // ---------------------------------------------------------------- mode-collapse

    @Test
    void whoeverMakesTheDistanceSmallLearnsTheAverage() throws IOException {
        List<String> usual = List.of("data=ring", "examples=2000", "epochs=2", "batch-size=20");
        Map<String, Object> results = run("mode-collapse", "a", usual);
        Map<?, ?> methods = assertInstanceOf(Map.class, results.get("methods"));
        assertEquals(
                List.of("real examples", "distance to a random example", "GAN", "GAN, packing two", "VAE"),
                List.copyOf(methods.keySet()));
        Map<?, ?> real = assertInstanceOf(Map.class, methods.get("real examples"));
        assertEquals(8, number(real, "modes"));
        assertTrue(number(real, "good_share") > .98, real::toString);
        assertEquals(1, number(real, "spread"), 1e-9);
        Map<?, ?> naive = assertInstanceOf(Map.class, methods.get("distance to a random example"));
        assertEquals(0, number(naive, "modes"));
        assertTrue(number(naive, "spread") < .2 && number(naive, "mean_distance") < .2, naive::toString);
        BufferedImage picture =
                ImageIO.read(folder.resolve("a/pictures/all.png").toFile());
        assertEquals(5 * 256 + 6 * 4, picture.getWidth());
        String table = out.toString(StandardCharsets.UTF_8);
        assertTrue(table.contains("| real examples                | 8 of 8 |"), table);
    }

    @Test
    void sameSeedSameBitsWhoeverTeaches() throws IOException {
        Map<String, Object> first = run("mode-collapse", "a", DIGITS);
        Map<String, Object> second = run("mode-collapse", "b", DIGITS);
        for (String teacher : List.of("distance", "gan", "gan-packing-2", "vae")) {
            assertArrayEquals(
                    Files.readAllBytes(folder.resolve("a/parts/" + teacher + "/model.safetensors")),
                    Files.readAllBytes(folder.resolve("b/parts/" + teacher + "/model.safetensors")),
                    teacher);
        }
        Map<?, ?> methods = assertInstanceOf(Map.class, first.get("methods"));
        Map<?, ?> others = assertInstanceOf(Map.class, second.get("methods"));
        for (Object name : methods.keySet()) {
            Map<?, ?> figures = assertInstanceOf(Map.class, methods.get(name));
            Map<?, ?> same = assertInstanceOf(Map.class, others.get(name));
            for (String figure : List.of("modes", "good_share", "frechet_distance", "spread", "mean_distance")) {
                assertTrue(Double.isFinite(number(figures, figure)), name + " " + figure);
                assertEquals(number(figures, figure), number(same, figure), name + " " + figure);
            }
        }
        assertTrue(Files.exists(folder.resolve("a/pictures/average.png")));
    }

    // ---------------------------------------------------------------- parts

    @Test
    void aPartThatWasInterruptedGoesOn() throws IOException {
        Map<String, Object> whole = run("gan", "whole", RING, "runs=2", "epochs=3");
        // As if it had been killed after the first epoch of the second part.
        run("gan", "broken", RING, "runs=2", "epochs=3");
        Path second = folder.resolve("broken/parts/seed-1");
        Files.delete(second.resolve("part.json"));
        try (var checkpoints = Files.list(second.resolve("checkpoints"))) {
            List<Path> sorted = checkpoints.sorted().toList();
            Files.delete(sorted.getLast());
        }
        out.reset();
        Map<String, Object> resumed = recipe("gan")
                .train(job("gan", "broken", RING, "runs=2", "epochs=3").resuming());
        assertEquals(number(whole, "modes"), number(resumed, "modes"));
        assertEquals(number(whole, "good_share"), number(resumed, "good_share"));
        assertArrayEquals(
                Files.readAllBytes(folder.resolve("whole/parts/seed-1/model.safetensors")),
                Files.readAllBytes(second.resolve("model.safetensors")));
        String text = out.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("seed-0 was done before") && text.contains("resumed after step "), text);
    }

    @Test
    void partsShareTheTime() throws IOException {
        Job job = job("gan", "time", RING, "minutes=6");
        var shares = new ArrayList<Double>();
        List<Parts.Part> parts = Stream.of("a", "b", "c")
                .map(name -> new Parts.Part(name, "", part -> {
                    shares.add(part.get(Training.MINUTES));
                    return Map.of("done", true);
                }))
                .toList();
        Parts.train(job, recipe("gan"), Map.of(), parts);
        assertEquals(2, shares.get(0), .05);
        assertEquals(3, shares.get(1), .05, "the time that a short one left over is the others'");
        assertEquals(6, shares.get(2), .05);
        assertEquals(6, job.get(Training.MINUTES), "what is written down of the whole is what was told");
        var again = Parts.train(job.resuming(), recipe("gan"), Map.of(), parts);
        assertEquals(
                Map.of("done", true), Objects.requireNonNull(again.get("b")).results());
        assertEquals(3, shares.size(), "what was finished is not done again");
    }

    // ---------------------------------------------------------------- points as pictures

    @Test
    void samplesAreDrawnOverTheData() {
        Tensor data = Tensor.of(new float[] {0, 0, .5f, 0}, 2, 2);
        Tensor samples = Tensor.of(new float[] {0, .5f, 9, 9, Float.NaN, 0}, 3, 2);
        Tensor image = PointPicture.of(data, samples, 1);
        assertArrayEquals(new long[] {3, 256, 256}, image.shape().dims());
        assertEquals(.72, image.get(0, 128, 128), 1e-6);
        assertEquals(.72, image.get(0, 128, 192), 1e-6);
        assertEquals(0, image.get(0, 64, 128), 1e-6);
        assertEquals(.70, image.get(2, 64, 128), 1e-6);
        long inked = image.select(0, 0).lt(1).sum().itemAsLong();
        assertEquals(3 * 9, inked);
    }
}
