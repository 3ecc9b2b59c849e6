package org.culebra.recipes.judge;

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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.culebra.data.DataPlaces;
import org.culebra.data.Dataset;
import org.culebra.data.Digits;
import org.culebra.data.IdxFiles;
import org.culebra.data.ImageGrid;
import org.culebra.data.Splits;
import org.culebra.memory.DType;
import org.culebra.models.JudgeCnn;
import org.culebra.recipes.Job;
import org.culebra.recipes.Prediction;
import org.culebra.recipes.Predictor;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.culebra.train.ModelFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class JudgeTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private DataPlaces places() {
        return new DataPlaces(
                Optional.empty(), folder.resolve("cache"), folder.resolve("system"), false, sentence -> {});
    }

    private Judge tiny() throws IOException {
        return tiny("digits", places());
    }

    private Judge tiny(String name, DataPlaces places) throws IOException {
        var settings = JudgeTraining.Settings.of(JudgeData.named(name)).lasting(2, 300);
        return Judge.trained(places, out, false, name, settings);
    }

    private String said() {
        String text = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        return text;
    }

    private static Tensor digits(boolean test) {
        Splits splits = Digits.load();
        return JudgeData.named("digits").unit((test ? splits.test() : splits.training()).images());
    }

    private static double number(Map<String, Object> results, String name) {
        return results.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    private static void says(String expected, Executable call) {
        assertEquals(
                expected, assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    // ---------------------------------------------------------------- the one that all use

    @Test
    void isTrainedOnceToTheBitsThatItsNameSays() throws IOException {
        String pinned = JudgeData.named("digits").hash();
        Judge first = Judge.of(places(), out, false, "digits");
        assertEquals(pinned, first.hash());
        assertTrue(first.accuracy() > .9, () -> "accuracy " + first.accuracy());
        Path file = folder.resolve("cache/judges/digits-" + pinned.substring(0, 12) + ".safetensors");
        assertTrue(Files.exists(file));
        String said = said();
        assertTrue(
                said.startsWith("there is no judge of digits yet: it is trained now, once, and kept in "
                        + file.getParent() + "\n"),
                said);
        assertFalse(said.contains("other bits"), said);

        Judge kept = Judge.of(places(), out, false, "digits");
        assertEquals("", said());
        assertEquals(first.hash(), kept.hash());
        assertEquals(first.accuracy(), kept.accuracy());
        assertEquals(first.classes(), kept.classes());
        Tensor some = digits(true).narrow(0, 0, 20);
        assertArrayEquals(
                first.features(some).toFloatArray(), kept.features(some).toFloatArray());

        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertEquals(pinned, Judge.of(places(), out, false, "digits").hash());
        said = said();
        assertTrue(said.contains("it is trained anew"), said);
        assertArrayEquals(whole, Files.readAllBytes(file));
    }

    @Test
    void itsTrainingShowsHowFarItIs() throws IOException {
        var settings = JudgeTraining.Settings.of(JudgeData.named("digits")).lasting(2, 300);
        var drawn = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(drawn, true, StandardCharsets.UTF_8));
        try {
            Judge.trained(places(), out, true, "digits", settings);
        } finally {
            System.setErr(before);
        }
        String bar = drawn.toString(StandardCharsets.UTF_8);
        assertTrue(bar.contains("epoch 1/2") && bar.contains("epoch 2/2"), bar);
        assertEquals(2, said().lines().filter(line -> line.matches(" +[12] .*")).count(), "and a line per epoch");
    }

    @Test
    void anotherUnderItsNameIsNotTaken() throws IOException {
        JudgeData data = JudgeData.named("digits");
        var run = Job.of(JudgeRecipe.recipe(), Map.of("data", "digits", "epochs", "1", "examples", "64"), folder)
                .withOut(out);
        JudgeRecipe.recipe().train(run);
        Path file = folder.resolve("cache/judges/digits-" + data.hash().substring(0, 12) + ".safetensors");
        Files.createDirectories(file.getParent());
        Files.copy(folder.resolve("model.safetensors"), file);
        assertFalse(Judge.load(file).hash().equals(data.hash()));
        said();
        assertEquals(data.hash(), Judge.of(places(), out, false, "digits").hash());
        String said = said();
        assertTrue(said.startsWith(file + " is another judge than its name says; it is trained anew\n"), said);
        assertEquals(data.hash(), Judge.load(file).hash());
    }

    @Test
    void namesAndHashes() {
        assertEquals(List.of("fashion", "mnist", "emoji", "digits"), JudgeData.NAMES);
        for (String name : JudgeData.NAMES) {
            assertTrue(JudgeData.named(name).hash().matches("[0-9a-f]{64}"), name);
        }
        says(
                "there is no judge of 'cats'; there are those of fashion, mnist, emoji, digits",
                () -> JudgeData.named("cats"));
    }

    // ---------------------------------------------------------------- what it says

    @Test
    void realImagesScoreBetterThanNoise() throws IOException {
        Judge judge = tiny();
        Tensor test = digits(true);
        Map<String, Object> real = judge.score(test, digits(false).narrow(0, 0, 359));
        assertEquals(
                Set.of(
                        "frechet_distance",
                        "precision",
                        "recall",
                        "inception_score",
                        "class_shares",
                        "modes",
                        "all_modes",
                        "good_share",
                        "good_share_of_real",
                        "real_images",
                        "fake_images",
                        "judge_hash",
                        "judge_accuracy"),
                real.keySet());
        Map<String, Object> noise = judge.score(test, Tensor.uniform(Random.seeded(1), 0, 1, 359, 1, 8, 8));
        assertTrue(number(real, "frechet_distance") < .2 * number(noise, "frechet_distance"), real + "\n" + noise);
        assertTrue(number(real, "precision") > number(noise, "precision") + .5, real + "\n" + noise);
        assertTrue(number(real, "recall") > number(noise, "recall") + .5, real + "\n" + noise);
        assertTrue(number(real, "inception_score") > number(noise, "inception_score"), real + "\n" + noise);
        assertEquals(judge.hash(), real.get("judge_hash"));
        Map<?, ?> shares = assertInstanceOf(Map.class, real.get("class_shares"));
        assertEquals(judge.classes(), List.copyOf(shares.keySet()));
        double sum = shares.values().stream().mapToDouble(Double.class::cast).sum();
        assertEquals(1, sum, 1e-12);
        assertEquals(0, number(judge.score(test, test), "frechet_distance"), 1e-6);
    }

    @Test
    void copiesAreNearerToTheTrainingImagesThanHeldOutOnes() throws IOException {
        Splits splits = Digits.load();
        var yardstick = Yardstick.of(tiny(), splits.training(), splits.test(), 100);
        assertEquals(100, yardstick.count());
        Map<String, Object> copied = yardstick.measure(digits(false).narrow(0, 0, 100));
        assertEquals(0., copied.get("nearest_training_distance"));
        assertEquals(1., copied.get("nearer_than_real"));
        Map<String, Object> real = yardstick.measure(yardstick.real());
        assertEquals(real.get("nearest_training_distance_of_real"), real.get("nearest_training_distance"));
        assertEquals(.5, number(real, "nearer_than_real"), .01);
        assertEquals(real.get("good_share_of_real"), real.get("good_share"));
        assertEquals(0, number(real, "frechet_distance"), 1e-6);
        Map<String, Object> nothing = yardstick.measure(Tensor.zeros(4, 1, 8, 8));
        assertTrue(number(nothing, "modes") <= 1, nothing::toString);
        assertEquals(10, nothing.get("all_modes"));
    }

    @Test
    void someAreDrawnFromEverywhere() {
        // As MNIST is: those at even places are of another kind than those at odd ones.
        long[] labels = LongStream.range(0, 600).map(i -> i % 2).toArray();
        var all = new Dataset("n", Tensor.zeros(DType.U8, 600, 1, 8, 8), Tensor.of(labels), List.of("even", "odd"));
        Dataset some = Yardstick.drawn(all, 200);
        assertEquals(200, some.size());
        assertEquals(.5, some.labels().to(DType.F64).mean().item(), .1);
        assertArrayEquals(
                some.labels().toLongArray(), Yardstick.drawn(all, 200).labels().toLongArray());
        assertEquals(all, Yardstick.drawn(all, 600));
    }

    @Test
    void whatItSaysOfImages() throws IOException {
        Judge judge = tiny();
        Tensor test = digits(true);
        Tensor features = judge.features(test);
        assertEquals("f32[359, " + JudgeCnn.FEATURES + "]", features.describe());
        Tensor probabilities = judge.probabilities(test);
        assertEquals("f32[359, 10]", probabilities.describe());
        assertEquals(359, probabilities.sum().item(), 1e-2);
        long[] found = judge.classify(test).toLongArray();
        long[] truth = Digits.load().test().labels().toLongArray();
        int right = 0;
        for (int i = 0; i < truth.length; i++) {
            right += found[i] == truth[i] ? 1 : 0;
        }
        assertEquals(judge.accuracy(), right / 359.0, 1e-12);
        // Whatever they come with, images are seen by themselves.
        Tensor many = Tensor.concat(0, test, test);
        assertArrayEquals(
                features.toFloatArray(),
                judge.features(many).narrow(0, 359, 359).toFloatArray());
    }

    // ---------------------------------------------------------------- images that fit

    @Test
    void imagesThatDoNotFit() throws IOException {
        Judge judge = tiny();
        says(
                "judge of digits: takes images [N, 1, 8, 8], not f32[2, 3, 8, 8]",
                () -> judge.features(Tensor.zeros(2, 3, 8, 8)));
        says(
                "judge of digits: takes images [N, 1, 8, 8], not u8[2, 1, 8, 8]",
                () -> judge.classify(Tensor.zeros(DType.U8, 2, 1, 8, 8)));
        says(
                "judge of digits: takes images with numbers from 0 to 1, not from -1.0 to 1.0; hint: add(1).div(2)",
                () -> judge.probabilities(Tensor.linspace(DType.F32, -1, 1, 64).reshape(1, 1, 8, 8)));
        says(
                "judge of digits: takes images with numbers from 0 to 1, not from 0.0 to 255.0",
                () -> judge.features(Tensor.linspace(DType.F32, 0, 255, 64).reshape(1, 1, 8, 8)));
        assertThrows(
                IllegalArgumentException.class, () -> judge.features(Tensor.full(DType.F32, Double.NaN, 1, 1, 8, 8)));
        says(
                "judge of fashion: takes images [N, 1, 28, 28] (or 32×32: padded by two pixels), not f32[1, 1, 30, 30]",
                () -> JudgeData.named("fashion").fit(Tensor.zeros(1, 1, 30, 30)));
        says(
                "judge of emoji: takes images [N, 3, 32, 32] (or 64×64: their means of four are taken),"
                        + " not f32[1, 3, 28, 28]",
                () -> JudgeData.named("emoji").fit(Tensor.zeros(1, 3, 28, 28)));
    }

    @Test
    void paddedImagesAreCutBack() throws IOException {
        IdxFiles.writeBars(folder, 300, 50);
        DataPlaces here = places().chosen(Optional.of(folder));
        Judge judge = tiny("fashion", here);
        Tensor images = Tensor.uniform(Random.seeded(2), 0, 1, 5, 1, 28, 28);
        assertArrayEquals(
                judge.features(images).toFloatArray(),
                judge.features(images.pad(2, 2, 2, 2)).toFloatArray());
        assertTrue(judge.accuracy() > .5, () -> "accuracy " + judge.accuracy());
        assertEquals(Judge.class, tiny("mnist", here).getClass());
    }

    @Test
    void largeEmojiAreMadeSmall() {
        Tensor large = Tensor.zeros(1, 3, 64, 64);
        large.select(3, 5).fill(1);
        Tensor small = JudgeData.named("emoji").fit(large);
        assertEquals("f32[1, 3, 32, 32]", small.describe());
        assertEquals(.5, small.get(0, 0, 0, 2));
        assertEquals(0, small.get(0, 0, 0, 3));
        Tensor already = Tensor.uniform(Random.seeded(3), 0, 1, 1, 3, 32, 32);
        assertArrayEquals(
                already.toFloatArray(), JudgeData.named("emoji").fit(already).toFloatArray());
    }

    // ---------------------------------------------------------------- emoji

    @Test
    void emojiAreSortedByDesignerAndKind() throws IOException {
        List<String> categories = List.of(
                "face-smiling",
                "hands",
                "person-role",
                "country-flag",
                "arrow",
                "animal-bird",
                "cat-face",
                "family",
                "flag",
                "heart");
        var described = new StringJoiner(",", "[", "]");
        for (int i = 0; i < categories.size(); i++) {
            described.add("{\"name\":\"N%d\",\"image\":\"%d.png\",\"subcategory\":\"%s\"}"
                    .formatted(i, i, categories.get(i)));
        }
        for (String designer : List.of("google", "twitter")) {
            Path npm = folder.resolve("emoji-datasource-" + designer);
            Path pictures = Files.createDirectories(npm.resolve("img/" + designer + "/64"));
            Files.writeString(npm.resolve("emoji.json"), described.toString());
            for (int i = 0; i < categories.size(); i++) {
                var picture = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
                picture.setRGB(i, i, 0xffffff);
                assertTrue(ImageIO.write(
                        picture, "png", pictures.resolve(i + ".png").toFile()));
            }
        }
        DataPlaces here = places().chosen(Optional.of(folder));
        Splits splits = JudgeData.named("emoji").source().load(here);
        assertEquals(16, splits.training().size());
        assertEquals(4, splits.test().size());
        // N4 and N9, by both.
        assertEquals(
                List.of("google symbols", "google symbols", "twitter symbols", "twitter symbols"),
                Arrays.stream(splits.test().labels().toLongArray())
                        .mapToObj(label -> splits.test().classes().get((int) label))
                        .toList());
        assertEquals(
                "f32[16, 3, 32, 32]",
                JudgeData.named("emoji").unit(splits.training().images()).describe());
        assertEquals(
                List.of(
                        "faces", "hands", "people", "flags", "symbols", "things", "faces", "people", "flags",
                        "symbols"),
                categories.stream().map(JudgeData::group).toList());
        assertEquals("hands", JudgeData.group("body-parts"));
        assertEquals(12, tiny("emoji", here).classes().size());
    }

    // ---------------------------------------------------------------- the recipe

    @Test
    void theRecipeIsTheSameTraining() throws IOException {
        var recipe = JudgeRecipe.recipe();
        Map<String, String> told = Map.of("data", "digits", "epochs", "2", "examples", "300");
        Map<String, Object> results = recipe.train(Job.of(recipe, told, folder).withOut(out));
        assertEquals(tiny().hash(), results.get("parameter_hash"));
        assertEquals(false, results.get("is_the_usual_judge"));
        assertInstanceOf(Map.class, results.get("training_images_scored"));
        Path file = folder.resolve("model.safetensors");
        Judge judge = Judge.load(file);
        assertEquals(results.get("parameter_hash"), judge.hash());
        assertEquals(results.get("test_accuracy"), judge.accuracy());

        Job job = Job.of(recipe, told, folder).withOut(out);
        assertEquals(results.get("test_accuracy"), recipe.evaluate(job, file).get("test_accuracy"));
        Path png = folder.resolve("digit.png");
        Tensor digit = digits(true).narrow(0, 0, 1);
        ImageGrid.of(digit).write(png);
        Predictor predictor = recipe.predictor(file, job.options());
        List<Prediction> likely = predictor.predict(png, false);
        assertEquals(
                judge.classes().get((int) judge.classify(digit).toLongArray()[0]),
                likely.getFirst().label());
        ImageGrid.of(Tensor.zeros(1, 1, 9, 9)).write(png);
        assertEquals(
                png + ": judge of digits: takes images [N, 1, 8, 8], not f32[1, 1, 9, 9]",
                assertThrows(IOException.class, () -> predictor.predict(png, false))
                        .getMessage());
    }

    @Test
    void otherFilesHoldNoJudge() throws IOException {
        Path file = folder.resolve("other.safetensors");
        var net = JudgeCnn.create(1, 8, 10);
        net.initialize(Random.seeded(0));
        ModelFile.save(file, net, Map.of("recipe", "digits-cnn"));
        assertEquals(
                file + " holds no judge",
                assertThrows(IOException.class, () -> Judge.load(file)).getMessage());
        ModelFile.save(
                file,
                net,
                Map.of("recipe", "digits-cnn", "option.data", "digits", "accuracy", ".5", "classes", "[\"a\"]"));
        assertEquals(
                file + " holds no judge",
                assertThrows(IOException.class, () -> Judge.load(file)).getMessage());
        says("judge: the side of its images must be a multiple of 4, not 30", () -> JudgeCnn.create(1, 30, 10));
    }
}
