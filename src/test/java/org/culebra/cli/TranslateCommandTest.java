package org.culebra.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.culebra.data.ImageGrid;
import org.culebra.data.Pictures;
import org.culebra.recipes.shipped.Recipes;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TranslateCommandTest {
    @TempDir
    private static Path folder;

    private record Outcome(int exitCode, List<String> out, List<String> err) {}

    private static Outcome run(Object... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exitCode = Main.run(
                Recipes.all(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                List.of(args).stream().map(Object::toString).toArray(String[]::new));
        return new Outcome(
                exitCode,
                out.toString(StandardCharsets.UTF_8).lines().toList(),
                err.toString(StandardCharsets.UTF_8).lines().toList());
    }

    private static Path in(String name) {
        return folder.resolve(name);
    }

    @BeforeAll
    static void train() throws IOException {
        String[] small = {"--data", "digits", "--examples", "16", "--epochs", "1", "--batch-size", "8"};
        train("cyclegan", small, "--width", "2", "--blocks", "1", "--judge", "false");
        train("adversarial-examples", small, "--plain-epochs", "1", "--test-images", "20");
        ImageGrid.of(Tensor.uniform(Random.seeded(1), 0, 1, 1, 16, 16)).write(in("noise.png"));
        Files.createDirectory(in("more"));
        ImageGrid.of(Tensor.ones(1, 8, 8)).write(in("more/noise.png"));
    }

    private static void train(String recipe, String[] options, String... more) {
        var args = new ArrayList<Object>(List.of("train", recipe, "--out", in(recipe), "--no-progress"));
        args.addAll(List.of(options));
        args.addAll(List.of(more));
        Outcome outcome = run(args.toArray());
        assertEquals(0, outcome.exitCode, () -> outcome.err.toString());
    }

    @Test
    void imagesAreTranslatedEitherWay() throws IOException {
        Path there = in("there/new");
        Outcome outcome = run("translate", in("cyclegan"), in("noise.png"), "--out", there, "--json");
        assertEquals(0, outcome.exitCode, () -> outcome.err.toString());
        assertEquals(in("noise.png") + " -> " + there.resolve("noise.png"), outcome.out.getFirst());
        assertTrue(outcome.out.getLast().startsWith("{\"translated\": {"), outcome.out::toString);
        Tensor one = Pictures.read(there.resolve("noise.png"), false);
        assertEquals(8, one.dim(1));
        Path back = in("back");
        Path model = in("cyclegan/model.safetensors");
        assertEquals(
                0,
                run("translate", model, in("noise.png"), "--out", back, "--direction", "inverted-to-digits").exitCode);
        Tensor other = Pictures.read(back.resolve("noise.png"), false);
        assertTrue(one.ne(other).any().toBooleanArray()[0]);
    }

    private static void fails(int exitCode, String message, Object... args) {
        Outcome outcome = run(args);
        assertEquals("culebra: " + message, outcome.err.isEmpty() ? "" : outcome.err.getFirst());
        assertEquals(exitCode, outcome.exitCode);
        assertTrue(exitCode == 2 || outcome.err.size() == 1, outcome.err::toString);
    }

    @Test
    void whatCannotBeDoneIsASentence() throws IOException {
        Path model = in("cyclegan/model.safetensors");
        Path classifier = in("adversarial-examples/model.safetensors");
        Path noise = in("noise.png");
        Path out = in("out");
        fails(
                2,
                "direction: digits-to-inverted, inverted-to-digits, not 'up'",
                "translate",
                model,
                noise,
                "--out",
                out,
                "--direction",
                "up");
        fails(2, "Missing required option: '--out=<folder>'", "translate", model, noise);
        fails(1, "there is no file " + in("none.png"), "translate", model, in("none.png"), "--out", out);
        fails(
                1,
                classifier + " holds a model of adversarial-examples, which translates nothing",
                "translate",
                classifier,
                noise,
                "--out",
                out);
        fails(
                1,
                "two of the images would be written to " + out.resolve("noise.png"),
                "translate",
                model,
                noise,
                in("more/noise.png"),
                "--out",
                out);
        fails(
                1,
                "the translation of " + noise + " would be written over it: say another folder",
                "translate",
                model,
                noise,
                "--out",
                folder);
        Path text = Files.writeString(in("text.png"), "no picture");
        fails(1, text + " is not a picture that can be read", "translate", model, text, "--out", out);
    }

    @Test
    void aTranslatorDoesNothingElse() {
        Path model = in("cyclegan/model.safetensors");
        fails(1, model + " holds a model of cyclegan, which classifies nothing", "evaluate", model);
        fails(1, model + " holds a model of cyclegan, which classifies nothing", "predict", model, in("noise.png"));
    }
}
