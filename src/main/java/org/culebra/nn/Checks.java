package org.culebra.nn;

import java.util.List;
import org.culebra.tensor.Tensor;

/** The messages of the layers: what was given, and what is needed. */
final class Checks {
    private Checks() {}

    static void positive(String layer, String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(layer + ": " + name + " must be positive, not " + value);
        }
    }

    static IllegalArgumentException wrongInput(Model layer, String needed, Tensor x) {
        return new IllegalArgumentException(
                layer + ": the input has the wrong shape\n  needed  " + needed + "\n  given   " + x.describe());
    }

    /** An option as a layer prints it: nothing if it is what it would be anyway. */
    static String option(String name, List<Integer> values, int otherwise) {
        if (values.stream().allMatch(value -> value == otherwise)) {
            return "";
        }
        boolean one = values.stream().distinct().count() == 1;
        return ", " + name + " " + (one ? values.getFirst().toString() : values.toString());
    }
}
