package org.culebra.recipes.autoencode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.culebra.data.DataPlaces;
import org.culebra.data.Digits;
import org.culebra.distributions.Normal;
import org.culebra.memory.DType;
import org.culebra.recipes.Generating;
import org.culebra.recipes.Generator;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.shipped.Recipes;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.Callback;
import org.culebra.train.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Autoencoders and variational ones on few digits. */
class LatentRecipesTest {
    private static final List<String> SHORT = List.of("data=digits", "examples=200", "batch-size=50", "epochs=2");

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private static Recipe recipe(String name) {
        return Recipes.all().stream()
                .filter(recipe -> recipe.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Job job(String name, String place, String... told) throws IOException {
        var values = new LinkedHashMap<String, String>();
        var all = new ArrayList<>(SHORT);
        if (name.equals("autoencoder-sampler") || name.equals("attribute-vector") || name.startsWith("vae")) {
            all.add("judge=" + judge());
        }
        all.addAll(List.of(told));
        all.forEach(each -> values.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1)));
        return Job.of(recipe(name), values, folder.resolve(place))
                .withOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    /** A judge of digits that has learned little. */
    private Path judge() throws IOException {
        Path place = folder.resolve("judge");
        if (!Files.exists(place.resolve("model.safetensors"))) {
            var told = Map.of("data", "digits", "epochs", "1", "examples", "300");
            recipe("judge")
                    .train(Job.of(recipe("judge"), told, place)
                            .withOut(new PrintStream(out, true, StandardCharsets.UTF_8)));
        }
        return place.resolve("model.safetensors");
    }

    private Map<String, Object> run(String name, String place, String... told) throws IOException {
        return recipe(name).train(job(name, place, told));
    }

    private static double number(Map<String, Object> results, String name) {
        return assertInstanceOf(Number.class, results.get(name), name).doubleValue();
    }

    /** What must be the same if the same is done again. */
    private static Map<String, Object> figures(Map<String, Object> results) {
        var figures = new LinkedHashMap<>(results);
        figures.keySet().removeAll(List.of("seconds", "images_per_second", "model"));
        return figures;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "autoencoder; architecture=dense; test_squared_error, pca_squared_error, mean_squared_error;"
                        + " reconstructions, interpolation, latents",
                "autoencoder; architecture=convolutional; test_squared_error, pca_squared_error;"
                        + " reconstructions, interpolation, latents",
                "autoencoder-sampler; latents=4; frechet_distance, frechet_distance_independent,"
                        + " frechet_distance_reconstructions, precision; samples, independent",
                "attribute-vector; latents=4; share_success, share_success_random_direction, best_step,"
                        + " classifier_accuracy; attribute, attribute-plot",
                "vae; latents=3; test_loss, test_reconstruction, test_divergence, train_divergence, active_latents,"
                        + " frechet_distance, modes, nearest_training_distance;"
                        + " samples, reconstructions, interpolation",
                "vae; conditional=true; test_loss, frechet_distance; samples, reconstructions",
                "vae; likelihood=gaussian; test_loss, precision; samples, reconstructions",
                "vae-conv; batch-size=200; seen_test_loss, frechet_distance, nearest_training_distance_of_real; samples, manifold, latents",
                "vae-iwae; nll-samples=60; nll, bound_1, bound_50; samples"
            })
    void theSameSeedComesToTheSameBits(String name, String option, String wanted, String pictures) throws IOException {
        String[] told = name.equals("vae-iwae") ? new String[] {option, "nll-images=20"} : new String[] {option};
        Map<String, Object> first = run(name, "first", told);
        assertEquals(figures(first), figures(run(name, "second", told)));
        for (String figure : wanted.split(",", -1)) {
            assertTrue(Double.isFinite(number(first, figure.strip())), figure);
        }
        for (String picture : pictures.split(",", -1)) {
            assertTrue(Files.size(folder.resolve("first/pictures/" + picture.strip() + ".png")) > 0, picture);
        }
    }

    /** Ends after the first epoch, as if it had been interrupted there. */
    private static final class Interruption implements Callback {
        @Override
        public void epochDone(Progress progress) {
            if (progress.epoch() == 1) {
                throw new IllegalStateException("interrupted");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "autoencoder; latents=4; checkpoint-every=3",
                "vae; warm-up=1.5; checkpoint-every=3",
                "vae; binarize=true; samples=2",
                "vae-iwae; nll-samples=0; checkpoint-every=2"
            })
    void anInterruptedRunEndsAsOneThatWasNot(String name, String first, String second) throws IOException {
        Map<String, Object> whole = run(name, "whole", first, second, "checkpoint-every=1");
        Job told = job(name, "parts", first, second, "checkpoint-every=1");
        var interrupted = new Job(
                told.options(), told.run(), false, told.places(), told.out(), false, List.of(new Interruption()));
        assertEquals(
                "interrupted",
                assertThrows(IllegalStateException.class, () -> recipe(name).train(interrupted))
                        .getMessage());
        Map<String, Object> resumed = recipe(name).train(told.resuming());
        assertEquals(whole.get("parameter_hash"), resumed.get("parameter_hash"));
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("resumed after step 3"), out::toString);
    }

