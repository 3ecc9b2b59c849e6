package org.culebra.recipes;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Something about a recipe that can be chosen.
 *
 * @param name lower case, words joined by hyphens: {@code batch-size}, which is {@code --batch-size} on the command line
 * @param fallback what it is unless told otherwise
 * @param help a line about it
 * @param values what it can be, in words: {@code a whole number of at least 1}
 * @param parser from its text; null if that is no such value
 */
public record RecipeOption<T>(String name, T fallback, String help, String values, Parser<T> parser) {
    /** From text to value. */
    @FunctionalInterface
    public interface Parser<T> {
        /**
         * Reads a text.
         *
         * @throws IllegalArgumentException if it is no such value
         */
        T parse(String text);
    }

    /** A whole number within bounds. */
    public static RecipeOption<Integer> integer(String name, int fallback, int least, String help) {
        return new RecipeOption<>(
                name,
                fallback,
                help,
                "a whole number of at least " + least,
                checked(Integer::valueOf, value -> value >= least));
    }

    /** Any whole number. */
    public static RecipeOption<Long> wholeNumber(String name, long fallback, String help) {
        return new RecipeOption<>(name, fallback, help, "a whole number", Long::valueOf);
    }

    /** A number greater than 0. */
    public static RecipeOption<Double> positive(String name, double fallback, String help) {
        return new RecipeOption<>(
                name,
                fallback,
                help,
                "a positive number",
                checked(Double::valueOf, value -> value > 0 && Double.isFinite(value)));
    }

    /** A number from {@code least} to {@code most}, both included. */
    public static RecipeOption<Double> number(String name, double fallback, double least, double most, String help) {
        String values = most == Double.POSITIVE_INFINITY
                ? "a number of at least " + plain(least)
                : "a number from " + plain(least) + " to " + plain(most);
        return new RecipeOption<>(
                name,
                fallback,
                help,
                values,
                checked(Double::valueOf, value -> value >= least && value <= most && Double.isFinite(value)));
    }

    /** One of several words. */
    public static RecipeOption<String> choice(String name, List<String> words, String help) {
        return new RecipeOption<>(
                name, words.getFirst(), help, String.join(", ", words), checked(text -> text, words::contains));
    }

    /** A file or folder by its path; none unless told. */
    public static RecipeOption<String> file(String name, String help) {
        return new RecipeOption<>(name, "", help, "a path", text -> text);
    }

    /** Yes or no. */
    public static RecipeOption<Boolean> flag(String name, boolean fallback, String help) {
        return new RecipeOption<>(
                name,
                fallback,
                help,
                "true or false",
                checked(
                        text -> text.equals("true"),
                        value -> true,
                        text -> text.equals("true") || text.equals("false")));
    }

    private static <T> Parser<T> checked(Function<String, T> parse, Predicate<T> isGood) {
        return checked(parse, isGood, text -> true);
    }

    private static <T> Parser<T> checked(Function<String, T> parse, Predicate<T> isGood, Predicate<String> isText) {
        return text -> {
            T value = isText.test(text) ? parse.apply(text) : null;
            if (value == null || !isGood.test(value)) {
                throw new IllegalArgumentException();
            }
            return value;
        };
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : Double.toString(value);
    }

    /** The same, with another default. */
    public RecipeOption<T> unlessTold(T other) {
        return new RecipeOption<>(name, other, help, values, parser);
    }

    /**
     * The value of a text.
     *
     * @throws IllegalArgumentException with a sentence, if it is none
     */
    public T parse(String text) {
        try {
            return parser.parse(text.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + values + ", not '" + text + "'", e);
        }
    }
}
