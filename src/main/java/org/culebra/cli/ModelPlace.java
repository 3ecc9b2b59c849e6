package org.culebra.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.culebra.recipes.Recipe;
import picocli.CommandLine.Parameters;

/** Which trained model a command is about. */
final class ModelPlace {
    private final List<Recipe> recipes;

    @Parameters(
            index = "0",
            paramLabel = "<model>",
            description =
                    "The model's file, or the folder of its run or of a part of it, as in runs/gan-1/parts/seed-3.")
    private Path place = Path.of("");

    ModelPlace(List<Recipe> recipes) {
        this.recipes = recipes;
    }

    Path path() {
        return place;
    }

    /**
     * What is there.
     *
     * @throws IOException if there is no model; the message is one sentence
     */
    SavedModel saved() throws IOException {
        return SavedModel.find(place, recipes);
    }
}
