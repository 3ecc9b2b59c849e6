package org.culebra.recipes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Something that trains by name: its data, its model and its training, in one file that reads from top to bottom.
 *
 * <p>A recipe becomes known to the command by its line in {@link Recipes}.
 */
public interface Recipe {
    /** Its name on the command line: lower case, words joined by hyphens, as in {@code fashion-cnn}. */
    String name();

    /** What it trains, on what, and how long that takes: one line for the help. */
    String description();

    /**
     * Trains, tests, and saves the model where {@link RecipeOptions#saveTo} says so.
     *
     * <p>What a person wants to read, the results included, goes to {@link RecipeOptions#out} line by line; a progress bar goes
     * to standard error, and only if {@link RecipeOptions#progress}. A file appears under its final name when it is complete,
     * and not before.
     *
     * @return the results for programs: names in lower case joined by underscores ({@code test_accuracy}); values are numbers,
     *     strings, booleans, and lists and maps of these
     * @throws IOException if data are missing or unreadable, or the model cannot be saved; the message is one clear sentence
     */
    Map<String, Object> train(RecipeOptions options) throws IOException;

    /**
     * Tests a model that {@link #train} saved.
     *
     * @return as {@link #train} does, as far as it goes
     * @throws IOException if data or model are missing or unreadable; the message is one clear sentence
     */
    Map<String, Object> test(RecipeOptions options, Path model) throws IOException;
}
