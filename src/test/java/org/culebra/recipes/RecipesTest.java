package org.culebra.recipes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
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
import java.util.Properties;
import javax.imageio.ImageIO;
import org.culebra.data.DataPlaces;
import org.culebra.data.Digits;
import org.culebra.data.IdxFiles;
import org.culebra.io.Json;
import org.culebra.models.DigitsCnn;
import org.culebra.models.SmallCnn;
import org.culebra.nn.Layer;
import org.culebra.recipes.shipped.Recipes;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.culebra.train.Checkpoints;
import org.culebra.train.ModelFile;
import org.culebra.train.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes from end to end, on little data. */
class RecipesTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A job in the temporary folder, with options as {@code name=value}. */
    private Job job(String recipe, String... told) throws IOException {
        var values = new LinkedHashMap<String, String>();
        for (String each : told) {
            int sign = each.indexOf('=');
            values.put(each.substring(0, sign), each.substring(sign + 1));
        }
        return Job.of(recipe(recipe), values, folder).withOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    private Job onBars(String recipe, String... told) throws IOException {
        return job(recipe, told).withPlaces(DataPlaces.standard().chosen(Optional.of(folder)));
    }

    private static Classifying classifying(String name) {
        return assertInstanceOf(Classifying.class, recipe(name));
    }

    private Path model() {
        return folder.resolve("model.safetensors");
    }

    private static Recipe recipe(String name) {
        return Recipes.all().stream()
                .filter(recipe -> recipe.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static double number(Map<String, Object> results, String name) {
        return results.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    @Test
    void namesAreThoseOfTheReadme() {
        assertEquals(
                List.of(
                        "digits-cnn",
                        "fashion-cnn",
                        "fashion-mlp",
                        "mnist-cnn",
                        "mnist-mlp",
                        "mnist-dropout-cnn",
                        "lenet5",
                        "study-optimizers",
                        "study-initialization",
                        "study-regularizers",
                        "study-batch-size",
                        "end-to-end",
                        "adversarial-examples",
                        "heteroscedastic",
                        "network-distributions",
                        "autoencoder",
                        "autoencoder-sampler",
                        "attribute-vector",
                        "vae",
                        "vae-conv",
                        "vae-iwae",
                        "gan",
                        "mode-collapse",
                        "conditional-gan",
                        "pix2pix",
                        "cyclegan",
                        "stylegan",
                        "judge"),
                Recipes.all().stream().map(Recipe::name).toList());
    }

    @Test
    void theNetworksHaveTheSizesOfTheirDescription() {
        assertEquals(83_466, SmallCnn.create().parameterCount());
        assertEquals(6_090, DigitsCnn.create().parameterCount());
        assertArrayEquals(new long[] {3, 10}, logits(SmallCnn.create(), Tensor.ones(3, 1, 28, 28)));
        assertArrayEquals(new long[] {3, 10}, logits(DigitsCnn.create(), Tensor.ones(3, 1, 8, 8)));
    }

    private static long[] logits(Layer net, Tensor images) {
        net.initialize(Random.seeded(0));
        return net.forward(images).shape().dims();
    }

    @Test
    void digitsAreLearnedInAFewEpochsSavedAndTested() throws IOException {
        Map<String, Object> results = recipe("digits-cnn").train(job("digits-cnn", "epochs=7"));
        assertTrue(number(results, "test_accuracy") > .95, results::toString);
        assertTrue(number(results, "train_loss") < .2, results::toString);
        assertEquals(6_090, number(results, "parameters"));
        assertEquals(7, number(results, "epochs"));
        assertEquals(0, number(results, "seed"));
        assertTrue(number(results, "images_per_second") > 0 && number(results, "seconds") > 0, results::toString);
        assertEquals(folder.resolve("model.safetensors").toString(), results.get("model"));
        assertTrue(lines().contains("  6,090 parameters"), out::toString);
        assertTrue(lines().getLast().startsWith("model saved to "), out::toString);

        Map<String, Object> tested = classifying("digits-cnn").evaluate(job("digits-cnn"), model());
        for (String name : List.of("test_accuracy", "test_loss", "parameter_hash", "confusion")) {
            assertEquals(results.get(name), tested.get(name), name);
        }
    }

    @Test
    void imagesInIdxFilesAreTrainedAndTestedWith() throws IOException {
        IdxFiles.writeBars(folder, 15, 20);
        Map<String, Object> results = recipe("fashion-cnn").train(onBars("fashion-cnn", "epochs=1", "batch-size=10"));
        assertEquals(20, number(results, "test_images"));
        assertEquals(83_466, number(results, "parameters"));
        assertTrue(number(results, "train_loss") > 1, results::toString);
        assertTrue(lines().getFirst().startsWith("Fashion-MNIST: 15 examples to learn from, 20 to test with, "));
        assertTrue(lines().stream().anyMatch(line -> line.matches("4 {2}coat .*%")), out::toString);
    }

    @Test
    void nothingIsTrainedThatCouldNotBeSaved() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Path nowhere = file.resolve("run");
        assertTrue(String.valueOf(
                        assertThrows(IOException.class, () -> Run.in(nowhere)).getMessage())
                .startsWith("the folder " + nowhere + " for the run cannot be made: "));
        assertEquals(List.of(), lines());
    }

    @Test
    void aDataFolderThatIsNotThereIsSaidEvenWhereNoneIsNeeded() {
        Path nowhere = folder.resolve("none");
        for (Recipe recipe : Recipes.all()) {
            assertEquals(
                    "the data folder " + nowhere + " is not there",
                    assertThrows(
                                    IOException.class,
                                    () -> recipe.train(job(recipe.name())
                                            .withPlaces(DataPlaces.standard().chosen(Optional.of(nowhere)))))
                            .getMessage(),
                    recipe.name());
        }
    }

    @Test
    void aModelOfNoNumbersIsNotTested() throws IOException {
        Layer net = DigitsCnn.create();
        net.initialize(Random.seeded(0));
        net.state().forEach((path, value) -> value.assign(path.equals("0.bias") ? value.mul(Double.NaN) : value));
        Path file = model();
        ModelFile.save(file, net, Map.of());
        assertEquals(
                file + " holds a model that cannot be used: 16 of the 16 numbers of 0.bias are NaN or infinite",
                assertThrows(IOException.class, () -> classifying("digits-cnn").evaluate(job("digits-cnn"), file))
                        .getMessage());
    }

    @Test
    void whatWentWrongLeavesNoModelBehind() throws IOException {
        IdxFiles.writeBars(folder, 40, 20);
        Path labels = folder.resolve("t10k-labels-idx1-ubyte");
        Files.write(labels, new byte[] {0, 0, 8, 1, 0, 0, 0, 20, 1, 2, 3});
        String message = assertThrows(
                        IOException.class, () -> recipe("mnist-cnn").train(onBars("mnist-cnn")))
                .getMessage();
        assertTrue(
                String.valueOf(message).endsWith("t10k-labels-idx1-ubyte is cut short: 20 bytes announced, 3 there"),
                message);
        assertFalse(Files.exists(folder.resolve("model.safetensors")));
    }

    @Test
    void aModelOfAnotherRecipeIsRefused() throws IOException {
        recipe("digits-cnn").train(job("digits-cnn", "epochs=1", "batch-size=500"));
        assertEquals(
                model()
                        + " holds another model: 0.weight is f32[16, 1, 3, 3] instead of f32[32, 1, 5, 5]; 0.bias is f32[16]"
                        + " instead of f32[32]; 3.weight is f32[32, 16, 3, 3] instead of f32[64, 32, 5, 5]; 3.bias is"
                        + " f32[32] instead of f32[64] and 1 more",
                assertThrows(IOException.class, () -> classifying("mnist-cnn").evaluate(job("mnist-cnn"), model()))
                        .getMessage());
    }

    @Test
    void aModelOfTheSameShapeByAnotherRecipeIsRefused() throws IOException {
        IdxFiles.writeBars(folder, 15, 20);
        recipe("fashion-cnn").train(onBars("fashion-cnn", "epochs=1", "batch-size=15"));
        assertEquals(
                model() + " holds another model: it was trained by fashion-cnn, not by mnist-cnn",
                assertThrows(IOException.class, () -> classifying("mnist-cnn").evaluate(onBars("mnist-cnn"), model()))
                        .getMessage());
    }

    @Test
    void theFolderOfTheRunHasEverything() throws IOException {
        recipe("digits-cnn").train(job("digits-cnn", "epochs=2", "seed=9", "hold-out=.2", "patience=5"));
        Properties configuration = new Properties();
        try (var reader = Files.newBufferedReader(folder.resolve("config.properties"))) {
            configuration.load(reader);
        }
        assertEquals("digits-cnn", configuration.get("recipe"));
        assertEquals("9", configuration.get("seed"));
        assertEquals("0.2", configuration.get("hold-out"));
        Map<?, ?> run = assertInstanceOf(Map.class, Json.parse(Files.readString(folder.resolve("run.json"))));
        for (String fact : List.of(
                "recipe",
                "description",
                "started",
                "model",
                "parameters",
                "data",
                "classes",
                "environment",
                "options",
                "steps",
                "epochs")) {
            assertTrue(run.containsKey(fact), fact);
        }
        var metrics = Files.readAllLines(folder.resolve("metrics.jsonl"));
        Map<?, ?> last = assertInstanceOf(Map.class, Json.parse(metrics.getLast()));
        assertEquals("epoch", last.get("kind"));
        assertEquals(2L, last.get("epoch"));
        assertTrue(last.containsKey("validation_accuracy") && last.containsKey("examples_per_second"), last::toString);
        Map<?, ?> result = assertInstanceOf(Map.class, Json.parse(Files.readString(folder.resolve("result.json"))));
        assertTrue(result.containsKey("test_accuracy"), result::toString);
        assertFalse(Checkpoints.in(folder.resolve("checkpoints")).files().isEmpty());
    }

    @Test
    void stoppingEarlyNeedsDataOfItsOwn() {
        assertEquals(
                "--patience: to stop early by the test data would be to learn from them; say --hold-out, too",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> recipe("digits-cnn").train(job("digits-cnn", "patience=3")))
                        .getMessage());
    }

    @Test
    void anImageIsRecognized() throws IOException {
        recipe("digits-cnn").train(job("digits-cnn", "epochs=7"));
        var batch = Digits.load().test().get(0, 1, 2, 3, 4, 5, 6, 7);
        Predictor predictor = classifying("digits-cnn").predictor(model(), RecipeOptions.of(recipe("digits-cnn")));
        int right = 0;
        for (int i = 0; i < 8; i++) {
            Path file = folder.resolve(i + ".png");
            var picture = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
            double[] pixels = batch.inputs().select(0, i).toDoubleArray();
            for (int k = 0; k < 64; k++) {
                picture.getRaster().setSample(k % 8, k / 8, 0, (int) pixels[k]);
            }
            ImageIO.write(picture, "png", file.toFile());
            List<Prediction> likely = predictor.predict(file, false);
            assertEquals(10, likely.size());
            assertEquals(1, likely.stream().mapToDouble(Prediction::probability).sum(), 1e-5);
            String truth = Long.toString(batch.targets().toLongArray()[i]);
            right += likely.getFirst().label().equals(truth) ? 1 : 0;
        }
        int found = right;
        assertTrue(found >= 6, () -> found + " of 8");
    }

    @Test
    void optionsAreChecked() {
        Recipe recipe = recipe("digits-cnn");
        assertEquals("epochs: a whole number of at least 1, not '0'", failure(recipe, Map.of("epochs", "0")));
        assertEquals("learning-rate: a positive number, not 'fast'", failure(recipe, Map.of("learning-rate", "fast")));
        assertEquals("hold-out: a number from 0 to 0.9, not '1'", failure(recipe, Map.of("hold-out", "1")));
        assertEquals("seed: a whole number, not '1.5'", failure(recipe, Map.of("seed", "1.5")));
        assertTrue(failure(recipe, Map.of("epoch", "1"))
                .startsWith("digits-cnn has no option 'epoch'; it has epochs, batch-size, "));
        assertEquals(
                RecipeOptions.of(recipe, Map.of("seed", "-4")).asText(),
                RecipeOptions.of(
                                recipe,
                                RecipeOptions.of(recipe, Map.of("seed", "-4")).asText())
                        .asText());
    }

    private static String failure(Recipe recipe, Map<String, String> told) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> RecipeOptions.of(recipe, told))
                .getMessage());
    }
}
