package org.culebra.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.culebra.recipes.Classifying;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.train.Run;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code culebra evaluate MODEL}. */
@Command(name = "evaluate", description = "Say how good a trained model is on its test data.", sortOptions = false)
final class EvaluateCommand implements Callable<Integer> {
    private final List<Recipe> recipes;

    @Mixin
    private final CommonOptions common;

    @Parameters(paramLabel = "<model>", description = "The model's file, or the folder of its run.")
    private Path place = Path.of("");

    EvaluateCommand(List<Recipe> recipes, PrintStream out) {
        this.recipes = recipes;
        this.common = new CommonOptions(out);
    }

    @Override
    public Integer call() throws IOException {
        common.prepare();
        SavedModel model = SavedModel.find(place, recipes);
        var recipe = model.as(Classifying.class, "classifies nothing");
        var job = new Job(model.options(), new Run(place), false, common.places(), common.out(), false, List.of());
        common.finish(recipe.evaluate(job, model.file()));
        return ExitCode.OK;
    }
}
