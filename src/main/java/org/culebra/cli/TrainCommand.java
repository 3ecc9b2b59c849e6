package org.culebra.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code culebra train RECIPE}. */
@Command(name = "train", description = "Train a model and say how good it is.", sortOptions = false)
final class TrainCommand implements Callable<Integer> {
    private final List<Recipe> recipes;
    private final PrintStream out;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "<recipe>", description = "What to train; see below.")
    private String recipe = "";

    @Option(names = "--epochs", paramLabel = "<n>", description = "Passes over the training data.")
    private @Nullable Integer epochs;

    @Option(names = "--batch", paramLabel = "<n>", description = "Examples per step.")
    private @Nullable Integer batch;

    @Option(names = "--learning-rate", paramLabel = "<x>", description = "Learning rate of the optimizer.")
    private @Nullable Double learningRate;

    @Option(
            names = "--seed",
            paramLabel = "<n>",
            defaultValue = "0",
            description = "Seed of all random numbers; ${DEFAULT-VALUE} if not given.")
    private long seed;

    @Option(names = "--threads", paramLabel = "<n>", description = "Threads to use; all processors if not given.")
    private @Nullable Integer threads;

    @Option(names = "--data-dir", paramLabel = "<folder>", description = "Where to look for data sets first.")
    private @Nullable Path dataDirectory;

    @Option(names = "--save", paramLabel = "<file>", description = "Where to save the trained model.")
    private @Nullable Path saveTo;

    @Option(
            names = "--progress",
            negatable = true,
            description = "Draw a progress bar, or do not; drawn if standard error is a terminal.")
    private @Nullable Boolean progress;

    @Option(names = "--json", description = "End standard output with one line of JSON: the results.")
    private boolean json;

    TrainCommand(List<Recipe> recipes, PrintStream out) {
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
                    .footer(recipes.stream().map(TrainCommand::line).toArray(String[]::new));
        }
    }

    /** A line of the help, which is a format to picocli. */
    private static String line(Recipe recipe) {
        return String.format("  %-16s %s", recipe.name(), recipe.description()).replace("%", "%%");
    }

    @Override
    public Integer call() throws IOException {
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
        RecipeOptions options = options();
        long start = System.nanoTime();
        var results = new LinkedHashMap<String, Object>();
        results.put("recipe", chosen.name());
        results.put("seed", seed);
        results.putAll(chosen.run(options));
        results.putIfAbsent("seconds", (System.nanoTime() - start) / 1e9);
        if (json) {
            out.println(Json.write(results));
        } else {
            print(results);
        }
        return ExitCode.OK;
    }

    private RecipeOptions options() {
        try {
            return new RecipeOptions(
                    epochs == null ? OptionalInt.empty() : OptionalInt.of(epochs),
                    batch == null ? OptionalInt.empty() : OptionalInt.of(batch),
                    learningRate == null ? OptionalDouble.empty() : OptionalDouble.of(learningRate),
                    seed,
                    Optional.ofNullable(dataDirectory),
                    Optional.ofNullable(saveTo),
                    progress == null ? Terminal.isStandardError() : progress,
                    out);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private String known() {
        return recipes.isEmpty()
                ? "this build has none."
                : recipes.stream().map(Recipe::name).collect(Collectors.joining(", ", "known are ", "."));
    }

    /** One line per plain result; tables are the recipe's own business. */
    private void print(Map<String, Object> results) {
        results.forEach((name, value) -> {
            if (!(value instanceof Iterable<?>) && !(value instanceof Map<?, ?>)) {
                out.printf("%-18s %s%n", name, value);
            }
        });
    }
}
