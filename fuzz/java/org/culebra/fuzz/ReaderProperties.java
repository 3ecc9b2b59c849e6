package org.culebra.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.culebra.data.CifarFuzz;
import org.culebra.data.CsvFuzz;
import org.culebra.data.IdxFuzz;
import org.culebra.data.PicturesFuzz;
import org.culebra.data.TarFuzz;
import org.culebra.io.JsonFuzz;
import org.culebra.io.NpyFuzz;
import org.culebra.io.NpzFuzz;
import org.culebra.io.SafetensorsFuzz;
import org.culebra.train.CheckpointFuzz;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever bytes are in a file, reading it ends with its content or with one sentence.
 *
 * <p>{@code -Dfuzz.seconds=N} is the time for each reader, {@code -Dfuzz.reader=Npz} chooses among them.
 */
class ReaderProperties {
    private static final int SECONDS = Integer.getInteger("fuzz.seconds", 2);
    private static final int PATIENCE = 180;

    /** The ordinary tests try the same files each time, as far as the time goes; a long run others. */
    private static final int SEED = SECONDS > 10 ? 0 : 20261127;

    private static final String CHOSEN = System.getProperty("fuzz.reader", "");

    /** The classes whose branches guide the fuzzer. */
    private static final String GUIDES = Stream.of(
                    "org.culebra.io", "org.culebra.data", "org.culebra.train", "org.apache.commons.csv")
            .map(name -> name + ".**")
            .collect(Collectors.joining(File.pathSeparator));

    private static final Pattern RUNS = Pattern.compile("Done (\\d+) runs");
    private static final Pattern BRANCHES = Pattern.compile("cov: (\\d+)");

    private static final ExecutorService TWO_AT_ONCE = Executors.newFixedThreadPool(2);
    private static final Map<Target, Future<Outcome>> OUTCOMES = new ConcurrentHashMap<>();

    @TempDir
    private static Path folder = Path.of("");

    /** How a run ended. */
    private record Outcome(int code, String output) {}

    static Stream<Target> targets() {
        return OUTCOMES.keySet().stream();
    }

    @BeforeAll
    static void start() {
        Stream.of(
                        new CheckpointFuzz(),
                        new CifarFuzz(),
                        new CsvFuzz(),
                        new IdxFuzz(),
                        new JsonFuzz(),
                        new NpyFuzz(),
                        new NpzFuzz(),
                        new PicturesFuzz(),
                        new SafetensorsFuzz(),
                        new TarFuzz())
                .filter(target -> target.getClass().getSimpleName().startsWith(CHOSEN))
                .forEach(target -> OUTCOMES.put(target, TWO_AT_ONCE.submit(() -> fuzz(target))));
    }

    @AfterAll
    static void stop() {
        TWO_AT_ONCE.shutdownNow();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void anyBytesAreAFileOrASentence(Target target) throws Exception {
        Outcome outcome = Objects.requireNonNull(OUTCOMES.get(target)).get();
        assertEquals(0, outcome.code, outcome.output);
        assertTrue(last(RUNS, outcome.output) > target.seeds().size(), outcome.output); // more than it was given
        assertTrue(last(BRANCHES, outcome.output) > 0, outcome.output);
    }

    private static int last(Pattern number, String text) {
        return number.matcher(text)
                .results()
                .map((MatchResult result) -> Integer.valueOf(result.group(1)))
                .reduce(0, (before, after) -> after);
    }

    private static Outcome fuzz(Target target) throws IOException, InterruptedException {
        Path own = Files.createDirectory(folder.resolve(target.getClass().getSimpleName()));
        Path corpus = Files.createDirectory(own.resolve("corpus"));
        for (byte[] seed : target.seeds()) {
            Files.write(Files.createTempFile(corpus, "seed", null), seed);
        }
        Path output = own.resolve("output");
        Process process = new ProcessBuilder(command(target, own, corpus))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(SECONDS + PATIENCE, TimeUnit.SECONDS)) {
                throw new AssertionError(
                        target + " did not end: " + Files.readString(output, StandardCharsets.ISO_8859_1));
            }
            return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<String> command(Target target, Path own, Path corpus) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@.jvmconfig",
                "-Xmx256m",
                "-Dculebra.memoryLimit=256m",
                "-Dculebra.threads=1",
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + own,
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer"));
        command.addAll(List.of(
                "--target_class=" + Driver.class.getName(),
                "--target_args=" + target.getClass().getName(),
                "--instrumentation_includes=" + GUIDES,
                "--custom_hook_includes=" + GUIDES,
                "--reproducer_path=" + own,
                "-artifact_prefix=" + own + File.separator,
                "-dict=" + dictionary(target, own),
                "-max_len=" + target.longest(),
                // The JVM itself takes more on machines with more memory; what a reader takes, the driver limits.
                "-rss_limit_mb=0",
                "-max_total_time=" + SECONDS,
                "-seed=" + SEED,
                corpus.toString()));
        return command;
    }

    /** Words in the form of libFuzzer's dictionaries. */
    private static Path dictionary(Target target, Path own) throws IOException {
        var text = new StringBuilder("# words\n");
        for (String token : target.tokens()) {
            text.append('"');
            for (byte b : token.getBytes(StandardCharsets.UTF_8)) {
                text.append(String.format("\\x%02x", b));
            }
            text.append("\"\n");
        }
        return Files.writeString(own.resolve("words"), text);
    }
}