    @Test
    void samplesAreScoredWhereThatIsWanted() throws IOException {
        Map<String, Object> some = run("vae", "some", "epochs=1", "scored=50");
        assertEquals(50L, some.get("fake_images"));
        assertEquals(50L, some.get("real_images"));
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("50 generated images beside 50 held-out ones"));
        // Who learned from the held-out images, too, is not held to have copied them.
        Map<String, Object> all = run("vae-conv", "all", "epochs=1", "scored=50");
        assertEquals(some.get("nearest_training_distance_of_real"), all.get("nearest_training_distance_of_real"));
        assertTrue(number(all, "nearest_training_distance_of_real") > 0, all::toString);
        assertFalse(run("vae", "none", "epochs=1", "scored=0").containsKey("frechet_distance"));
    }

    @Test
    void anotherSeedComesToOthers() throws IOException {
        assertNotEquals(
                run("vae", "first", "epochs=1").get("parameter_hash"),
                run("vae", "second", "epochs=1", "seed=1").get("parameter_hash"));
    }

    @Test
    void boundsByMoreSamplesAreTighter() throws IOException {
        Map<String, Object> results =
                run("vae-iwae", "bounds", "epochs=8", "learning-rate=.003", "nll-samples=300", "nll-images=100");
        double[] bounds = {
            number(results, "bound_1"), number(results, "bound_5"), number(results, "bound_50"), number(results, "nll")
        };
        for (int i = 1; i < bounds.length; i++) {
            assertTrue(bounds[i] < bounds[i - 1], results::toString);
        }
        assertEquals(100, number(results, "nll_images"));
    }

    // ---------------------------------------------------------------- generators

    private Generator generator(String name, String place, String... told) throws IOException {
        Job job = job(name, place, told);
        recipe(name).train(job);
        Generating generating = assertInstanceOf(Generating.class, recipe(name));
        assertEquals("digits", generating.subject(job.options()));
        return generating.generator(job.run().model(), job.options());
    }

    @ParameterizedTest
    @CsvSource({"autoencoder,4", "autoencoder-sampler,4", "vae,3", "vae-conv,2"})
    void whatWasTrainedMakesImages(String name, int latents) throws IOException {
        Generator generator = generator(name, "run", "epochs=1", "latents=" + latents);
        assertEquals(latents, generator.latents());
        Tensor z = generator.draw(Random.seeded(1), 3);
        Tensor images = generator.generate(z);
        assertArrayEquals(new long[] {3, 1, 8, 8}, images.shape().dims());
        assertTrue(images.min().item() >= 0 && images.max().item() <= 1);
        assertArrayEquals(images.toDoubleArray(), generator.generate(z).toDoubleArray());
        Generator inner = generator.inner();
        assertArrayEquals(
                new long[] {5, 1, 8, 8},
                inner.generate(inner.draw(Random.seeded(2), 5)).shape().dims());
        try (var tape = Tape.open()) {
            Tensor gradient = tape.gradient(generator.generate(z).sum(), z);
            assertTrue(gradient.abs().max().item() > 0);
        }
        assertEquals(List.of(), generator.classes());
    }

    @Test
    void aConditionalOneIsAskedForAClass() throws IOException {
        Generator generator =
                generator("vae", "run", "conditional=true", "latents=3", "epochs=6", "learning-rate=.003");
        assertEquals(4, generator.latents());
        assertEquals(10, generator.classes().size());
        assertEquals("7", generator.classes().get(7));
        Generator sevens = generator.of(7);
        assertEquals(3, sevens.latents());
        Tensor z = sevens.draw(Random.seeded(1), 2);
        // Φ(z) of the last number chooses the class: .75 is in the middle of 7 of 10.
        double within = Normal.standard(DType.F64).quantile(Tensor.scalar(.75)).item();
        Tensor chosen = Tensor.concat(1, z, Tensor.full(DType.F32, within, 2, 1));
        assertArrayEquals(
                sevens.generate(z).toDoubleArray(), generator.generate(chosen).toDoubleArray());
        assertNotEquals(
                sevens.generate(z).sum().item(),
                generator.of(1).generate(z).sum().item());
        assertEquals(
                "generator: there is no class 10 among 10, 0 to 9",
                assertThrows(IllegalArgumentException.class, () -> generator.of(10))
                        .getMessage());
    }

    @Test
    void aFileOfAnotherRecipeIsRefused() throws IOException {
        Job job = job("autoencoder", "run", "epochs=1");
        recipe("autoencoder").train(job);
        Path file = job.run().model();
        Generating sampler = assertInstanceOf(Generating.class, recipe("autoencoder-sampler"));
        assertEquals(
                file + " holds another model: it was trained by autoencoder, not by autoencoder-sampler",
                assertThrows(
                                IOException.class,
                                () -> sampler.generator(
                                        file,
                                        job("autoencoder-sampler", "other").options()))
                        .getMessage());
        Generating vae = assertInstanceOf(Generating.class, recipe("vae"));
        assertTrue(String.valueOf(assertThrows(
                                IOException.class,
                                () -> vae.generator(file, job("vae", "third").options()))
                        .getMessage())
                .startsWith(file + " holds another model: "));
    }

    // ---------------------------------------------------------------- what does not go together

    private String refusal(String name, String... told) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> run(name, "refused", told))
                .getMessage());
    }

    @Test
    void optionsThatDoNotGoTogetherAreRefused() {
        assertEquals(
                "samples: beta, warm-up and free-bits change the bound by one sample; they do not go with 5",
                refusal("vae", "samples=5", "beta=2"));
        assertEquals(
                "binarize: pixels that are 0 or 1 have no gaussian density; leave likelihood at bernoulli",
                refusal("vae", "binarize=true", "likelihood=gaussian"));
        assertEquals(
                "conditional: only the recipe vae has networks that are told a class",
                refusal("vae-conv", "conditional=true"));
        assertEquals("latents: a whole number of at least 1, not '0'", refusal("vae", "latents=0"));
        assertEquals(
                "attribute-vector: there are no images of both classes among 3 examples; say more",
                refusal("attribute-vector", "examples=3", "epochs=1"));
    }

    @Test
    void aJudgeOfOtherImagesIsRefused() throws IOException {
        Path judge = judge();
        Path other = folder.resolve("other.safetensors");
        Job job = job("autoencoder-sampler", "run", "judge=" + other, "epochs=1");
        Files.writeString(other, "no judge");
        assertTrue(String.valueOf(assertThrows(
                                IOException.class,
                                () -> recipe("autoencoder-sampler").train(job))
                        .getMessage())
                .startsWith(other + " "));
        var images = new Images("mnist", Digits.load().test(), Digits.load().test(), "", (x, _) -> x);
        Job asking = job("autoencoder-sampler", "asking");
        assertEquals(
                judge + " is a judge of digits, not of mnist",
                assertThrows(IOException.class, () -> images.judge(asking)).getMessage());
    }

    @Test
    void emojiThatAreNotThereAreSaid() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        Job job = job("attribute-vector", "run", "data=emoji")
                .withPlaces(new DataPlaces(Optional.of(empty), empty, empty, false, _ -> {}));
        assertTrue(String.valueOf(assertThrows(
                                IOException.class,
                                () -> recipe("attribute-vector").train(job))
                        .getMessage())
                .startsWith("the npm packages emoji-datasource-google and emoji-datasource-twitter are not in "));
    }

    // ---------------------------------------------------------------- parts

    @Test
    void stagesOfTheLearningRateAreThreeTimesAsLongEach() {
        var stages = Variational.schedule("stages", 10);
        assertEquals(1, stages.factor(0));
        assertEquals(1, stages.factor(9));
        assertEquals(Math.pow(10, -1 / 7.), stages.factor(10), 1e-15);
        assertEquals(Math.pow(10, -1 / 7.), stages.factor(39), 1e-15);
        assertEquals(Math.pow(10, -2 / 7.), stages.factor(40), 1e-15);
        assertEquals(Math.pow(10, -3 / 7.), stages.factor(130), 1e-15);
        assertEquals(1, Variational.schedule("constant", 10).factor(1000));
    }

    @Test
    void theWeightOfTheDivergenceRises() {
        var objective = new VariationalTask.Objective(2, 10, 0, 1, false);
        assertEquals(0, objective.betaAt(0));
        assertEquals(1, objective.betaAt(5));
        assertEquals(2, objective.betaAt(10));
        assertEquals(2, objective.betaAt(11));
    }
}
