package org.culebra.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.shipped.Recipes;
import org.culebra.train.Companion;

/**
 * {@code java @.jvmconfig … org.culebra.cli.Main ARGUMENTS…}: the {@code culebra} command as a program.
 *
 * <p>It knows no class of the libraries that the command takes, so that it can say which one is missing.
 */
public final class Main {
    private static final Companion PICOCLI =
            new Companion("info.picocli:picocli", "info.picocli", "picocli.CommandLine");

    private Main() {}

    /**
     * Runs the command and ends the JVM: 0 is success, 1 a failure with one sentence on standard error, 2 a command line that
     * was not understood, 130 an interruption from the keyboard.
     */
    public static void main(String[] args) {
        missing().ifPresent(sentence -> {
            System.err.println("culebra: the command takes " + sentence);
            System.exit(1);
        });
        runAndExit(Recipes.all(), args);
    }

    /** The same with given recipes. */
    static void runAndExit(List<Recipe> recipes, String... args) {
        var ended = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (!ended.get()) {
                System.err.println(System.lineSeparator() + "culebra: interrupted");
            }
        }));
        int exitCode = run(recipes, System.out, System.err, args);
        ended.set(true);
        System.exit(exitCode);
    }

    /** The same with given streams, and with the exit code as its result. */
    static int run(List<Recipe> recipes, PrintStream out, PrintStream err, String... args) {
        return Commands.run(recipes, out, err, args);
    }

    /** What is not there of what all commands are made with, or of what training draws with, in one sentence; nothing if all is. */
    private static Optional<String> missing() {
        return Stream.of(PICOCLI, Companion.PROGRESS_BAR, Companion.XCHART)
                .filter(each -> !each.isThere())
                .map(Companion::missing)
                .findFirst();
    }
}
