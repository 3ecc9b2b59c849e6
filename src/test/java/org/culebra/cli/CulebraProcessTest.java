package org.culebra.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.culebra.data.IdxFiles;
import org.culebra.report.Plot;
import org.culebra.testing.ForkedJvm;
import org.culebra.train.ProgressLine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command as a process of its own: what only a whole process can show. */
class CulebraProcessTest {
    private static final Pattern HASH = Pattern.compile("\"parameter_hash\": \"([0-9a-f]{64})\"");

    @TempDir
    private Path folder;

    private static List<String> command(String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "@.jvmconfig", "-XX:-UsePerfData", "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private String hash(int threads) {
        Path model = folder.resolve("model" + threads);
        var result = ForkedJvm.runMain(
                Main.class,
                List.of(),
                "train",
                "digits-cnn",
                "--epochs=1",
                "--seed=5",
                "--json",
                "--threads=" + threads,
                "--out=" + model);
        assertEquals(0, result.exitCode(), result.err());
        String json = result.out().lines().toList().getLast();
        assertTrue(json.contains("\"threads\": " + threads), json);
        Matcher matcher = HASH.matcher(json);
        assertTrue(matcher.find(), json);
        return matcher.group(1);
    }

    /** The class path without what has this in its name, and what the command says with it. */
    @ParameterizedTest
    @CsvSource({
        "picocli, info.picocli:picocli, info.picocli",
        "progressbar, me.tongfei:progressbar, me.tongfei.progressbar",
        "xchart, org.knowm.xchart:xchart, org.knowm.xchart"
    })
    void aLibraryThatIsMissingIsNamedBeforeAnythingBegins(String name, String coordinates, String module) {
        String rest = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(part -> !part.contains(name))
                .collect(Collectors.joining(File.pathSeparator));
        Path run = folder.resolve("run");
        var result = ForkedJvm.run(
                List.of("@.jvmconfig", "-cp", rest, Main.class.getName(), "train", "digits-cnn", "--out=" + run));
        assertEquals(1, result.exitCode());
        assertEquals("", result.out());
        assertEquals(
                "culebra: the command takes " + coordinates
                        + ", which is not there: add it to the class path, or to the"
                        + " module path with --add-modules " + module,
                result.err()
                        .lines()
                        .filter(line -> !line.startsWith("WARNING: "))
                        .collect(Collectors.joining("\n")));
        assertFalse(Files.exists(run));
    }

    /** What a program of one's own is told. */
    static final class WithoutCompanions {
        public static void main(String[] arguments) {
            for (Supplier<Object> made : List.<Supplier<Object>>of(
                    () -> new ProgressLine(System.err), () -> Plot.of("errors", "epoch", "%"))) {
                try {
                    System.out.println(made.get());
                } catch (IllegalStateException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }

    @Test
    void aProgramThatLacksTheLibrariesIsToldSo() {
        String rest = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(part -> !part.contains("progressbar") && !part.contains("xchart"))
                .collect(Collectors.joining(File.pathSeparator));
        var result = ForkedJvm.run(List.of("@.jvmconfig", "-cp", rest, WithoutCompanions.class.getName()));
        assertEquals("""
                progress line: it takes me.tongfei:progressbar, which is not there: add it to the class path, or to the \
                module path with --add-modules me.tongfei.progressbar
                plot 'errors': to draw it takes org.knowm.xchart:xchart, which is not there: add it to the class path, or \
                to the module path with --add-modules org.knowm.xchart
                """, result.out(), result.err());
    }

    @Test
    void theNumberOfThreadsChangesNoBit() throws IOException {
        assertEquals(hash(1), hash(2));
        assertEquals(
                -1,
                Files.mismatch(folder.resolve("model1/model.safetensors"), folder.resolve("model2/model.safetensors")));
    }

    @Test
    void anInterruptedRunLeavesNothingBehindAndSaysSo() throws Exception {
        var command = new ArrayList<String>();
        // Or else a child of something started in the background would ignore the signal.
        command.addAll(List.of("env", "--default-signal=INT"));
        command.addAll(command("train", "digits-cnn", "--epochs=100000", "--out=" + folder.resolve("run")));
        Path errors = folder.resolve("errors");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            while (line != null && !line.startsWith("    2  ")) {
                line = out.readLine();
            }
            assertTrue(line != null, () -> "it ended by itself");
            assertEquals(
                    0,
                    new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                            .start()
                            .waitFor());
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        } finally {
            process.destroyForcibly();
        }
        assertEquals(130, process.exitValue());
        assertEquals(
                "culebra: interrupted",
                Files.readString(errors).lines().toList().getLast());
        // What it takes to go on, and nothing half done.
        Path run = folder.resolve("run");
        List<String> left = names(run);
        assertEquals(
                List.of("checkpoints", "config.properties", "metrics.jsonl", "run.json"),
                left.stream()
                        .filter(name -> !name.matches("events\\.out\\.tfevents\\..*|health\\.jsonl"))
                        .toList(),
                left::toString);
        assertTrue(
                names(run.resolve("checkpoints")).stream().allMatch(name -> name.matches("step-\\d+\\.safetensors")));
        var resumed = ForkedJvm.runMain(
                Main.class, List.of(), "train", "digits-cnn", "--resume", "--minutes=0.0001", "--out=" + run);
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertTrue(resumed.out().contains("resumed after step "), resumed.out());
        assertTrue(Files.exists(run.resolve("model.safetensors")));
    }

    private static List<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aDiskWithoutRoomIsOneSentence() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")));
        Path data = folder.resolve("data");
        IdxFiles.writeBars(data, 20, 10);
        var command = new ArrayList<String>(List.of("/bin/bash", "-c", "ulimit -f 64; exec \"$@\"", "bash"));
        Path run = folder.resolve("run");
        command.addAll(command("train", "fashion-cnn", "--epochs=1", "--data-dir=" + data, "--out=" + run));
        Path out = folder.resolve("out");
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile())
                .start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS));
        assertEquals(1, process.exitValue(), () -> process.info().toString());
        assertEquals(
                "culebra: cannot write " + run.resolve("checkpoints/step-000000001.safetensors") + ": File too large",
                Files.readString(errors).lines().toList().getLast());
        assertEquals(List.of(), names(run.resolve("checkpoints")));
    }
}
