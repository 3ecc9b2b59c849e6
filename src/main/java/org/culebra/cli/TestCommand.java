package org.culebra.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code culebra test RECIPE}. */
@Command(name = "test", description = "Say how good a saved model is.", sortOptions = false)
final class TestCommand implements Callable<Integer> {
    @Mixin
    private final RunOptions run;

    @Option(
            names = "--model",
            order = 1,
            paramLabel = "<file>",
            description = "The saved model; <recipe>.safetensors if not given.")
    private @Nullable Path model;

    TestCommand(List<Recipe> recipes, PrintStream out) {
        run = new RunOptions(recipes, out);
    }

    @Override
    public Integer call() throws IOException {
        Recipe recipe = run.prepare();
        RecipeOptions options = RecipeOptions.defaults().withOut(run.out());
        Path folder = run.dataDirectory();
        Path file = model == null ? Path.of(recipe.name() + ".safetensors") : model;
        run.finish(recipe.test(folder == null ? options : options.withDataDirectory(folder), file));
        return ExitCode.OK;
    }
}
