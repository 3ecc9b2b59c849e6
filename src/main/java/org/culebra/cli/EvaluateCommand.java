package org.culebra.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.culebra.recipes.Classifying;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.train.Run;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code culebra evaluate MODEL}. */
@Command(name = "evaluate", description = "Say how good a trained model is on its test data.", sortOptions = false)
final class EvaluateCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common;

    @Mixin
    private final ModelPlace place;

    EvaluateCommand(List<Recipe> recipes, PrintStream out) {
        this.place = new ModelPlace(recipes);
        this.common = new CommonOptions(out);
    }

    @Override
    public Integer call() throws IOException {
        common.prepare();
        SavedModel model = place.saved();
        var recipe = model.as(Classifying.class, "classifies nothing");
        var job =
                new Job(model.options(), new Run(place.path()), false, common.places(), common.out(), false, List.of());
        common.finish(recipe.evaluate(job, model.file()));
        return ExitCode.OK;
    }
}
