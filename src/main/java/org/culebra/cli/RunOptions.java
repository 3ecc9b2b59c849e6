package org.culebra.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.culebra.io.Json;
import org.culebra.recipes.Recipe;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What {@code train} and {@code test} have in common. */
final class RunOptions {
    private final List<Recipe> recipes;
    private final PrintStream out;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "<recipe>", description = "Which one; see below.")
    private String recipe = "";

    @Option(
            names = "--data-dir",
            order = 20,
            paramLabel = "<folder>",
            description = "Where to look for data sets first.")
    private @Nullable Path dataDirectory;

    @Option(
            names = "--threads",
            order = 21,
            paramLabel = "<n>",
            description = "Threads to use; all processors if not given.")
    private @Nullable Integer threads;

    @Option(names = "--json", order = 22, description = "End standard output with one line of JSON: the results.")
    private boolean json;

    RunOptions(List<Recipe> recipes, PrintStream out) {
        this.recipes = recipes;
        this.out = out;
    }

    /** Makes the recipes known to the help and to the completion script. */
    static void announce(List<Recipe> recipes, CommandSpec spec) {
        var parameter = spec.positionalParameters().getFirst();
        spec.remove(parameter);
        spec.add(parameter.toBuilder()
                .completionCandidates(recipes.stream().map(Recipe::name).toList())
                .build());
        if (!recipes.isEmpty()) {
            spec.usageMessage()
                    .footerHeading("%nRecipes:%n")
                    .footer(recipes.stream().map(RunOptions::line).toArray(String[]::new));
        }
    }

    /** A line of the help, which is a format to picocli. */
    private static String line(Recipe recipe) {
        return String.format("  %-16s %s", recipe.name(), recipe.description()).replace("%", "%%");
    }

    /** The recipe that was named, after the threads were set: they are read once and for all by the first kernel. */
    Recipe prepare() {
        Recipe chosen = recipes.stream()
                .filter(each -> each.name().equals(recipe))
                .findFirst()
                .orElseThrow(() -> wrong("Unknown recipe '" + recipe + "'; " + known()));
        if (threads != null) {
            if (threads < 1) {
                throw wrong("threads: at least 1, not " + threads);
            }
            System.setProperty("culebra.threads", threads.toString());
        }
        Settings.requireGood(spec.commandLine());
        return chosen;
    }

    private String known() {
        return recipes.isEmpty()
                ? "this build has none."
                : recipes.stream().map(Recipe::name).collect(Collectors.joining(", ", "known are ", "."));
    }

    @Nullable
    Path dataDirectory() {
        return dataDirectory;
    }

    /** Prints the results for programs, if they were asked for. */
    void finish(Map<String, Object> results) {
        if (json) {
            out.println(Json.write(results));
        }
    }

    PrintStream out() {
        return out;
    }

    ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
