package org.culebra.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starts the java that runs the tests once more, waits for its end, and tells what it said. */
public final class ForkedJvm {
    private static final long TIMEOUT_SECONDS = 300;

    private ForkedJvm() {}

    /** The end of a process: its exit code and what it wrote. */
    public record Result(int exitCode, String out, String err) {}

    /** {@code java @.jvmconfig FLAGS… -cp (the tests' class path) MAIN ARGS…}: a program of the tests, as users run it. */
    public static Result runMain(Class<?> main, List<String> flags, String... args) {
        var command = new ArrayList<String>();
        command.add("@.jvmconfig");
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(Arrays.asList(args));
        return run(command);
    }

    /** {@code java ARGUMENTS…}, from the project's directory and with nothing added: ready to be started. */
    public static ProcessBuilder builder(List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        var builder = new ProcessBuilder(command);
        builder.environment().remove("JDK_JAVA_OPTIONS");
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        return builder;
    }

    /** Starts {@link #builder} and waits for its end. */
    public static Result run(List<String> arguments) {
        Path out = null;
        Path err = null;
        try {
            out = Files.createTempFile("forked", ".out");
            err = Files.createTempFile("forked", ".err");
            var builder = builder(arguments).redirectOutput(out.toFile()).redirectError(err.toFile());
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("no end after " + TIMEOUT_SECONDS + " s: " + arguments);
            }
            return new Result(process.exitValue(), text(out), text(err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            delete(out);
            delete(err);
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private static void delete(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
