package org.culebra.cli;

import java.io.PrintStream;
import java.util.List;
import org.culebra.recipes.Recipe;
import picocli.CommandLine.Command;

/** {@code culebra recipes}. */
@Command(name = "recipes", description = "List what can be trained.")
final class RecipesCommand implements Runnable {
    private final List<Recipe> recipes;
    private final PrintStream out;

    RecipesCommand(List<Recipe> recipes, PrintStream out) {
        this.recipes = recipes;
        this.out = out;
    }

    @Override
    public void run() {
        int width = recipes.stream()
                .mapToInt(recipe -> recipe.name().length())
                .max()
                .orElse(0);
        for (Recipe recipe : recipes) {
            String blanks = " ".repeat(width - recipe.name().length());
            out.println(recipe.name() + blanks + "  " + recipe.description());
        }
        out.println();
        out.println("culebra train RECIPE --help shows the options of one.");
    }
}
