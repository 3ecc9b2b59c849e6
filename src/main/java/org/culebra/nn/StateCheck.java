package org.culebra.nn;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.culebra.tensor.Tensor;

/** Whether a state belongs to a model. */
final class StateCheck {
    private static final int SHOWN = 4;

    private StateCheck() {}

    /** All paths, and no others. */
    static void requireFit(Map<String, Parameter> parameters, Map<String, Tensor> state) {
        List<String> problems = new ArrayList<>();
        list(problems, "missing", parameters.keySet(), state.keySet());
        require(parameters, state, problems);
    }

    /** Paths that there are. */
    static void requireKnown(Map<String, Parameter> parameters, Map<String, Tensor> state) {
        require(parameters, state, new ArrayList<>());
    }

    private static void require(Map<String, Parameter> parameters, Map<String, Tensor> state, List<String> problems) {
        list(problems, "unknown", state.keySet(), parameters.keySet());
        parameters.forEach((path, parameter) -> {
            Tensor value = state.get(path);
            if (value != null && !fits(parameter, value)) {
                problems.add(path + " is " + value.describe() + " instead of " + parameter.dtype() + parameter.shape());
            }
        });
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("state: " + some("; ", problems));
        }
    }

    private static boolean fits(Parameter parameter, Tensor value) {
        return value.shape().equals(parameter.shape())
                && value.dtype().isFloating() == parameter.dtype().isFloating();
    }

    private static void list(List<String> problems, String what, Set<String> of, Set<String> without) {
        Set<String> names = new LinkedHashSet<>(of);
        names.removeAll(without);
        if (!names.isEmpty()) {
            problems.add(what + " " + some(", ", List.copyOf(names)));
        }
    }

    /** The first few: a model may have hundreds of parameters. */
    private static String some(String separator, List<String> all) {
        String first = String.join(separator, all.subList(0, Math.min(all.size(), SHOWN)));
        return all.size() <= SHOWN ? first : first + " and " + (all.size() - SHOWN) + " more";
    }

    static <T> T get(Map<String, T> state, String path) {
        T value = state.get(path);
        if (value == null) {
            throw new IllegalArgumentException("state: " + path + " is missing");
        }
        return value;
    }
}
