package org.culebra.nn;

import org.culebra.tensor.Tensor;

/** The messages of the layers: what was given, and what is needed. */
final class Checks {
    private Checks() {}

    static void positive(String layer, String name, double value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException(layer + ": " + name + " must be positive, not " + text(value));
        }
    }

    static void notNegative(String layer, String name, double value) {
        if (!(value >= 0)) {
            throw new IllegalArgumentException(layer + ": " + name + " must not be negative: " + text(value));
        }
    }

    private static String text(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    static IllegalArgumentException wrongInput(Layer layer, String needed, Tensor x) {
        return new IllegalArgumentException(
                layer + ": the input has the wrong shape\n  needed  " + needed + "\n  given   " + x.describe());
    }
}
