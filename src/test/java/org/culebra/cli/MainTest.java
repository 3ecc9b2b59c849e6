package org.culebra.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.imageio.ImageIO;
import org.culebra.data.Pictures;
import org.culebra.io.FolderLock;
import org.culebra.io.Npz;
import org.culebra.io.Safetensors;
import org.culebra.recipes.Classifying;
import org.culebra.recipes.Job;
import org.culebra.recipes.Prediction;
import org.culebra.recipes.Predictor;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.RecipeOptions;
import org.culebra.recipes.shipped.Recipes;
import org.culebra.tensor.Tensor;
import org.culebra.testing.ForkedJvm;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private interface Body {
        Map<String, Object> run(Job job) throws IOException;
    }

    private static final RecipeOption<Integer> EPOCHS =
            RecipeOption.integer("epochs", 5, 1, "Passes, 100 % of the data.");
    private static final RecipeOption<Double> RATE = RecipeOption.positive("learning-rate", .5, "How fast.");

    private record Sample(String name, String description, Body body) implements Recipe {
        @Override
        public Card card() {
            return Card.of(name, description, EPOCHS, RATE);
        }

        @Override
        public Map<String, Object> train(Job job) throws IOException {
            return body.run(job);
        }
    }

    private @Nullable Job seen;

    @TempDir
    private Path runs;

    private final Recipe good = new Sample("good-net", "Gets 100 % right.", job -> {
        seen = job;
        job.out().println("epoch 1");
        var results = new LinkedHashMap<String, Object>();
        results.put("test_accuracy", 0.975);
        results.put("confusion", List.of(List.of(3, 0), List.of(1, 2)));
        return results;
    });

    /** In a folder that is deleted afterwards. */
    private Outcome train(String... more) {
        var args = new ArrayList<>(
                List.of("train", "good-net", "--out", runs.resolve("run").toString()));
        args.addAll(List.of(more));
        return run(args.toArray(String[]::new));
    }

    private record Outcome(int exitCode, String out, String err) {
        List<String> outLines() {
            return out.lines().toList();
        }

        List<String> errLines() {
            return err.lines().toList();
        }
    }

    private Outcome run(String... args) {
        return run(List.of(good), args);
    }

    private static Outcome run(List<Recipe> recipes, String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exitCode = Main.run(
                recipes,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                args);
        return new Outcome(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static Outcome failing(Body body) {
        try {
            Path folder = Files.createTempDirectory("bad-net");
            var outcome =
                    run(List.of(new Sample("bad-net", "Fails.", body)), "train", "bad-net", "--out", folder.toString());
            Files.delete(folder);
            return outcome;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void helpNamesTheCommands() {
        var outcome = run("--help");
        assertEquals(0, outcome.exitCode());
        for (String command : List.of("train", "recipes", "evaluate", "predict", "data", "doctor", "completion")) {
            assertTrue(outcome.out().contains(command), outcome.out());
        }
        assertEquals("", outcome.err());
    }

    @Test
    void helpOfTrainNamesTheRecipes() {
        var outcome = run("train", "--help");
        assertEquals(0, outcome.exitCode());
        assertTrue(outcome.out().contains("Recipes:\n  good-net  Gets 100 % right.\n"), outcome.out());
        assertEquals("good-net  Gets 100 % right.", run("recipes").outLines().getFirst());
    }

    @Test
    void helpOfARecipeNamesItsOptionsAndDefaults() {
        var outcome = run("train", "good-net", "--help");
        assertEquals(0, outcome.exitCode());
        assertTrue(outcome.out().contains("Gets 100 % right."), outcome.out());
        assertTrue(
                outcome.out().contains("--epochs=<n>          Passes, 100 % of the data. 5 if not given."),
                outcome.out());
        assertTrue(outcome.out().contains("--resume"), outcome.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "train --version"})
    void versionIsThatOfTheBuild(String args) {
        var outcome = run(args.split(" "));
        assertEquals(0, outcome.exitCode());
        assertTrue(outcome.outLines().getFirst().matches("culebra \\d+\\.\\d+\\.\\d+.*"), outcome.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "trian good-net",
                "train",
                "train good-net more",
                "train good-net --epoch 3",
                "train good-net --epochs",
                "train good-net --epochs three",
                "train good-net --epochs 0",
                "train good-net --batch-size 1",
                "data",
                "data show nothing",
                "predict model",
                "evaluate",
                "train good-net --learning-rate 0",
                "train good-net --learning-rate NaN",
                "train good-net --threads 0",
                "train other-net",
                "doctor now",
                "-Dculebra.thread=1 train good-net",
                "-Dculebra.threads=many train good-net",
                "-Dculebra.threads=0 doctor",
                "-Dculebra.vectorBits=100 train good-net",
                "-Dculebra.debug=5 train good-net",
                "-Dculebra.loops=fast train good-net"
            })
    void aWrongCommandLineIsExitCode2(String args) {
        var properties = (Properties) System.getProperties().clone();
        Outcome outcome;
        try {
            outcome = run(args.isEmpty() ? new String[0] : args.split(" "));
        } finally {
            System.setProperties(properties);
        }
        assertEquals(2, outcome.exitCode());
        assertEquals("", outcome.out());
        assertTrue(outcome.err().startsWith("culebra: "), outcome.err());
        assertTrue(outcome.errLines().getLast().matches("See 'culebra.* --help'\\."), outcome.err());
        assertTrue(outcome.errLines().size() <= 3, outcome.err());
        assertNull(seen, "nothing was trained");
    }

    @Test
    void anUnknownRecipeIsToldTheKnownOnes() {
        var second = new Sample("second-net", "Second.", _ -> Map.of());
        var outcome = run(List.of(good, second), "train", "third-net");
        assertEquals(
                List.of(
                        "culebra: Unknown recipe 'third-net'; known are good-net, second-net.",
                        "See 'culebra train --help'."),
                outcome.errLines());
    }

    @Test
    void aWrongSettingIsToldWhatIsPossible() {
        assertEquals(
                "culebra: Unknown property 'culebra.thread'; known are culebra.cache, culebra.debug, culebra.loops,"
                        + " culebra.memoryLimit, culebra.threads, culebra.vectorBits.",
                run("-Dculebra.thread=1", "train", "good-net").errLines().getFirst());
        System.setProperty("culebra.vectorBits", "100");
        try {
            assertEquals(
                    List.of(
                            "culebra: culebra.vectorBits is \"100\"; it must be 128, 256 or 512",
                            "See 'culebra train good-net --help'."),
                    run("train", "good-net").errLines());
        } finally {
            System.clearProperty("culebra.vectorBits");
        }
    }

    @Test
    void helpIsACommandToo() {
        assertEquals(run("train", "--help").out(), run("help", "train").out());
        assertEquals(0, run("help").exitCode());
    }

    @Test
    void resultsThatCannotBePrintedAreAFailure() {
        var full = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        });
        var err = new ByteArrayOutputStream();
        int exitCode = Main.run(
                List.of(good),
                full,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                "train",
                "good-net",
                "--json",
                "--out",
                runs.resolve("run").toString());
        assertEquals(1, exitCode);
        assertEquals(
                "culebra: standard output could not be written to its end\n", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aRecipeDecidesWhatItIsNotTold() {
        var outcome = train("--no-progress");
        assertEquals(0, outcome.exitCode(), outcome.err());
        var job = seen;
        assertNotNull(job);
        assertEquals(5, job.options().get(EPOCHS));
        assertEquals(.5, job.options().get(RATE));
        assertFalse(job.progress());
        assertFalse(job.resume());
        assertEquals(runs.resolve("run"), job.run().folder());
    }

    @Test
    void aRecipeIsToldWhatTheCommandLineSays() {
        train("--epochs", "3", "--learning-rate=1e-3", "--data-dir", "data", "--progress");
        var job = seen;
        assertNotNull(job);
        assertEquals(3, job.options().get(EPOCHS));
        assertEquals(1e-3, job.options().get(RATE));
        assertEquals(Optional.of(Path.of("data")), job.places().chosen());
        assertTrue(job.progress());
    }

    @Test
    void aFileMayHoldTheOptionsAndTheCommandLineCountsMore() throws IOException {
        Path file = Files.writeString(runs.resolve("mine.properties"), "epochs = 7\nlearning-rate = 0.25\n");
        assertEquals(
                0, train("--config", file.toString(), "--learning-rate", "2").exitCode());
        var job = seen;
        assertNotNull(job);
        assertEquals(7, job.options().get(EPOCHS));
        assertEquals(2, job.options().get(RATE));
        Files.writeString(file, "epoch = 7\n");
        assertEquals(
                "culebra: good-net has no option 'epoch'; it has epochs, learning-rate",
                train("--config", file.toString()).errLines().getFirst());
        Files.writeString(file, "recipe = other-net\n");
        assertEquals(
                "culebra: " + file + " is the configuration of other-net, not of good-net",
                train("--config", file.toString()).errLines().getFirst());
        assertEquals(
                "culebra: there is no file nowhere.properties",
                train("--config", "nowhere.properties").errLines().getFirst());
    }

    @Test
    void aRunIsNotWrittenOverButResumed() throws IOException {
        Path run = Files.createDirectory(runs.resolve("run"));
        Files.writeString(run.resolve("run.json"), "{}");
        Files.writeString(run.resolve("config.properties"), "epochs=9\nlearning-rate=0.125\nrecipe=good-net\n");
        var refused = train();
        assertEquals(1, refused.exitCode());
        assertEquals(
                "culebra: there is a run in " + run + " already; say --resume to go on with it, or another --out",
                refused.errLines().getFirst());
        assertNull(seen, "nothing was trained");
        assertEquals(0, train("--resume", "--epochs", "12").exitCode());
        var job = seen;
        assertNotNull(job);
        assertTrue(job.resume());
        assertEquals(12, job.options().get(EPOCHS));
        assertEquals(.125, job.options().get(RATE));
    }

    @Test
    void whatIsResumedIsTheSameTraining() throws IOException {
        Path run = runs.resolve("run");
        assertEquals(
                "culebra: there is no run of good-net in " + run + " to go on with; leave --resume away",
                train("--resume").errLines().getFirst());
        Files.createDirectory(run);
        Path configuration =
                Files.writeString(run.resolve("config.properties"), "epochs=9\nlearning-rate=0.125\nrecipe=good-net\n");
        var changed = train("--resume", "--learning-rate", "1");
        assertEquals(2, changed.exitCode());
        assertEquals(
                "culebra: --resume: learning-rate was 0.125 when this run began, 1.0 would be another training; leave"
                        + " --learning-rate away, or begin a new run",
                changed.errLines().getFirst());
        assertEquals(
                "culebra: --resume goes on with what " + configuration + " says: leave --config away",
                train("--resume", "--config", configuration.toString())
                        .errLines()
                        .getFirst());
        assertNull(seen, "nothing was trained");
        assertEquals(0, train("--resume", "--learning-rate", ".125").exitCode());
    }

    @Test
    void twoDoNotTrainInOneFolder() throws IOException {
        Path run = Files.createDirectory(runs.resolve("run"));
        try (var _ = FolderLock.of(run)) {
            var outcome = train();
            assertEquals(1, outcome.exitCode());
            assertEquals(
                    "culebra: another training is going on in " + run + "; wait for its end, or take another folder",
                    outcome.errLines().getFirst());
        }
        assertNull(seen, "nothing was trained");
        assertEquals(0, train().exitCode());
    }

    @Test
    void whatARecipeSaysIsAllThereIsWithoutJson() {
        var outcome = train();
        assertEquals(List.of("epoch 1"), outcome.outLines());
        assertEquals("", outcome.err());
    }

    @Test
    void jsonIsTheLastLine() {
        var outcome = train("--json", "--epochs", "7");
        assertEquals(
                List.of("epoch 1", "{\"test_accuracy\": 0.975, \"confusion\": [[3, 0], [1, 2]]}"), outcome.outLines());
    }

    @Test
    void aModelThatCannotBeUsedIsASentence() throws IOException {
        Path file = runs.resolve("model.safetensors");
        String[][] commands = {{"evaluate", file.toString()}, {"predict", file.toString(), "image.png"}};
        for (String[] command : commands) {
            assertEquals(
                    "culebra: there is no file " + file, run(command).errLines().getFirst());
        }
        Safetensors.write(file, Map.of());
        assertEquals(
                "culebra: " + file + " does not say which recipe trained it",
                run(commands[0]).errLines().getFirst());
        Safetensors.write(file, Map.of(), Map.of("recipe", "other-net"));
        assertEquals(
                "culebra: " + file + " was trained by a recipe that is not known here: other-net",
                run(commands[0]).errLines().getFirst());
        Safetensors.write(file, Map.of(), Map.of("recipe", "good-net"));
        assertEquals(
                "culebra: " + file + " holds a model of good-net, which classifies nothing",
                run(commands[1]).errLines().getFirst());
        Safetensors.write(file, Map.of(), Map.of("recipe", "good-net", "option.speed", "1"));
        assertEquals(
                "culebra: " + file
                        + " was trained by another version of good-net: good-net has no option 'speed'; it has"
                        + " epochs, learning-rate",
                run(commands[1]).errLines().getFirst());
        Path empty = Files.createDirectory(runs.resolve("empty"));
        assertEquals(
                "culebra: there is no trained model in " + empty + ": no training began there",
                run("evaluate", empty.toString()).errLines().getFirst());
        Files.writeString(empty.resolve("run.json"), "{}");
        assertEquals(
                "culebra: there is no trained model in " + empty + ": its training has not ended",
                run("evaluate", empty.toString()).errLines().getFirst());
        Path npz = runs.resolve("m.npz");
        Npz.write(npz, Map.of("x", Tensor.ones(2)));
        assertEquals(
                "culebra: " + npz + " is an npz file, not a safetensors file, which culebra convert makes of it; one"
                        + " with the notes that training wrote is the model.safetensors of a run",
                run("evaluate", npz.toString()).errLines().getFirst());
    }

    @Test
    void whatIsNoConfigurationIsNamed() throws IOException {
        Path latin = Files.write(runs.resolve("latin"), new byte[] {'a', '=', (byte) 0xe9, '\n'});
        assertEquals(
                "culebra: " + latin + " is not text in UTF-8",
                train("--config", latin.toString()).errLines().getFirst());
        assertEquals(
                "culebra: . is a folder, not a properties file",
                train("--config", ".").errLines().getFirst());
    }

    @Test
    void whatIsNoPathIsRefused() {
        var empty = run("train", "good-net", "--out", "");
        assertEquals(2, empty.exitCode());
        assertEquals(
                "culebra: Invalid value for option '--out': an empty path names nothing",
                empty.errLines().getFirst());
        var impossible = run("evaluate", "a\0b");
        assertEquals(2, impossible.exitCode());
        assertEquals(
                "culebra: Invalid value for positional parameter at index 0 (<model>): 'a\0b' can be no path on this"
                        + " system, for a character of it",
                impossible.errLines().getFirst());
        check(
                "culebra: 'é' can be no path on this system: its encoding, " + System.getProperty("sun.jnu.encoding")
                        + ", lacks a character of it; set LC_ALL to C.UTF-8, for instance",
                new InvalidPathException("é", "Malformed input or input contains unmappable characters"));
    }

    @Test
    void optionsThatContradictEachOtherAreAWrongCommandLine() {
        Path folder = runs.resolve("early");
        var outcome = run(Recipes.all(), "train", "digits-cnn", "--patience", "3", "--out", folder.toString());
        assertEquals(2, outcome.exitCode());
        assertEquals(
                "culebra: --patience: to stop early by the test data would be to learn from them; say --hold-out, too",
                outcome.errLines().getFirst());
        assertFalse(Files.exists(folder));
    }

    @Test
    void aPortThatCannotBeServedLeavesNoFolder() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            var busy = train("--serve", Integer.toString(taken.getLocalPort()));
            assertEquals(1, busy.exitCode());
            assertEquals(
                    "culebra: port " + taken.getLocalPort() + " is in use: choose another, or 0 for any that is free",
                    busy.errLines().getFirst());
        }
        var impossible = train("--serve", "65536");
        assertEquals(2, impossible.exitCode());
        assertEquals(
                "culebra: serve: a port from 0 to 65535, not 65536",
                impossible.errLines().getFirst());
        assertFalse(Files.exists(runs.resolve("run")));
        assertNull(seen, "nothing was trained");
    }

    @Test
    void reportsSayWhatCannotBeRead() throws IOException {
        Path run = Files.createDirectory(runs.resolve("torn"));
        Files.writeString(run.resolve("run.json"), "{\"recipe\": \"good");
        Files.writeString(run.resolve("metrics.jsonl"), "garbage\nmore\n");
        String sentence = " cannot be read, or not all of it: it is damaged";
        var said = List.of(run.resolve("metrics.jsonl") + sentence, run.resolve("run.json") + sentence);
        var outcome = run("report", run.toString());
        assertEquals(0, outcome.exitCode());
        assertEquals(said, outcome.outLines().subList(0, 2));
        String page = Files.readString(run.resolve("report.html"));
        said.forEach(each -> assertTrue(page.contains("<li>" + each + "</li>"), page));
        Path both = runs.resolve("both.html");
        run("report", run.toString(), "--out", both.toString());
        String comparison = Files.readString(both);
        said.forEach(each -> assertTrue(comparison.contains("<li>" + each + "</li>"), comparison));
    }

    /** Knows what every image shows that is there. */
    private record Seer(Sample sample) implements Classifying {
        @Override
        public Card card() {
            return sample.card();
        }

        @Override
        public Map<String, Object> train(Job job) throws IOException {
            return sample.train(job);
        }

        @Override
        public Map<String, Object> evaluate(Job job, Path file) {
            return Map.of();
        }

        @Override
        public Predictor predictor(Path file, RecipeOptions options) throws IOException {
            if (file.endsWith("other.safetensors")) {
                throw new IOException(file + " holds another model");
            }
            return (image, _) -> {
                Pictures.read(image, false);
                return Prediction.all(new double[] {1}, _ -> "a dot");
            };
        }
    }

    @Test
    void aBadImageDoesNotStopTheOthers() throws IOException {
        Path model = runs.resolve("model.safetensors");
        Safetensors.write(model, Map.of(), Map.of("recipe", "seer"));
        List<Recipe> recipes = List.of(new Seer(new Sample("seer", "Sees.", _ -> Map.of())));
        Path image = runs.resolve("dot.png");
        ImageIO.write(new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY), "png", image.toFile());
        String dot = image.toString();
        var outcome = run(recipes, "predict", model.toString(), dot, ".", "gone.png", dot, "--json");
        assertEquals(1, outcome.exitCode());
        assertEquals(
                List.of("culebra: . is a folder, not a picture", "culebra: there is no file gone.png"),
                outcome.errLines());
        assertEquals(
                List.of(dot, "  100.0 %  a dot", dot, "  100.0 %  a dot"),
                outcome.outLines().subList(0, 4));
        assertTrue(outcome.outLines().getLast().startsWith("{\"predictions\": {\"" + dot), outcome.out());
        // A bad model is said once.
        Path other = Files.copy(model, runs.resolve("other.safetensors"));
        var bad = run(recipes, "predict", other.toString(), dot, dot);
        assertEquals(1, bad.exitCode());
        assertEquals(List.of("culebra: " + other + " holds another model"), bad.errLines());
        assertEquals(0, run(recipes, "predict", model.toString(), dot).exitCode());
    }

    @Test
    void dataSetsAreListedAndShown() {
        var list = run("data", "list");
        assertEquals(0, list.exitCode(), list.err());
        assertTrue(list.out().contains("digits ") && list.out().contains("here: inside the jar"), list.out());
        var show = run("data", "show", "digits", "--count", "1");
        assertEquals(0, show.exitCode(), show.err());
        assertTrue(show.outLines().getFirst().startsWith("digits: 1438 images of 1×8×8 in 10 classes"), show.out());
        assertTrue(show.out().contains("@@"), show.out());
        assertEquals(
                List.of("digits is here: inside the jar"),
                run("data", "fetch", "digits").outLines());
    }

    @Test
    void propertiesAreSetBeforeTheCommandRuns() {
        try {
            run(
                    "-Dtest.property=there",
                    "train",
                    "good-net",
                    "--threads",
                    "1",
                    "--out",
                    runs.resolve("run").toString());
            assertEquals("there", System.getProperty("test.property"));
            assertEquals("1", System.getProperty("culebra.threads"));
        } finally {
            System.clearProperty("test.property");
            System.clearProperty("culebra.threads");
        }
    }

    @Test
    void aFailureIsOneSentenceAndExitCode1() {
        check("culebra: there is no file data/images", new NoSuchFileException("data/images"));
        check(
                "culebra: model: No space left on device",
                new FileSystemException("model", null, "No space left on device"));
        check("culebra: images: truncated after 12 bytes", new IOException("images: truncated after 12 bytes"));
        check("culebra: reading or writing failed", new IOException());
        check("culebra: there is no file x", new UncheckedIOException(new NoSuchFileException("x")));
        check("culebra: gone", new UncheckedIOException(new FileNotFoundException("gone")));
        check(
                "culebra: matmul: inner dimensions differ",
                new IllegalArgumentException("matmul: inner dimensions differ"));
        check("culebra: out of memory: limit", new OutOfMemoryError("limit"));
        check("culebra: no module", new ExceptionInInitializerError(new IllegalStateException("no module")));
        check("culebra: NullPointerException: x is null", new NullPointerException("x is null"));
        check("culebra: ArithmeticException", new ArithmeticException());
    }

    private static void check(String sentence, Throwable failure) {
        var outcome = failing(_ -> {
            switch (failure) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new AssertionError(failure);
            }
        });
        assertEquals(1, outcome.exitCode());
        assertEquals(List.of(sentence), outcome.errLines());
        assertEquals("", outcome.out());
    }

    @Test
    void memoryThatIsNotThereIsNoStackTrace() {
        var outcome = failing(_ -> Map.of("sum", Tensor.zeros(1L << 44).sum().item()));
        assertEquals(1, outcome.exitCode());
        assertTrue(outcome.err().startsWith("culebra: "), outcome.err());
        assertFalse(outcome.err().contains("Exception"), outcome.err());
        assertTrue(outcome.err().contains("-Dculebra.memoryLimit"), outcome.err());
    }

    @Test
    void debugTellsWhereItFailed() {
        System.setProperty("culebra.debug", "1");
        try {
            var outcome = failing(_ -> {
                throw new IllegalStateException("boom");
            });
            assertEquals("culebra: boom", outcome.errLines().getFirst());
            assertTrue(outcome.err().contains("at org.culebra.cli.MainTest"), outcome.err());
        } finally {
            System.clearProperty("culebra.debug");
        }
    }

    @Test
    void doctorShowsWhatWasDetected() {
        var outcome = run("doctor");
        assertEquals(0, outcome.exitCode());
        for (String name : List.of(
                "jvm ", "machine ", "processors ", "vector width ", "fma ", "micro-kernel ", "threads ", "pool ")) {
            assertTrue(outcome.outLines().stream().anyMatch(line -> line.startsWith(name)), outcome.out());
        }
        assertFalse(outcome.out().contains("unknown"), outcome.out());
    }

    @Test
    void completionIsAScriptThatKnowsTheRecipes(@TempDir Path folder) throws Exception {
        var outcome = run("completion");
        assertEquals(0, outcome.exitCode());
        assertTrue(outcome.out().contains("good-net"), outcome.out());
        Path script = Files.writeString(folder.resolve("completion"), outcome.out());
        if (Files.isExecutable(Path.of("/bin/bash"))) {
            var bash = new ProcessBuilder("/bin/bash", "-n", script.toString()).start();
            assertEquals(0, bash.waitFor());
        }
    }

    @Test
    void theProgramEndsWithTheExitCode() {
        var doctor = ForkedJvm.runMain(Main.class, List.of(), "doctor");
        assertEquals(0, doctor.exitCode(), doctor.err());
        assertTrue(doctor.out().contains("vector width"), doctor.out());

        var wrong = ForkedJvm.runMain(Main.class, List.of(), "train", "no-such-net");
        assertEquals(2, wrong.exitCode());
        assertTrue(wrong.err().contains("culebra: Unknown recipe 'no-such-net'"), wrong.err());
        assertEquals("", wrong.out());
    }

    /** Trains until somebody has enough of it. */
    static final class Endless {
        public static void main(String[] args) {
            Main.runAndExit(
                    List.of(new Sample("endless", "Never ends.", job -> {
                        job.out().println("started");
                        LockSupport.parkNanos(TimeUnit.MINUTES.toNanos(5));
                        return Map.of();
                    })),
                    "train",
                    "endless",
                    "--out",
                    args[0]);
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no kill")
    void anInterruptionIsASentenceAndExitCode130() throws Exception {
        String classPath = System.getProperty("java.class.path");
        Process process = ForkedJvm.builder(List.of(
                        "@.jvmconfig",
                        "-cp",
                        classPath,
                        Endless.class.getName(),
                        runs.resolve("run").toString()))
                .start();
        try (var out = process.inputReader();
                var err = process.errorReader()) {
            assertEquals("started", out.readLine());
            var kill = new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
            assertEquals(0, kill.waitFor());
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it ends");
            assertEquals(130, process.exitValue());
            assertEquals("culebra: interrupted", err.lines().toList().getLast());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void withoutTheVectorApiTheRemedyIsTheSentence() {
        var result =
                ForkedJvm.run(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "doctor"));
        assertEquals(1, result.exitCode());
        assertTrue(result.err().startsWith("culebra: Culebra needs the module jdk.incubator.vector"), result.err());
    }
}
