package org.culebra.recipes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.culebra.data.IdxFiles;
import org.culebra.models.DigitsCnn;
import org.culebra.models.SmallCnn;
import org.culebra.nn.Layer;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.culebra.train.ModelFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes from end to end, on little data. */
class RecipesTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private RecipeOptions options() {
        return RecipeOptions.defaults()
                .withOut(new PrintStream(out, true, StandardCharsets.UTF_8))
                .withSaveTo(folder.resolve("model.safetensors"));
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
                List.of("digits-cnn", "fashion-cnn", "mnist-cnn"),
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
        Map<String, Object> results = recipe("digits-cnn").train(options().withEpochs(7));
        assertTrue(number(results, "test_accuracy") > .95, results::toString);
        assertTrue(number(results, "train_loss") < .2, results::toString);
        assertEquals(6_090, number(results, "parameters"));
        assertEquals(7, number(results, "epochs"));
        assertEquals(0, number(results, "seed"));
        assertTrue(number(results, "images_per_second") > 0 && number(results, "seconds") > 0, results::toString);
        assertEquals(folder.resolve("model.safetensors").toString(), results.get("model"));
        assertTrue(lines().contains("  6,090 parameters"), out::toString);
        assertTrue(lines().getLast().startsWith("model saved to "), out::toString);

        Map<String, Object> tested = recipe("digits-cnn").test(options(), folder.resolve("model.safetensors"));
        for (String name : List.of("test_accuracy", "test_loss", "parameter_hash", "confusion")) {
            assertEquals(results.get(name), tested.get(name), name);
        }
    }

    @Test
    void imagesInIdxFilesAreTrainedAndTestedWith() throws IOException {
        IdxFiles.writeBars(folder, 15, 20);
        RecipeOptions options =
                options().withDataDirectory(folder).withEpochs(1).withBatchSize(10);
        Map<String, Object> results = recipe("fashion-cnn").train(options);
        assertEquals(20, number(results, "test_images"));
        assertEquals(83_466, number(results, "parameters"));
        assertTrue(number(results, "train_loss") > 1, results::toString);
        assertTrue(lines().getFirst().startsWith("Fashion-MNIST: 15 images to learn from, 20 to test with, "));
        assertTrue(lines().stream().anyMatch(line -> line.matches("4 {2}coat .*%")), out::toString);
    }

    @Test
    void nothingIsTrainedThatCouldNotBeSaved() {
        Path nowhere = folder.resolve("none/model.safetensors");
        assertEquals(
                "the model cannot be saved to " + nowhere + ": the folder is not there",
                assertThrows(
                                IOException.class,
                                () -> recipe("digits-cnn").train(options().withSaveTo(nowhere)))
                        .getMessage());
        assertEquals(List.of(), lines());
    }

    @Test
    void aDataFolderThatIsNotThereIsSaidEvenWhereNoneIsNeeded() {
        Path nowhere = folder.resolve("none");
        for (Recipe recipe : Recipes.all()) {
            assertEquals(
                    "the data folder " + nowhere + " is not there",
                    assertThrows(IOException.class, () -> recipe.train(options().withDataDirectory(nowhere)))
                            .getMessage(),
                    recipe.name());
        }
    }

    @Test
    void aModelOfNoNumbersIsNotTested() throws IOException {
        Layer net = DigitsCnn.create();
        net.initialize(Random.seeded(0));
        net.state().forEach((path, value) -> value.assign(path.equals("0.bias") ? value.mul(Double.NaN) : value));
        Path file = folder.resolve("model.safetensors");
        ModelFile.save(file, net, Map.of());
        assertEquals(
                file + " holds a model that cannot be used: 16 of the 16 numbers of 0.bias are NaN or infinite",
                assertThrows(IOException.class, () -> recipe("digits-cnn").test(options(), file))
                        .getMessage());
    }

    @Test
    void whatWentWrongLeavesNoModelBehind() throws IOException {
        IdxFiles.writeBars(folder, 40, 20);
        Path labels = folder.resolve("t10k-labels-idx1-ubyte");
        Files.write(labels, new byte[] {0, 0, 8, 1, 0, 0, 0, 20, 1, 2, 3});
        String message = assertThrows(
                        IOException.class,
                        () -> recipe("mnist-cnn").train(options().withDataDirectory(folder)))
                .getMessage();
        assertTrue(
                String.valueOf(message).endsWith("t10k-labels-idx1-ubyte is cut short: 20 bytes announced, 3 there"),
                message);
        assertFalse(Files.exists(folder.resolve("model.safetensors")));
    }

    @Test
    void aModelOfAnotherRecipeIsRefused() throws IOException {
        recipe("digits-cnn").train(options().withEpochs(1).withBatchSize(500));
        Path file = folder.resolve("model.safetensors");
        assertEquals(
                file
                        + " holds another model: 0.weight is f32[16, 1, 3, 3] instead of f32[32, 1, 5, 5]; 0.bias is f32[16]"
                        + " instead of f32[32]; 3.weight is f32[32, 16, 3, 3] instead of f32[64, 32, 5, 5]; 3.bias is"
                        + " f32[32] instead of f32[64] and 1 more",
                assertThrows(IOException.class, () -> recipe("mnist-cnn").test(options(), file))
                        .getMessage());
    }

    @Test
    void aModelOfTheSameShapeByAnotherRecipeIsRefused() throws IOException {
        IdxFiles.writeBars(folder, 15, 20);
        RecipeOptions options =
                options().withDataDirectory(folder).withEpochs(1).withBatchSize(15);
        recipe("fashion-cnn").train(options);
        Path file = folder.resolve("model.safetensors");
        assertEquals(
                file + " holds another model: it was trained by fashion-cnn, not by mnist-cnn",
                assertThrows(IOException.class, () -> recipe("mnist-cnn").test(options, file))
                        .getMessage());
    }
}
