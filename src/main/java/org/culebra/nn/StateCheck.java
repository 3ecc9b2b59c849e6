package org.culebra.nn;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.culebra.tensor.Tensor;

/** Whether a state belongs to a layer. */
final class StateCheck {
    private StateCheck() {}

    static void requireFit(Map<String, Parameter> parameters, Map<String, Tensor> state) {
        List<String> problems = new ArrayList<>();
        list(problems, "missing", parameters.keySet(), state.keySet());
        list(problems, "unknown", state.keySet(), parameters.keySet());
        parameters.forEach((path, parameter) -> {
            Tensor value = state.get(path);
            if (value != null
                    && !(value.shape().equals(parameter.shape())
                            && value.dtype().isFloating())) {
                problems.add(path + " is " + value.describe() + " instead of f32" + parameter.shape());
            }
        });
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("state: " + String.join("; ", problems));
        }
    }

    private static void list(List<String> problems, String what, Set<String> of, Set<String> without) {
        Set<String> names = new LinkedHashSet<>(of);
        names.removeAll(without);
        if (!names.isEmpty()) {
            problems.add(what + " " + String.join(", ", names));
        }
    }

    static Tensor get(Map<String, Tensor> state, String path) {
        Tensor value = state.get(path);
        if (value == null) {
            throw new IllegalArgumentException("state: " + path + " is missing");
        }
        return value;
    }
}
