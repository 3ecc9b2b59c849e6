package org.culebra.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The messages of the layers: what was given, and what is needed. */
final class Checks {
    private Checks() {}

    static void positive(String layer, String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(layer + ": " + name + " must be positive, not " + value);
        }
    }

    static void positive(String layer, String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(layer + ": " + name + " must be positive, not " + value);
        }
    }

    /** A number that a parameter can begin with. */
    static void finite(String layer, String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(layer + ": " + name + " must be finite, not " + value);
        }
    }

    /** A probability of dropping. */
    static void dropping(String layer, double p) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException(layer + ": the probability must be in [0, 1], not " + p);
        }
    }

    /** By what dropout multiplies what it keeps: 1/(1 − p). When it keeps nothing, 0 rather than infinity, which 0 makes NaN of. */
    static double kept(double p) {
        return p == 1 ? 0 : 1 / (1 - p);
    }

    /** How much each of several counts: a few numbers. */
    static void weights(String loss, Tensor weights) {
        for (double weight : weights.toDoubleArray()) {
            if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(loss + ": a weight must be finite and not negative, but one is "
                        + weight + "\n  weights  " + weights.describe()
                        + "\n  hint: a weight of 0 leaves out what it belongs to");
            }
        }
    }

    /** Parameters by name, those that there are. */
    static Map<String, Parameter> named(
            String first, @Nullable Parameter one, String second, @Nullable Parameter other) {
        var parameters = new LinkedHashMap<String, Parameter>();
        if (one != null) {
            parameters.put(first, one);
        }
        if (other != null) {
            parameters.put(second, other);
        }
        return parameters;
    }

    /** Layers by their positions, from 0 on. */
    static Map<String, Layer> numbered(List<Layer> layers) {
        var children = new LinkedHashMap<String, Layer>();
        for (int i = 0; i < layers.size(); i++) {
            children.put(Integer.toString(i), layers.get(i));
        }
        return children;
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
