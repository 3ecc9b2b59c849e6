package org.culebra.recipes;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Something that runs by name: its data, its model and its training, in one file that reads from top to bottom.
 *
 * <p>A recipe becomes known to the command by its line in {@link org.culebra.recipes.shipped.Recipes}.
 */
public interface Recipe {
    /**
     * What people see of a recipe before it runs.
     *
     * @param name on the command line: lower case, words joined by hyphens, as in {@code fashion-cnn}
     * @param description what it trains, on what, and how long that takes: one line for the help
     * @param options what can be chosen, in the order of the help
     */
    record Card(String name, String description, List<RecipeOption<?>> options) {
        /** Copies the list. */
        public Card {
            options = List.copyOf(options);
        }

        /** A card of these options. */
        public static Card of(String name, String description, RecipeOption<?>... options) {
            return new Card(name, description, List.of(options));
        }

        /** The same with these, too: one that there is by that name loses its place to the new one, others come at the end. */
        public Card with(List<RecipeOption<?>> more) {
            var all = new LinkedHashMap<String, RecipeOption<?>>();
            options.forEach(option -> all.put(option.name(), option));
            more.forEach(option -> all.put(option.name(), option));
            return new Card(name, description, List.copyOf(all.values()));
        }

        /** The same with these. */
        public Card with(RecipeOption<?>... more) {
            return with(List.of(more));
        }
    }

    /** Its name, what it is, and what can be chosen. */
    Card card();

    /** Its name on the command line. */
    default String name() {
        return card().name();
    }

    /** What it trains: one line for the help. */
    default String description() {
        return card().description();
    }

    /** What can be chosen, in the order of the help. */
    default List<RecipeOption<?>> options() {
        return card().options();
    }

    /**
     * Checks what options mean together, before anything is made.
     *
     * @throws IllegalArgumentException with a sentence, if they contradict each other
     */
    default void check(RecipeOptions options) {}

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
