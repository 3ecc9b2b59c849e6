package org.culebra.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The names that lead to a parameter, joined by dots. */
final class Paths {
    private Paths() {}

    /** Parameters and buffers, in the order of PyTorch's {@code state_dict}: a model's own come before its children's. */
    static Map<String, Parameter> all(Model model) {
        return collect(model, each -> {
            var own = new LinkedHashMap<String, Parameter>(each.ownParameters());
            own.putAll(each.ownBuffers());
            return own;
        });
    }

    static Map<String, Parameter> collect(Model model, Function<Model, Map<String, Parameter>> own) {
        var all = new LinkedHashMap<String, Parameter>(own.apply(model));
        model.children()
                .forEach((name, child) ->
                        collect(child, own).forEach((path, parameter) -> all.put(name + "." + path, parameter)));
        return all;
    }
}
