package org.culebra.recipes.study;

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
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.shipped.Recipes;
import org.culebra.report.RunFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The studies on few digits. */
class StudiesTest {
    private static final List<String> SHORT = List.of("data=digits", "examples=300", "epochs=2");

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
        all.addAll(List.of(told));
        all.forEach(each -> values.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1)));
        return Job.of(recipe(name), values, folder.resolve(place))
                .withOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    private Map<String, Object> run(String name, String place, String... told) throws IOException {
        return recipe(name).train(job(name, place, told));
    }

    private static Map<?, ?> variants(Map<String, Object> results) {
        return assertInstanceOf(Map.class, results.get("variants"));
    }

    /** The figures of a variant but for the times. */
    private static Map<String, Object> figures(Map<String, Object> results, String variant) {
        var figures = new LinkedHashMap<String, Object>();
        Map<?, ?> all = assertInstanceOf(Map.class, variants(results).get(variant));
        all.forEach((name, value) -> figures.put(String.valueOf(name), value));
        figures.keySet().removeIf(name -> name.startsWith("seconds"));
        return figures;
    }

    private static double number(Map<String, Object> results, String variant, String name) {
        return assertInstanceOf(Number.class, figures(results, variant).get(name), variant + ", " + name)
                .doubleValue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "study-optimizers; seeds=1 target=.5 warm-up=3; 4; training-loss test-accuracy",
                "study-initialization; units=20; 6; activations gradients training-loss test-accuracy",
                "study-regularizers; seeds=1 units=30; 6; test-loss test-error",
                "study-batch-size; least=32 most=128 target=.3 warm-up=3; 3; time-and-steps accuracy-by-step accuracy-by-time",
                "end-to-end; seeds=1; 3; test-error denoising-error"
            })
    void sameSeedSameFiguresAndPlots(String name, String told, int count, String plots) throws IOException {
        String[] options = told.split(" ");
        Map<String, Object> first = run(name, "a", options);
        Map<String, Object> second = run(name, "b", options);
        assertEquals(count, variants(first).size());
        assertEquals(300L, first.get("examples"));
        for (Object variant : variants(first).keySet()) {
            String each = variant.toString();
            assertFalse(figures(first, each).isEmpty());
            assertEquals(figures(first, each), figures(second, each), each);
            RunFolder run = RunFolder.read(folder.resolve("a/parts").resolve(each));
            assertEquals(RunFolder.State.FINISHED, run.state(), each);
        }
        RunFolder whole = RunFolder.read(folder.resolve("a"));
        assertEquals(RunFolder.State.FINISHED, whole.state());
        assertEquals(
                List.of(plots.split(" ")),
                whole.pictures().stream()
                        .map(picture -> picture.file().getFileName().toString().replace(".png", ""))
                        .toList());
        for (var picture : whole.pictures()) {
            assertEquals("plots", picture.group());
            assertFalse(picture.caption().isEmpty());
            requirePlot(picture.file());
        }
        assertEquals(
                variants(first).keySet().stream().map(String::valueOf).toList(),
                whole.parts().stream().map(RunFolder::name).toList());
    }

    private static void requirePlot(Path file) throws IOException {
        BufferedImage picture = ImageIO.read(file.toFile());
        assertEquals(1200, picture.getWidth());
        assertEquals(720, picture.getHeight());
        Set<Integer> colours = new TreeSet<>();
        for (int rgb : picture.getRGB(0, 0, 1200, 720, null, 0, 1200)) {
            colours.add(rgb);
        }
        assertTrue(colours.contains(0xFF0072B2) && colours.size() > 20, () -> file + ": " + colours.size());
    }

    @Test
    void anotherSeedIsAnotherTraining() throws IOException {
        Map<String, Object> zero = run("end-to-end", "a", "seeds=1");
        Map<String, Object> one = run("end-to-end", "b", "seeds=1", "seed=1");
        assertNotEquals(figures(zero, "apart"), figures(one, "apart"));
    }

    @Test
    void withoutMomentumMomentumIsPlain() throws IOException {
        Map<String, Object> results =
                run("study-optimizers", "a", "momentum=0", "seeds=1", "warm-up=0", "epochs=3", "target=.6");
        assertEquals(figures(results, "sgd"), figures(results, "momentum"));
        assertEquals(figures(results, "sgd"), figures(results, "nesterov"));
        assertNotEquals(figures(results, "sgd"), figures(results, "adam"));
    }

    @Test
    void momentumAndAdamNeedFewerStepsThanPlainDescent() throws IOException {
        Map<String, Object> results =
                run("study-optimizers", "a", "examples=0", "seeds=1", "warm-up=0", "epochs=4", "target=.8");
        assertFalse(figures(results, "sgd").containsKey("steps_to_target"), results::toString);
        for (String name : List.of("momentum", "nesterov", "adam")) {
            assertTrue(number(results, name, "steps_to_target") <= 69, results::toString);
            assertTrue(number(results, name, "test_error") < 15, results::toString);
        }
        assertTrue(number(results, "sgd", "train_loss") > 1.5, results::toString);
    }

    @Test
    void rightWeightsKeepTheSizeOfTheActivationsAndOthersDoNot() throws IOException {
        Map<String, Object> results = run("study-initialization", "a");
        List<?> right = layers(results, "relu-right");
        List<?> small = layers(results, "relu-too-small");
        assertEquals(4, right.size());
        for (int k = 0; k < 4; k++) {
            double value = assertInstanceOf(Double.class, right.get(k));
            assertTrue(value > .3 && value < 2, right::toString);
            assertEquals(value * Math.pow(10, -k - 1), assertInstanceOf(Double.class, small.get(k)), value * 1e-6);
        }
        assertEquals("diverged", figures(results, "relu-too-large").get("ended"));
        assertFalse(figures(results, "relu-too-large").containsKey("test_error"));
        double ratio = number(results, "sigmoid-too-small", "last_gradient")
                / number(results, "sigmoid-too-small", "first_gradient");
        assertTrue(ratio > 1000, () -> "gradients vanish: " + ratio);
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("| ReLU, too large (diverged) |"), out::toString);
        assertTrue(Files.readString(folder.resolve("a/parts/relu-right/health.jsonl"))
                .contains("ReLU"));
    }

    private static List<?> layers(Map<String, Object> results, String variant) {
        return assertInstanceOf(List.class, figures(results, variant).get("activation_deviation"));
    }

    @Test
    void aFactorOfOneIsRight() throws IOException {
        Map<String, Object> results = run("study-initialization", "a", "factor=1", "hidden-layers=2", "units=12");
        assertEquals(figures(results, "sigmoid-right"), figures(results, "sigmoid-too-large"));
        assertEquals(figures(results, "relu-right"), figures(results, "relu-too-small"));
        assertEquals(2, layers(results, "relu-right").size());
    }

    @Test
    void aRegularizerThatDoesNothingChangesNoBit() throws IOException {
        Map<String, Object> results =
                run("study-regularizers", "a", "seeds=1", "units=20", "dropout=0", "max-norm=1e6", "l1=0", "l2=.1");
        for (String name : List.of("l1", "max-norm", "dropout", "dropout-max-norm")) {
            assertEquals(figures(results, "none"), figures(results, name), name);
        }
        assertTrue(number(results, "l2", "train_loss") > number(results, "none", "train_loss"), results::toString);
    }

    @Test
    void batchesHaveTheSizesThatWereTold() throws IOException {
        Map<String, Object> results = run("study-batch-size", "a", "least=50", "most=299", "warm-up=0", "epochs=1");
        assertEquals(
                Set.of("batch-50", "batch-100", "batch-200"), variants(results).keySet());
        assertEquals(6, number(results, "batch-50", "steps"));
        assertEquals(3, number(results, "batch-100", "steps"));
        assertEquals(2, number(results, "batch-200", "steps"));
    }

    @Test
    void modulesTrainedApartAreGoodAloneAndWorseInARow() throws IOException {
        Map<String, Object> results = run("end-to-end", "a", "examples=0", "epochs=8", "seeds=1", "noise=1.5");
        double alone = number(results, "apart", "error_on_clean");
        assertTrue(alone < 15 && number(results, "apart", "test_error") > 2 * alone, results::toString);
        assertTrue(
                number(results, "apart", "denoising_error") < number(results, "together", "denoising_error"),
                results::toString);
    }

    @Test
    void severalSeedsGiveMeansAndDeviations() throws IOException {
        Map<String, Object> both = run("end-to-end", "a", "seeds=2", "seed=5");
        Map<String, Object> five = run("end-to-end", "b", "seeds=1", "seed=5");
        Map<String, Object> six = run("end-to-end", "c", "seeds=1", "seed=6");
        assertTrue(Files.exists(folder.resolve("a/parts/apart-seed-6/metrics.jsonl")));
        double a = number(five, "apart", "denoising_error");
        double b = number(six, "apart", "denoising_error");
        // The examples are those of the first seed.
        assertEquals(a, number(both, "apart", "denoising_error"), .2);
        assertTrue(number(both, "apart", "denoising_error_deviation") > 0);
        assertNotEquals(a, b);
        assertTrue(out.toString(StandardCharsets.UTF_8).contains(" ± "), out::toString);
    }

    @Test
    void whatWasFinishedIsNotDoneAgain() throws IOException {
        String[] told = {"seeds=1", "units=20"};
        Map<String, Object> whole = run("study-regularizers", "a", told);
        Files.delete(folder.resolve("a/parts/l2/part.json"));
        out.reset();
        Map<String, Object> again = recipe("study-regularizers")
                .train(job("study-regularizers", "a", told).resuming());
        assertEquals(variants(whole), variants(again));
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(
                5,
                lines.stream().filter(line -> line.endsWith(" was done before")).count());
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("l2 ") && line.contains("test error")));

        out.reset();
        recipe("study-regularizers")
                .train(job("study-regularizers", "a", "seeds=1", "units=10").resuming());
        assertFalse(out.toString(StandardCharsets.UTF_8).contains("done before"), out::toString);
    }

    @Test
    void timeIsShared() throws IOException {
        Map<String, Object> results = run("end-to-end", "a", "epochs=100000", "minutes=.02", "seeds=1");
        for (Object variant : variants(results).keySet()) {
            assertTrue(
                    String.valueOf(figures(results, variant.toString()).get("ended"))
                            .endsWith("seconds are over"),
                    results::toString);
        }
    }

    @Test
    void wrongOptionsAreSaidInASentence() throws IOException {
        assertEquals(
                "data: fashion-mnist, mnist, digits, not 'cifar-10'",
                assertThrows(IllegalArgumentException.class, () -> run("end-to-end", "a", "data=cifar-10"))
                        .getMessage());
        assertEquals(
                "factor: a number from 1 to 1000000, not '.5'",
                assertThrows(IllegalArgumentException.class, () -> run("study-initialization", "a", "factor=.5"))
                        .getMessage());
        assertEquals(
                "most: at least as many images as least, 64, not 32",
                assertThrows(IllegalArgumentException.class, () -> run("study-batch-size", "a", "least=64", "most=32"))
                        .getMessage());
        assertEquals(
                "most: at most as many images as there are examples, 300, not 512",
                assertThrows(IllegalArgumentException.class, () -> run("study-batch-size", "a"))
                        .getMessage());
    }

    @Test
    void everyOptionHasADefaultAndALineOfHelp() {
        for (Recipe recipe : Recipes.all()) {
            for (RecipeOption<?> option : recipe.options()) {
                assertEquals(option.fallback(), option.parse(option.fallback().toString()), option::name);
                assertTrue(option.help().endsWith(".") && option.help().length() < 110, option::help);
            }
        }
    }

    @Test
    void cellsOfTheTable() {
        Course three = new Course(List.of(), 3, 1, "", Map.of());
        Course five = new Course(List.of(), 5, 1, "", Map.of());
        assertEquals("3", Measure.steps().cell(List.of(three)));
        assertEquals("4 ± 1", Measure.steps().cell(List.of(three, five)));
        assertEquals("–", Measure.testError().cell(List.of(three, five)));
        assertEquals("steps to 97.5 %", Measure.stepsTo(.975).heading());
        assertEquals("1.0e+00", new Measure("s", "s", -1, Course::seconds).cell(List.of(three)));
    }
}
