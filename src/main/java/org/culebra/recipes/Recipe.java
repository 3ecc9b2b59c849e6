package org.culebra.recipes;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Something that runs by name: its data, its model and its training, in one file that reads from top to bottom.
 *
 * <p>A recipe becomes known to the command by its line in {@link org.culebra.recipes.shipped.Recipes}.
 */
public interface Recipe {
    /** Its name on the command line: lower case, words joined by hyphens, as in {@code fashion-cnn}. */
    String name();

    /** What it trains, on what, and how long that takes: one line for the help. */
    String description();

    /** What can be chosen, in the order of the help. */
    List<RecipeOption<?>> options();

    /**
     * Trains, tests, and saves what came of it in the folder of the run.
     *
     * <p>What a person wants to read, the results included, goes to {@link Job#out} line by line; a progress bar goes to standard
     * error, and only if {@link Job#progress}.
     *
     * @return the results for programs: names in lower case joined by underscores ({@code test_accuracy}); values are numbers,
     *     strings, booleans, and lists and maps of these
     * @throws IOException if data are missing or unreadable, or something cannot be saved; the message is one clear sentence
     */
    Map<String, Object> train(Job job) throws IOException;
}
