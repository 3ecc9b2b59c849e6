package org.culebra.nn;

import java.util.LinkedHashMap;
import java.util.Map;

/** What layers have in common that compute another's weight. */
final class Reparameterized {
    private Reparameterized() {}

    static Parameter weight(String name, Layer inner) {
        Parameter weight = inner.ownParameters().get("weight");
        if (weight == null || weight.shape().rank() < 2) {
            throw new IllegalArgumentException(
                    name + ": needs a layer with a weight of at least 2 axes, unlike " + Architecture.label(inner));
        }
        return weight;
    }

    /** The inner layer's parameters but for the weight. */
    static Map<String, Parameter> others(Layer inner) {
        var others = new LinkedHashMap<String, Parameter>(inner.ownParameters());
        others.remove("weight");
        return others;
    }
}
