package org.culebra.recipes;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The options of a recipe with their values: those that were told, and for all others the defaults. */
public final class RecipeOptions {
    private final List<RecipeOption<?>> known;
    private final Map<String, Object> values = new LinkedHashMap<>();

    private RecipeOptions(List<RecipeOption<?>> known) {
        this.known = known;
        known.forEach(option -> values.put(option.name(), option.fallback()));
    }

    /** A recipe's defaults. */
    public static RecipeOptions of(Recipe recipe) {
        return new RecipeOptions(recipe.options());
    }

    /**
     * A recipe's defaults, but for what is told.
     *
     * @param told values as text, by name
     * @throws IllegalArgumentException with a sentence, if there is no option of a name, or a text is not a value of its option
     */
    public static RecipeOptions of(Recipe recipe, Map<String, String> told) {
        RecipeOptions options = of(recipe);
        told.forEach((name, text) -> {
            RecipeOption<?> option = options.known.stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(recipe.name() + " has no option '" + name
                            + "'; it has "
                            + options.known.stream().map(RecipeOption::name).collect(Collectors.joining(", "))));
            options.values.put(name, option.parse(text));
        });
        return options;
    }

    /** True if the recipe has this option. */
    public boolean has(RecipeOption<?> option) {
        return values.containsKey(option.name());
    }

    /** The value of an option. */
    @SuppressWarnings("unchecked") // put there by the option itself
    public <T> T get(RecipeOption<T> option) {
        Object value = values.get(option.name());
        if (value == null) {
            throw new IllegalArgumentException("the recipe has no option '" + option.name() + "'");
        }
        return (T) value;
    }

    /** All values as text, by name: what {@link #of(Recipe, Map)} takes. */
    public Map<String, String> asText() {
        var text = new LinkedHashMap<String, String>();
        values.forEach((name, value) -> text.put(name, value.toString()));
        return Collections.unmodifiableMap(text);
    }

    /** All values with the line about each, by name. */
    Map<String, Map<String, String>> described() {
        var all = new LinkedHashMap<String, Map<String, String>>();
        for (RecipeOption<?> option : known) {
            String value = Objects.toString(values.get(option.name()));
            all.put(option.name(), Map.of("value", value, "help", option.help()));
        }
        return all;
    }
}
