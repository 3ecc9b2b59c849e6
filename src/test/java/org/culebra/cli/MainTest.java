package org.culebra.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOptions;
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
        Map<String, Object> run(RecipeOptions options) throws IOException;
    }

    private record Sample(String name, String description, Body body) implements Recipe {
        @Override
        public Map<String, Object> train(RecipeOptions options) throws IOException {
            return body.run(options);
        }

        @Override
        public Map<String, Object> test(RecipeOptions options, Path model) throws IOException {
            options.out().println("tested " + model);
            return Map.of("test_accuracy", 0.5);
        }
    }

    private @Nullable RecipeOptions seen;

    private final Recipe good = new Sample("good-net", "Gets 100 % right.", options -> {
        seen = options;
        options.out().println("epoch 1");
        var results = new LinkedHashMap<String, Object>();
        results.put("test_accuracy", 0.975);
        results.put("confusion", List.of(List.of(3, 0), List.of(1, 2)));
        return results;
    });

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
        return run(List.of(new Sample("bad-net", "Fails.", body)), "train", "bad-net");
    }

    @Test
    void helpNamesTheCommands() {
        var outcome = run("--help");
        assertEquals(0, outcome.exitCode());
        for (String command : List.of("train", "test", "doctor", "completion")) {
            assertTrue(outcome.out().contains(command), outcome.out());
        }
        assertEquals("", outcome.err());
    }

    @Test
    void helpOfTrainNamesTheRecipes() {
        var outcome = run("train", "--help");
        assertEquals(0, outcome.exitCode());
        assertTrue(outcome.out().endsWith("Recipes:\n  good-net         Gets 100 % right.\n"), outcome.out());
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
                "train good-net --batch-size -1",
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
                            "See 'culebra train --help'."),
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
                List.of(good), full, new PrintStream(err, true, StandardCharsets.UTF_8), "train", "good-net", "--json");
        assertEquals(1, exitCode);
        assertEquals(
                "culebra: standard output could not be written to its end\n", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aRecipeDecidesWhatItIsNotTold() {
        var outcome = run("train", "good-net", "--no-progress");
        assertEquals(0, outcome.exitCode());
        var options = seen;
        assertNotNull(options);
        assertEquals(RecipeOptions.defaults().withOut(options.out()), options);
    }

    @Test
    void aRecipeIsToldWhatTheCommandLineSays() {
        run(("train good-net --epochs 3 --batch-size 128 --learning-rate 1e-3 --seed 42 --data-dir data --out model.bin"
                        + " --progress")
                .split(" "));
        var options = seen;
        assertNotNull(options);
        assertEquals(OptionalInt.of(3), options.epochs());
        assertEquals(OptionalInt.of(128), options.batchSize());
        assertEquals(OptionalDouble.of(1e-3), options.learningRate());
        assertEquals(42, options.seed());
        assertEquals(Optional.of(Path.of("data")), options.dataDirectory());
        assertEquals(Optional.of(Path.of("model.bin")), options.saveTo());
        assertTrue(options.progress());
    }

    @Test
    void whatARecipeSaysIsAllThereIsWithoutJson() {
        var outcome = run("train", "good-net");
        assertEquals(List.of("epoch 1"), outcome.outLines());
        assertEquals("", outcome.err());
    }

    @Test
    void jsonIsTheLastLine() {
        var outcome = run("train", "good-net", "--json", "--seed", "7");
        assertEquals(
                List.of("epoch 1", "{\"test_accuracy\": 0.975, \"confusion\": [[3, 0], [1, 2]]}"), outcome.outLines());
    }

    @Test
    void aSavedModelIsTested() {
        assertEquals(
                List.of("tested good-net.safetensors"), run("test", "good-net").outLines());
        assertEquals(
                List.of("tested other.bin", "{\"test_accuracy\": 0.5}"),
                run("test", "good-net", "--model", "other.bin", "--json").outLines());
        assertEquals(2, run("test", "other-net").exitCode());
        assertNull(seen, "nothing was trained");
    }

    @Test
    void propertiesAreSetBeforeTheCommandRuns() {
        try {
            run("-Dtest.property=there", "train", "good-net", "--threads", "1");
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
        assertTrue(outcome.out().contains("\"good-net\""), outcome.out());
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
                    List.of(new Sample("endless", "Never ends.", options -> {
                        options.out().println("started");
                        LockSupport.parkNanos(TimeUnit.MINUTES.toNanos(5));
                        return Map.of();
                    })),
                    "train",
                    "endless");
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no kill")
    void anInterruptionIsASentenceAndExitCode130() throws Exception {
        String classPath = System.getProperty("java.class.path");
        Process process = ForkedJvm.builder(List.of("@.jvmconfig", "-cp", classPath, Endless.class.getName()))
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
