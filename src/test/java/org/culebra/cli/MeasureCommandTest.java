package org.culebra.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
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
import org.culebra.data.Digits;
import org.culebra.data.ImageGrid;
import org.culebra.io.Json;
import org.culebra.io.Npy;
import org.culebra.io.Npz;
import org.culebra.io.Safetensors;
import org.culebra.memory.DType;
import org.culebra.recipes.shipped.Recipes;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasureCommandTest {
    @TempDir
    private static Path folder;

    private static final Tensor DIGITS =
            Digits.load().training().images().narrow(0, 0, 60).to(DType.F32).div(Digits.BRIGHTEST);

    private record Outcome(int exitCode, String out, String err) {}

    private static Outcome run(String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exitCode = Main.run(
                Recipes.all(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                args);
        return new Outcome(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static Path judge() {
        return folder.resolve("judge/model.safetensors");
    }

    @BeforeAll
    static void trainJudge() {
        Outcome trained = run(
                "train",
                "judge",
                "--data",
                "digits",
                "--epochs",
                "2",
                "--examples",
                "300",
                "--out",
                folder.resolve("judge").toString());
        assertEquals(0, trained.exitCode(), trained.err());
    }

    private static Outcome measure(Path images, String... more) {
        var args = new ArrayList<>(List.of("measure", images.toString()));
        args.addAll(List.of(more));
        if (!args.contains("--data")) {
            args.addAll(List.of("--data", "digits"));
        }
        if (!args.contains("--judge")) {
            args.addAll(List.of("--judge", judge().toString()));
        }
        return run(args.toArray(String[]::new));
    }

    /** All figures, without the name of the file. */
    private static Map<String, Object> figures(Path images, String... more) throws IOException {
        var args = new ArrayList<>(List.of(more));
        args.add("--json");
        Outcome outcome = measure(images, args.toArray(String[]::new));
        assertEquals(0, outcome.exitCode(), outcome.err());
        String last = outcome.out().lines().toList().getLast();
        Map<?, ?> parsed = assertInstanceOf(Map.class, Json.parse(last));
        var figures = new LinkedHashMap<String, Object>();
        parsed.forEach((name, value) -> figures.put(String.valueOf(name), value));
        assertEquals(images.toString(), figures.remove("images"));
        return figures;
    }

    private static double number(Map<String, Object> figures, String name) {
        return figures.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    @Test
    void filesOfAllFormsGiveTheSameFigures() throws IOException {
        Path npz = folder.resolve("one.npz");
        Npz.write(npz, Map.of("samples", DIGITS));
        Map<String, Object> expected = figures(npz);
        assertEquals("digits", expected.get("data"));
        assertEquals(60.0, number(expected, "fake_images"));
        assertEquals(359.0, number(expected, "real_images"));
        // They are training images.
        assertEquals(0.0, number(expected, "nearest_training_distance"));
        assertEquals(1.0, number(expected, "nearer_than_real"));
        assertTrue(number(expected, "nearest_training_distance_of_real") > .5, expected::toString);
        assertTrue(number(expected, "frechet_distance") > 0, expected::toString);

        var several = new LinkedHashMap<String, Tensor>();
        several.put("latents", Tensor.zeros(60, 2));
        several.put("images", DIGITS.to(DType.F64));
        Path safetensors = folder.resolve("several.safetensors");
        Safetensors.write(safetensors, several);
        assertEquals(expected, figures(safetensors));
        Path npy = folder.resolve("without-channel.npy");
        Npy.write(npy, DIGITS.squeeze(1));
        assertEquals(expected, figures(npy));
        Npy.write(npy, DIGITS.permute(0, 2, 3, 1).contiguous());
        assertEquals(expected, figures(npy));
    }

    @Test
    void picturesGiveTheFiguresOfTheirBytes() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        for (int i = 0; i < 30; i++) {
            ImageGrid.of(DIGITS.narrow(0, i, 1)).write(pictures.resolve(String.format("%03d.png", i)));
        }
        Files.writeString(pictures.resolve("notes.txt"), "no picture");
        Path npy = folder.resolve("bytes.npy");
        Npy.write(npy, DIGITS.narrow(0, 0, 30).mul(255).add(.5).floor().to(DType.U8));
        Map<String, Object> expected = figures(npy);
        assertEquals(30.0, number(expected, "fake_images"));
        assertEquals(expected, figures(pictures));
    }

    @Test
    void countIsTheMostOfEither() throws IOException {
        Path npy = folder.resolve("count.npy");
        Npy.write(npy, DIGITS);
        Map<String, Object> figures = figures(npy, "--count", "40");
        assertEquals(40.0, number(figures, "fake_images"));
        assertEquals(40.0, number(figures, "real_images"));
    }

    @Test
    void peopleReadATable() throws IOException {
        Path npy = folder.resolve("noise.npy");
        Npy.write(npy, Tensor.uniform(Random.seeded(1), 0, 1, 50, 1, 8, 8));
        String out = measure(npy).out();
        assertTrue(out.contains("50 generated images beside 359 held-out ones"), out);
        for (String line : List.of("Fréchet distance", "precision", "recall", "inception score", "share of 9")) {
            assertTrue(out.lines().anyMatch(each -> each.matches("  " + line + " +[0-9.]+")), line + "\n" + out);
        }
        assertTrue(out.lines().anyMatch(each -> each.matches("  modes covered +[0-9]+ of 10")), out);
    }

    // ---------------------------------------------------------------- bad input

    private static void fails(String expected, Path images, String... more) {
        Outcome outcome = measure(images, more);
        assertEquals(1, outcome.exitCode());
        assertEquals("culebra: " + expected + "\n", outcome.err());
    }

    @Test
    void filesThatHoldNoImages() throws IOException {
        Path absent = folder.resolve("absent.npz");
        fails("there is no file " + absent, absent);
        Path text = Files.writeString(folder.resolve("images.txt"), "?");
        fails(
                text + " is neither a folder of pictures nor a file whose name ends with .npz, .npy or .safetensors",
                text);
        Path empty = Files.createDirectories(folder.resolve("empty"));
        fails("there are no PNG or JPEG pictures in " + empty, empty);
        Path npz = folder.resolve("two.npz");
        Npz.write(npz, Map.of("a", DIGITS, "b", DIGITS));
        fails(npz + " holds 2 arrays, and none of them is called 'images'", npz);
        Path npy = folder.resolve("bad.npy");
        Npy.write(npy, Tensor.zeros(3, 64));
        fails(npy + " holds no images [N, C, H, W] but f32[3, 64]", npy);
        Npy.write(npy, Tensor.zeros(DType.I64, 3, 1, 8, 8));
        fails(npy + " holds i64[3, 1, 8, 8] where bytes from 0 to 255 or floating numbers from 0 to 1 belong", npy);
        Files.write(npy, new byte[] {1, 2, 3});
        assertEquals(1, measure(npy).exitCode());
        Path pictures = Files.createDirectories(folder.resolve("unequal"));
        ImageGrid.of(Tensor.zeros(1, 1, 8, 8)).write(pictures.resolve("a.png"));
        ImageGrid.of(Tensor.zeros(1, 1, 9, 8)).write(pictures.resolve("b.png"));
        fails(pictures.resolve("b.png") + " has 9×8 pixels, not 8×8 as a.png", pictures);
    }

    @Test
    void imagesThatDoNotFit() throws IOException {
        Path npy = folder.resolve("misfit.npy");
        Npy.write(npy, Tensor.zeros(5, 1, 28, 28));
        fails(npy + ": judge of digits: takes images [N, 1, 8, 8], not f32[5, 1, 28, 28]", npy);
        Npy.write(npy, DIGITS.mul(2).sub(1));
        fails(
                npy + ": judge of digits: takes images with numbers from 0 to 1, not from -1.0 to 1.0;"
                        + " hint: add(1).div(2)",
                npy);
        Npy.write(npy, DIGITS.narrow(0, 0, 3));
        fails(npy + ": at least 4 images are needed, not 3", npy);
    }

    @Test
    void judgesThatAreNone() throws IOException {
        Path npy = folder.resolve("good.npy");
        Npy.write(npy, DIGITS);
        Path other = folder.resolve("other.safetensors");
        Safetensors.write(other, Map.of("x", DIGITS));
        fails(other + " holds no judge", npy, "--judge", other.toString());
        Npy.write(npy, Tensor.zeros(5, 1, 28, 28));
        fails(judge() + " is a judge of digits, not of fashion", npy, "--data", "fashion");
    }

    @Test
    void commandLinesThatAreNotUnderstood() {
        Outcome unknown = run("measure", "x.npz", "--data", "cats");
        assertEquals(2, unknown.exitCode());
        assertTrue(
                unknown.err().startsWith("culebra: data: fashion, mnist, emoji, digits, not 'cats'\n"), unknown.err());
        Outcome negative = run("measure", "x.npz", "--data", "digits", "--count", "-1");
        assertEquals(2, negative.exitCode());
        assertTrue(negative.err().startsWith("culebra: count: at least 0, not -1\n"), negative.err());
        assertEquals(2, run("measure", "x.npz").exitCode());
    }
}
