package org.culebra.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code culebra train RECIPE}. */
@Command(name = "train", description = "Train a model, say how good it is, and save it.", sortOptions = false)
final class TrainCommand implements Callable<Integer> {
    @Mixin
    private final RunOptions run;

    @Option(names = "--epochs", order = 1, paramLabel = "<n>", description = "Passes over the training data.")
    private @Nullable Integer epochs;

    @Option(names = "--batch-size", order = 2, paramLabel = "<n>", description = "Images per step.")
    private @Nullable Integer batchSize;

    @Option(names = "--learning-rate", order = 3, paramLabel = "<x>", description = "Learning rate of the optimizer.")
    private @Nullable Double learningRate;

    @Option(
            names = "--seed",
            order = 4,
            paramLabel = "<n>",
            defaultValue = "0",
            description = "Seed of all random numbers; ${DEFAULT-VALUE} if not given.")
    private long seed;

    @Option(
            names = "--out",
            order = 5,
            paramLabel = "<file>",
            description = "Where to save the trained model; <recipe>.safetensors if not given.")
    private @Nullable Path out;

    @Option(
            names = "--progress",
            order = 6,
            negatable = true,
            description = "Draw a progress bar, or do not; drawn if standard error is a terminal.")
    private @Nullable Boolean progress;

    TrainCommand(List<Recipe> recipes, PrintStream out) {
        run = new RunOptions(recipes, out);
    }

    @Override
    public Integer call() throws IOException {
        Recipe recipe = run.prepare();
        run.finish(recipe.train(options()));
        return ExitCode.OK;
    }

    private RecipeOptions options() {
        try {
            return new RecipeOptions(
                    epochs == null ? OptionalInt.empty() : OptionalInt.of(epochs),
                    batchSize == null ? OptionalInt.empty() : OptionalInt.of(batchSize),
                    learningRate == null ? OptionalDouble.empty() : OptionalDouble.of(learningRate),
                    seed,
                    Optional.ofNullable(run.dataDirectory()),
                    Optional.ofNullable(out),
                    progress == null ? Terminal.isStandardError() : progress,
                    run.out());
        } catch (IllegalArgumentException e) {
            throw run.wrong(String.valueOf(e.getMessage()));
        }
    }
}
