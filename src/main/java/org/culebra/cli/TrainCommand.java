package org.culebra.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.culebra.recipes.Recipe;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code culebra train}: a subcommand for each recipe. */
@Command(
        name = "train",
        description = "Train a model, say how good it is, and save it.",
        synopsisSubcommandLabel = "RECIPE",
        subcommandsRepeatable = false)
final class TrainCommand implements Runnable {
    private final List<Recipe> recipes;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** What is no recipe arrives here. */
    @Parameters(hidden = true, arity = "0..*")
    private List<String> others = new ArrayList<>();

    private TrainCommand(List<Recipe> recipes) {
        this.recipes = recipes;
    }

    static CommandLine of(List<Recipe> recipes, PrintStream out) {
        var command = new CommandLine(new TrainCommand(recipes));
        for (Recipe recipe : recipes) {
            command.addSubcommand(TrainRecipeCommand.of(recipe, out));
        }
        command.getCommandSpec().usageMessage().commandListHeading("%nRecipes:%n");
        return command;
    }

    @Override
    public void run() {
        String known = recipes.isEmpty()
                ? "this build has none."
                : recipes.stream().map(Recipe::name).collect(Collectors.joining(", ", "known are ", "."));
        String what = others.isEmpty() ? "Which recipe? " : "Unknown recipe '" + others.getFirst() + "'; ";
        throw new ParameterException(spec.commandLine(), what + known);
    }
}
