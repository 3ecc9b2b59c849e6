package org.culebra.recipes.stylegan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.culebra.data.Batch;
import org.culebra.data.DataPlaces;
import org.culebra.data.Digits;
import org.culebra.memory.DType;
import org.culebra.models.DigitsCnn;
import org.culebra.models.StyleGan1;
import org.culebra.models.StyleGan2;
import org.culebra.models.StyleGenerator.Noise;
import org.culebra.nn.Layer;
import org.culebra.nn.Mode;
import org.culebra.optim.Option;
import org.culebra.recipes.Generator;
import org.culebra.recipes.Job;
import org.culebra.recipes.RecipeOptions;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.Adversarial;
import org.culebra.train.FrechetDistance;
import org.culebra.train.ModelFile;
import org.culebra.train.Player;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code stylegan} from end to end on 8×8 digits, and the settings of its papers. */
class StyleGanTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** The generation, a folder and options as {@code name=value}. */
    private Job job(int generation, String name, String... told) throws IOException {
        var values = new LinkedHashMap<String, String>(Map.of(
                "generation", Integer.toString(generation),
                "data", "digits",
                "channels", "8",
                "latents", "8",
                "batch-size", "8",
                "examples", "64",
                "epochs", "2",
                "phase", "20",
                "scored", "0"));
        for (String each : told) {
            int sign = each.indexOf('=');
            values.put(each.substring(0, sign), each.substring(sign + 1));
        }
        return Job.of(StyleGan.recipe(), values, folder.resolve(name))
                .withOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    // ---------------------------------------------------------------- end to end

    @Test
    void theSameBitsAgainAndAfterAnInterruption() throws IOException {
        for (int generation = 1; generation <= 2; generation++) {
            Map<String, Object> first = StyleGan.recipe().train(job(generation, generation + "-first"));
            Map<String, Object> again = StyleGan.recipe().train(job(generation, generation + "-again"));
            assertEquals(first.get("parameter_hash"), again.get("parameter_hash"));
            assertEquals(128L, first.get("images_seen"));
            String place = generation + "-resumed";
            StyleGan.recipe().train(job(generation, place, "epochs=1"));
            Map<String, Object> resumed =
                    StyleGan.recipe().train(job(generation, place).resuming());
            assertEquals(first.get("parameter_hash"), resumed.get("parameter_hash"));
            assertEquals(generation == 1 ? 8 : null, first.get("side"));
            assertTrue(out.toString(StandardCharsets.UTF_8).contains("discriminator of "), out::toString);
        }
    }

    /** Fréchet distance of 300 samples in pixels: crude, but it takes no judge. */
    private static double distance(Generator generator) {
        Tensor real = StyleData.named("digits")
                .kind()
                .unit(Digits.load().test().first(300).inputs().all());
        Tensor fake = generator.generate(generator.draw(Random.seeded(9), 300));
        return FrechetDistance.of(real.flatten(1), fake.flatten(1));
    }

    /** The same training, and the weights of its end averaged over more or fewer steps: what is kept is the average. */
    @Test
    void whatIsKeptIsTheAverage() throws IOException {
        Map<String, Object> far = StyleGan.recipe().train(job(2, "far", "epochs=1", "half-life=1000"));
        Map<String, Object> near = StyleGan.recipe().train(job(2, "near", "epochs=1", "half-life=1"));
        assertEquals(far.get("train_loss"), near.get("train_loss"));
        assertNotEquals(far.get("parameter_hash"), near.get("parameter_hash"));
    }

    @Test
    void digitsAreLearned() throws IOException {
        for (int generation = 1; generation <= 2; generation++) {
            Job job = job(
                    generation,
                    "learned-" + generation,
                    "channels=16",
                    "latents=16",
                    "batch-size=16",
                    "examples=0",
                    "epochs=4",
                    "half-life=500",
                    "phase=500",
                    "truncation=1");
            var before = networks(generation).generator();
            before.initialize(Random.seeded(1));
            double first = distance(StyleGan.generator(before, StyleData.named("digits"), 1));
            StyleGan.recipe().train(job);
            double last = distance(StyleGan.recipe().generator(job.run().model(), job.options()));
            assertTrue(last < first / 3, () -> first + " before, " + last + " after");
        }
    }

    @Test
    void endsAfterSoManyImagesWhateverEpochsSays() throws IOException {
        Map<String, Object> results = StyleGan.recipe().train(job(2, "few", "images=33"));
        assertEquals(40L, results.get("images_seen"), "whole steps of 8");
        assertEquals(
                128L,
                StyleGan.recipe()
                        .train(job(2, "many", "epochs=1", "images=128"))
                        .get("images_seen"));
    }

    @Test
    void samplesAreScoredBesideHeldOutImages() throws IOException {
        Path cache = folder.resolve("cache");
        Job job = job(2, "run", "epochs=1", "scored=60")
                .withPlaces(new DataPlaces(Optional.empty(), cache, cache, false, line -> {}));
        Map<String, Object> results = StyleGan.recipe().train(job);
        assertEquals(60L, results.get("real_images"));
        assertEquals(60L, results.get("fake_images"));
        assertTrue(results.get("frechet_distance") instanceof Double distance && distance > 0, results::toString);
        assertTrue(results.containsKey("precision") && results.containsKey("judge_hash"), results::toString);
        assertEquals(64L, results.get("images_seen"));
        for (String figure : List.of("modes", "nearest_training_distance", "nearer_than_real", "good_share_of_real")) {
            assertTrue(results.get(figure) instanceof Number, figure + " " + results);
        }
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("60 generated images beside 60 held-out ones"));
        assertTrue(
                out.toString(StandardCharsets.UTF_8).lines().anyMatch(line -> line.startsWith("  Fréchet distance ")));
        assertTrue(Files.readString(job.run().folder().resolve("result.json")).contains("\"frechet_distance\""));
    }

    @Test
    void picturesAreThoseOfThePapers() throws IOException {
        StyleGan.recipe().train(job(2, "run", "epochs=7"));
        Path pictures = folder.resolve("run").resolve("pictures");
        String index = Files.readString(pictures.resolve("index.json"));
        for (String file : List.of("samples.png", "truncation.png", "mixing.png", "noise.png", "samples-0000050.png")) {
            assertTrue(Files.size(pictures.resolve(file)) > 100 && index.contains(file), file);
        }
        assertTrue(index.contains("the bottom layers (1–2), the middle ones (3–3), the top ones (4–4)"), index);
    }

    @Test
    void whatWasTrainedMakesImagesOfLatents() throws IOException {
        Job job = job(2, "run", "epochs=1", "truncation=.5");
        StyleGan.recipe().train(job);
        Generator z = StyleGan.recipe().generator(job.run().model(), job.options());
        assertEquals(8, z.latents());
        Tensor latents = z.draw(Random.seeded(1), 3);
        Tensor images = z.generate(latents);
        assertArrayEquals(new long[] {3, 1, 8, 8}, images.shape().dims());
        assertTrue(images.min().item() >= 0 && images.max().item() <= 1);
        assertArrayEquals(images.toDoubleArray(), z.generate(latents).toDoubleArray());
        Generator w = z.inner();
        assertEquals(8, w.latents());
        // Those of the inner space are what the outer one's latents become.
        assertArrayEquals(
                z.generate(z.draw(Random.seeded(4), 2)).toDoubleArray(),
                w.generate(w.draw(Random.seeded(4), 2)).toDoubleArray());
        try (var tape = Tape.open()) {
            Tensor start = w.draw(Random.seeded(1), 2);
            Tensor slope = tape.gradient(w.generate(start).sum(), start);
            assertTrue(slope.abs().sum().item() > 0);
        }
        assertEquals("digits", StyleGan.recipe().subject(job.options()));
    }

    @Test
    void paddingIsNotShown() throws IOException {
        StyleData data = StyleData.named("fashion");
        assertEquals(32, data.side());
        Tensor raw = Tensor.full(DType.U8, 255, 2, 1, 28, 28);
        Tensor padded = data.transform().apply(raw);
        assertArrayEquals(new long[] {2, 1, 32, 32}, padded.shape().dims());
        assertEquals(-1, padded.get(0, 0, 1, 16));
        assertEquals(1, padded.get(0, 0, 2, 2));
        Tensor shown = data.shown(padded);
        assertArrayEquals(new long[] {2, 1, 28, 28}, shown.shape().dims());
        assertEquals(1, shown.min().item());
        // While it grows, images are smaller.
        assertArrayEquals(
                new long[] {2, 1, 28, 28},
                data.shown(Tensor.ones(2, 1, 8, 8)).shape().dims());
        assertEquals(32, StyleData.named("emoji").side());
        assertEquals(8, StyleData.named("digits").side());
    }

    // ---------------------------------------------------------------- the settings of the papers

    private static StyleGame game(int generation, StyleNetworks networks) {
        networks.initialize(Random.seeded(1));
        return new StyleGame(
                networks,
                new StyleGame.Settings(8, generation == 1 ? .001 : .0025, generation == 1 ? 10 : .1, 2, 1000, 20, 1));
    }

    private static StyleNetworks networks(int generation) {
        return StyleNetworks.of(generation, StyleData.named("digits"), 8, 8);
    }

    private static void assertAdam(Player player, double rate, double beta2) {
        var group = player.optimizer().groups().getFirst();
        assertEquals(rate, group.get(Option.LEARNING_RATE), 1e-12, player.name());
        assertEquals(0, group.get(Option.BETA1));
        assertEquals(beta2, group.get(Option.BETA2), 1e-12, player.name());
        assertEquals(1e-8, group.get(Option.EPSILON));
    }

    @Test
    void ratesAreCorrectedForLazyRegularization() {
        List<Player> second = game(2, networks(2)).players().players();
        assertAdam(second.get(0), .0025 * 16 / 17, Math.pow(.99, 16. / 17));
        assertAdam(second.get(1), .0025 * 4 / 5, Math.pow(.99, 4. / 5));
        List<Player> first = game(1, networks(1)).players().players();
        assertAdam(first.get(0), .001, .99);
        assertAdam(first.get(1), .001, .99);
    }

    @Test
    void regularizersComeAtTheirIntervalsAndGrowthGoesOn() {
        Tensor images = Tensor.uniform(Random.seeded(3), -1, 1, 8, 1, 8, 8);
        var batch = new Batch(images, Tensor.zeros(8));
        Adversarial lazy = game(2, networks(2)).players();
        var growing = networks(1);
        Adversarial eager = game(1, growing).players();
        var mode = Mode.training(Random.seeded(4));
        for (int step = 0; step < 18; step++) {
            var figures = lazy.step(batch, mode);
            assertEquals(step % 16 == 0, figures.containsKey("discriminator_penalty"), "step " + step);
            assertEquals(step % 4 == 0, figures.containsKey("generator_penalty"), "step " + step);
            var others = eager.step(batch, mode);
            assertTrue(others.containsKey("r1") && !others.containsKey("discriminator_penalty"), others::toString);
            // 8 images a step; 20 at 4×4, then 20 while it grows to 8×8.
            var growth = assertInstanceOf(StyleGan1.Generator.class, growing.generator())
                    .growth();
            double seen = 8. * step;
            double size = Math.clamp((seen - 20) / 20, 0, 1);
            assertEquals(size, growth.level() == 0 ? 0 : growth.alpha(), 1e-6, "step " + step);
        }
    }

    @Test
    void pathLengthsAreThoseOfTheJacobian() {
        var g = networks(2).generator();
        g.initialize(Random.seeded(1));
        try (var tape = Tape.open()) {
            Tensor styles = g.styles(g.map(Tensor.normal(Random.seeded(2), 0, 1, 2, 8)));
            Tensor made = g.synthesize(styles, Noise.FIXED);
            double[] lengths = StyleGan2.PathLength.of(tape, made, styles, Random.seeded(5))
                    .toDoubleArray();
            // The same y, and Jᵀy of one image and one layer after the other.
            Tensor y = Tensor.normal(Random.seeded(5), 0, 1 / 8., 2, 1, 8, 8);
            for (int b = 0; b < 2; b++) {
                Tensor slope =
                        tape.gradient(made.select(0, b).mul(y.select(0, b)).sum(), styles);
                double sum = 0;
                for (int layer = 0; layer < g.layers(); layer++) {
                    sum += slope.select(0, b).select(0, layer).square().sum().item() / g.layers();
                }
                assertEquals(Math.sqrt(sum), lengths[b], 1e-5);
            }
        }
    }

    // ---------------------------------------------------------------- bad input

    @Test
    void whatCannotBeIsSaid() throws IOException {
        assertEquals(
                "batch-size: there are only 5 examples to make batches of 8 of",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> StyleGan.recipe().train(job(2, "run", "examples=5")))
                        .getMessage());
        assertEquals("generation: 2, 1, not '3'", failure("generation", "3"));
        assertEquals("r1: 'paper' or a number of at least 0, not '-1'", failure("r1", "-1"));
        assertEquals("truncation: 'paper' or a number from -1 to 1, not '2'", failure("truncation", "2"));
        assertEquals("learning-rate: 'paper' or a positive number up to 1, not '0'", failure("learning-rate", "0"));
        Layer other = DigitsCnn.create();
        other.initialize(Random.seeded(0));
        Path file = folder.resolve("model.safetensors");
        ModelFile.save(file, other, Map.of());
        String shapes = String.valueOf(assertThrows(
                        IOException.class, () -> StyleGan.recipe().generator(file, RecipeOptions.of(StyleGan.recipe())))
                .getMessage());
        assertTrue(shapes.startsWith(file + " holds another model: "), shapes);
        var g = networks(2).generator();
        g.initialize(Random.seeded(0));
        ModelFile.save(file, g, Map.of("recipe", "gan"));
        assertEquals(
                file + " holds another model: it was trained by gan, not by stylegan",
                assertThrows(
                                IOException.class,
                                () -> StyleGan.recipe()
                                        .generator(file, job(2, "run").options()))
                        .getMessage());
    }

    private static String failure(String option, String text) {
        return String.valueOf(assertThrows(
                        IllegalArgumentException.class, () -> RecipeOptions.of(StyleGan.recipe(), Map.of(option, text)))
                .getMessage());
    }
}
