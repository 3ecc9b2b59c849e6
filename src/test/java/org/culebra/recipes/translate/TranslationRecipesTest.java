package org.culebra.recipes.translate;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.culebra.data.DataPlaces;
import org.culebra.data.IdxFiles;
import org.culebra.data.ImageGrid;
import org.culebra.io.Json;
import org.culebra.memory.DType;
import org.culebra.recipes.Classifying;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOptions;
import org.culebra.recipes.Translating;
import org.culebra.recipes.Translator;
import org.culebra.recipes.judge.JudgeData;
import org.culebra.recipes.shipped.Recipes;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.culebra.train.Callback;
import org.culebra.train.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recipes that make pictures of pictures, and that attack, from end to end on little data. */
class TranslationRecipesTest {
    private static final String PIX2PIX = "pix2pix data=digits width=4 epochs=2 examples=48 batch-size=8 judge=false";
    private static final String CYCLEGAN =
            "cyclegan data=digits width=4 blocks=1 epochs=2 examples=24 batch-size=4 pool=6 compare=true judge=false";
    private static final String ATTACKS =
            "adversarial-examples data=digits plain-epochs=3 epochs=2 examples=320 batch-size=16 learning-rate=.01"
                    + " test-images=100 steps=3";

    @TempDir
    private Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Of a recipe and its options, in one line. */
    private Job job(String line, String folder) throws IOException {
        var told = new LinkedHashMap<String, String>();
        String[] words = line.split(" ", -1);
        for (String option : List.of(words).subList(1, words.length)) {
            int sign = option.indexOf('=');
            told.put(option.substring(0, sign), option.substring(sign + 1));
        }
        return Job.of(recipe(line), told, root.resolve(folder))
                .withOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    private static Recipe recipe(String line) {
        String name = line.split(" ", -1)[0];
        return Recipes.all().stream()
                .filter(recipe -> recipe.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Map<String, Object> train(String line, String folder) throws IOException {
        return recipe(line).train(job(line, folder));
    }

    /** With a cache of its own for the judge. */
    private Map<String, Object> trainJudged(String line) throws IOException {
        var places = new DataPlaces(Optional.empty(), root.resolve("cache"), root, false, said -> {});
        return recipe(line).train(job(line, "run").withPlaces(places));
    }

    private static double number(Map<String, Object> results, String name) {
        return results.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    private List<String> captions(String folder, String group) throws IOException {
        Object index = Json.parse(Files.readString(root.resolve(folder).resolve("pictures/index.json")));
        var captions = new ArrayList<String>();
        for (Object each : assertInstanceOf(List.class, index)) {
            if (each instanceof Map<?, ?> map && group.equals(map.get("group"))) {
                captions.add(String.valueOf(map.get("caption")));
            }
        }
        return captions;
    }

    /** Files for TensorBoard, which takes each folder for a run. */
    private long events(String folder) throws IOException {
        try (var files = Files.list(root.resolve(folder))) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith("events.out"))
                    .count();
        }
    }

    private record KilledAt(long step) implements Callback {
        @Override
        public void stepDone(Progress progress) {
            if (progress.step() == step) {
                throw new IllegalStateException("killed");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PIX2PIX + " losses=adversarial", CYCLEGAN, ATTACKS})
    void theSameSeedAndARunThatWasKilledEndWithTheSameBits(String line) throws IOException {
        Map<String, Object> whole = train(line, "whole");
        assertEquals(line.contains("compare"), whole.containsKey("no_cycle_there_l1"), whole::toString);
        String often = line + " checkpoint-every=2";
        Job first = job(often, "killed");
        var doomed = new Job(
                first.options(), first.run(), false, first.places(), first.out(), false, List.of(new KilledAt(9)));
        assertEquals(
                "killed",
                assertThrows(IllegalStateException.class, () -> recipe(line).train(doomed))
                        .getMessage());
        assertEquals(
                whole.get("parameter_hash"),
                recipe(line).train(job(often, "killed").resuming()).get("parameter_hash"));
    }

    @Test
    void edgesBecomeDigits() throws IOException {
        Map<String, Object> results =
                trainJudged("pix2pix data=digits width=8 epochs=6 examples=320 batch-size=8 learning-rate=.003");
        assertTrue(number(results, "adversarial_l1") < .7 * number(results, "input_l1"), results::toString);
        assertTrue(number(results, "l1_l1") < .7 * number(results, "input_l1"), results::toString);
        assertTrue(number(results, "adversarial_sharpness") > .3, results::toString);
        assertTrue(number(results, "truth_judged_true") > .9, results::toString);
        assertTrue(number(results, "adversarial_judged_true") > .5, results::toString);
        assertEquals(0, number(results, "truth_frechet_distance"), 1e-6);
        assertTrue(
                number(results, "adversarial_frechet_distance") < number(results, "input_frechet_distance"),
                results::toString);
        assertEquals(320, number(results, "pairs"));
        assertEquals(359, number(results, "held_out_pairs"));
        assertEquals(List.of("Held-out pairs: input, adversarial, l1, truth"), captions("run", "samples"));
        assertEquals(6, captions("run/parts/adversarial", "progress").size());
        assertEquals(6, captions("run/parts/l1", "progress").size());
        assertTrue(events("run/parts/adversarial") == 1 && events("run/parts/l1") == 1 && events("run") == 0);
        assertTrue(Files.exists(root.resolve("run/parts/l1/model.safetensors")));
        String metrics = Files.readString(root.resolve("run/parts/adversarial/metrics.jsonl"));
        for (String figure : List.of("discriminator_loss", "generator_gan", "generator_l1", "validation_l1")) {
            assertTrue(metrics.contains(figure), figure);
        }
    }

    @Test
    void theDistanceAloneCanBeLearnedFrom() throws IOException {
        Map<String, Object> results = train(PIX2PIX + " losses=l1", "run");
        assertTrue(number(results, "l1_l1") < number(results, "input_l1"), results::toString);
        assertTrue(!results.containsKey("adversarial_l1"), results::toString);
        assertTrue(!Files.exists(root.resolve("run/parts")));
    }

    @Test
    void digitsAreInvertedWithoutPairs() throws IOException {
        Map<String, Object> results =
                trainJudged("cyclegan data=digits width=8 blocks=1 epochs=3 examples=200 batch-size=4");
        for (String way : List.of("there", "back")) {
            double identity = number(results, "identity_" + way + "_l1");
            assertTrue(number(results, "cyclegan_" + way + "_l1") < .9 * identity, results::toString);
            assertTrue(number(results, "cyclegan_" + way + "_loop_l1") > 0, results::toString);
            assertEquals(0, number(results, "truth_" + way + "_l1"));
        }
        assertTrue(number(results, "truth_back_judged_true") > .9, results::toString);
        assertTrue(!results.containsKey("truth_there_judged_true"), "no judge has learned dark digits");
        assertEquals(
                List.of(
                        "digits to inverted, held out: input, cyclegan, truth",
                        "inverted to digits, held out: input, cyclegan, truth"),
                captions("run", "samples"));
    }

    @Test
    void whatIsThickDarkAndNoisyIsSoByItsDefinition() throws IOException {
        IdxFiles.writeBars(root, 20, 20);
        PicturePairs pairs = PicturePairs.thickDigits(
                job("cyclegan data=mnist", "run")
                        .withPlaces(DataPlaces.standard().chosen(Optional.of(root))),
                0);
        PicturePairs.Held held = pairs.held();
        assertArrayEquals(held.from().toFloatArray(), held.trueFrom().toFloatArray());
        // A bar in row 3 of the first image, light on dark, is one of rows 2 to 4, dark on light.
        for (int row = 0; row < 8; row++) {
            assertEquals(row == 3 ? 1 : -1, held.from().get(0, 0, row, 9), 1e-6);
            assertEquals(row >= 2 && row <= 4 ? -1 : 1, held.trueTo().get(0, 0, row, 9), 1e-6);
        }
        Tensor noise = held.to().sub(held.trueTo()).div(2);
        assertTrue(held.to().abs().max().item() <= 1);
        // Half of it is cut off: what is left has the mean σ/√(2π).
        assertEquals(.1 / Math.sqrt(2 * Math.PI), noise.abs().mean().item(), .001);
        assertArrayEquals(held.to().toFloatArray(), pairs.held().to().toFloatArray());
        assertEquals(9, pairs.labels().get(19));
    }

    @Test
    void partnersAreMixedUp() throws IOException {
        PicturePairs pairs = PicturePairs.invertedDigits(job(CYCLEGAN, "run"), 50);
        PicturePairs mixed = pairs.unpaired(Random.seeded(1));
        assertEquals(
                pairs.training().inputs().all().toDoubleArray()[100],
                mixed.training().inputs().all().toDoubleArray()[100]);
        Tensor before = pairs.training().targets().all();
        Tensor after = mixed.training().targets().all();
        assertEquals(
                before.to(DType.F64).sum().item(), after.to(DType.F64).sum().item());
        long same = before.eq(after).flatten(1).min(1).sum().itemAsLong();
        assertTrue(same < 10, () -> same + " of 50 are where they were");
    }

    @Test
    void aClassifierIsFooledAndHardened() throws IOException {
        Map<String, Object> results = train(
                "adversarial-examples data=digits plain-epochs=6 epochs=4 batch-size=16 learning-rate=.003 test-images=200",
                "run");
        assertTrue(number(results, "plain_accuracy") > .9, results::toString);
        assertTrue(number(results, "plain_fgsm_accuracy") < number(results, "plain_accuracy") - .1, results::toString);
        assertTrue(number(results, "plain_pgd_accuracy") <= number(results, "plain_fgsm_accuracy"), results::toString);
        assertTrue(
                number(results, "hardened_pgd_accuracy") > number(results, "plain_pgd_accuracy") + .05,
                results::toString);
        assertTrue(number(results, "hardened_accuracy") > .9, results::toString);
        List<String> captions = captions("run", "attacks");
        assertEquals(12, captions.size());
        assertTrue(
                captions.getFirst()
                        .matches("(\\d) \\(\\d+ %\\), the perturbation ×10, (?!\\1)\\d \\(\\d+ %\\); epsilon 0.1"),
                captions::toString);

        Path model = root.resolve("run/model.safetensors");
        Classifying recipe = assertInstanceOf(Classifying.class, recipe("adversarial-examples"));
        Map<String, Object> tested = recipe.evaluate(job("adversarial-examples data=digits", "run"), model);
        assertEquals(results.get("parameter_hash"), tested.get("parameter_hash"));
        Path image = root.resolve("digit.png");
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY), "png", image.toFile());
        var options = RecipeOptions.of(recipe, Map.of("data", "digits"));
        assertEquals(10, recipe.predictor(model, options).predict(image, false).size());
    }

    @Test
    void aGivenClassifierIsAttacked() throws IOException {
        train("digits-cnn epochs=3", "given");
        Map<String, Object> results = train(ATTACKS + " model=" + root.resolve("given"), "run");
        assertTrue(number(results, "plain_accuracy") > .8, results::toString);
        assertTrue(!Files.exists(root.resolve("run/parts")));
        Path hardened = root.resolve("run/model.safetensors");
        assertEquals(
                hardened + " holds a model of adversarial-examples; what is attacked here is one of digits-cnn",
                assertThrows(IOException.class, () -> train(ATTACKS + " model=" + hardened, "again"))
                        .getMessage());
    }

    // ---------------------------------------------------------------- emoji

    private Job onEmoji(String line, String folder) throws IOException {
        return job(line, folder).withPlaces(DataPlaces.standard().offline().chosen(Optional.of(root)));
    }

    /** Emoji of two designers as their packages hold them, each a disc whose place is its number. */
    private void writeEmoji(int count) throws IOException {
        var json = new StringBuilder("[");
        for (int i = 0; i < count; i++) {
            json.append(i == 0 ? "" : ",")
                    .append("{\"name\":\"DISC %d\",\"image\":\"%02d.png\",\"subcategory\":\"disc\"}".formatted(i, i));
        }
        for (String designer : List.of("google", "twitter")) {
            Path folder = root.resolve("emoji-datasource-" + designer);
            Path pictures = Files.createDirectories(folder.resolve("img/" + designer + "/64"));
            for (int i = 0; i < count; i++) {
                Tensor picture = Tensor.ones(3, 64, 64);
                picture.narrow(1, 2L * i, 24).narrow(2, 20, 24).fill(designer.equals("google") ? .3 : .7);
                ImageGrid.of(picture).write(pictures.resolve("%02d.png".formatted(i)));
            }
            Files.writeString(folder.resolve("emoji.json"), json + "]");
        }
    }

    @Test
    void emojiAreLearnedFromAndEveryTenthIsHeldOut() throws IOException {
        writeEmoji(20);
        String small = " width=2 epochs=1 batch-size=6 judge=false";
        Map<String, Object> edges =
                recipe("pix2pix").train(onEmoji("pix2pix side=64 losses=adversarial" + small, "edges"));
        assertEquals(18, number(edges, "pairs"));
        assertEquals(2, number(edges, "held_out_pairs"));
        assertTrue(!edges.containsKey("input_l1"), "a drawing has other channels than a picture");
        assertTrue(out.toString(StandardCharsets.UTF_8)
                .startsWith("edges of emoji: 18 pairs to learn from, 2 held out, one of each name, 64×64\n"));
        Map<String, Object> style = recipe("pix2pix").train(onEmoji("pix2pix data=style losses=l1" + small, "style"));
        assertTrue(number(style, "input_l1") > 0, style::toString);
        Map<String, Object> cycle = recipe("cyclegan").train(onEmoji("cyclegan blocks=1" + small, "cycle"));
        assertEquals(18, number(cycle, "images"));
        var recipe = assertInstanceOf(Translating.class, recipe("cyclegan"));
        var options = RecipeOptions.of(recipe, Map.of("blocks", "1", "width", "2"));
        assertEquals(
                List.of("google-to-twitter", "twitter-to-google"),
                List.copyOf(recipe.translators(root.resolve("cycle/model.safetensors"), options)
                        .keySet()));
    }

    @Test
    void theJudgeHasNotSeenThePairsThatAreHeldOut() throws IOException {
        writeEmoji(20);
        Job job = onEmoji("pix2pix data=style", "run");
        PicturePairs pairs = PicturePairs.emojiStyles(job, 64, 0);
        var judged = JudgeData.named("emoji").source().load(job.places());
        List<String> seen = pictures(judged.training().inputs().all());
        List<String> asked = pictures(pairs.test().inputs().all());
        assertEquals(2, asked.size());
        asked.forEach(picture -> assertFalse(seen.contains(picture)));
        assertTrue(pictures(judged.test().inputs().all()).containsAll(asked));
        pictures(pairs.training().inputs().all()).forEach(picture -> assertFalse(asked.contains(picture)));
    }

    private static List<String> pictures(Tensor all) {
        return all.split(0, 1).stream()
                .map(picture -> Arrays.toString(picture.toLongArray()))
                .toList();
    }

    @Test
    void aFolderWithoutEmojiOrWithFewPairsIsASentence() throws IOException {
        for (String line : List.of("pix2pix", "pix2pix data=style", "cyclegan")) {
            Job nowhere = onEmoji(line, "run");
            String message = String.valueOf(
                    assertThrows(IOException.class, () -> recipe(line).train(nowhere))
                            .getMessage());
            assertTrue(
                    message.startsWith(
                            "the npm packages emoji-datasource-google and emoji-datasource-twitter are not in " + root
                                    + ", "),
                    message);
        }
        writeEmoji(12);
        for (int i = 3; i < 12; i++) {
            Files.delete(root.resolve("emoji-datasource-twitter/img/twitter/64/%02d.png".formatted(i)));
        }
        Job few = onEmoji("cyclegan", "run");
        assertEquals(
                "the folder of emoji has 3 emoji that both designers drew; at least 10 are needed to learn from some and"
                        + " hold out others",
                assertThrows(IOException.class, () -> recipe("cyclegan").train(few))
                        .getMessage());
    }

    // ---------------------------------------------------------------- using what was learned

    @Test
    void aTranslatorTakesPicturesOfAnySizeAsHighAsWide() throws IOException {
        train(PIX2PIX + " losses=adversarial", "run");
        var recipe = assertInstanceOf(Translating.class, recipe("pix2pix"));
        var options = RecipeOptions.of(recipe, Map.of("data", "digits", "width", "4"));
        Map<String, Translator> ways = recipe.translators(root.resolve("run/model.safetensors"), options);
        assertEquals(List.of("drawing", "picture"), List.copyOf(ways.keySet()));
        Translator drawing = List.copyOf(ways.values()).getFirst();
        for (int side : new int[] {5, 8, 31}) {
            Path file = root.resolve(side + ".png");
            ImageGrid.of(Tensor.full(DType.F32, .2, 1, side, side)).write(file);
            Tensor picture = drawing.read(file);
            assertArrayEquals(new long[] {1, 1, 8, 8}, picture.shape().dims());
            assertEquals(.2, picture.min().item(), 1e-6);
            assertEquals(.2, picture.max().item(), 1e-6);
        }
        Tensor images = Tensor.uniform(Random.seeded(1), 0, 1, 3, 1, 8, 8);
        Tensor made = drawing.translate(images);
        assertTrue(made.min().item() >= 0 && made.max().item() <= 1, made::toString);
        assertArrayEquals(
                made.narrow(0, 1, 1).toFloatArray(),
                drawing.translate(images.narrow(0, 1, 1)).toFloatArray(),
                1e-6f);
        Tensor colour = Tensor.zeros(1, 3, 8, 8);
        assertEquals(
                "translator: the images have the wrong shape\n  needed  [B, 1, 8, 8]\n  given   f32[1, 3, 8, 8]",
                assertThrows(IllegalArgumentException.class, () -> drawing.translate(colour))
                        .getMessage());
        Path wide = root.resolve("wide.png");
        ImageGrid.of(Tensor.zeros(1, 4, 6)).write(wide);
        assertEquals(
                wide + " has 4×6 pixels; the model takes pictures as high as wide",
                assertThrows(IOException.class, () -> drawing.read(wide)).getMessage());
    }
}
