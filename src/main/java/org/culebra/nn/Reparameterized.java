package org.culebra.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/** A layer that computes with another weight than its own: one that is a function of it and of other parameters. */
abstract sealed class Reparameterized implements Layer permits WeightNorm, SpectralNorm {
    /** What the paths of all that takes part begin with. */
    static final String PATH = "parametrizations.weight.";

    private final Layer inner;
    private final Parameter own;

    Reparameterized(String name, Layer inner) {
        Parameter weight = inner.ownParameters().get("weight");
        if (weight == null || weight.shape().rank() < 2) {
            throw new IllegalArgumentException(
                    name + ": needs a layer with a weight of at least 2 axes, unlike " + Architecture.label(inner));
        }
        this.inner = inner;
        own = weight;
    }

    /** The layer. */
    final Layer inner() {
        return inner;
    }

    /** The weight that it has. */
    final Parameter own() {
        return own;
    }

    /** The weight that it computes with. */
    abstract Tensor weight(Mode mode);

    /** The parameters of that weight by name, without {@link #PATH}; the layer's own is one of them. */
    abstract Map<String, Parameter> parts();

    @Override
    public final Tensor forward(Tensor x, Mode mode) {
        return Parameter.substituting(Map.of(own, weight(mode)), () -> inner.forward(x, mode));
    }

    @Override
    public final Map<String, Parameter> ownParameters() {
        var parameters = new LinkedHashMap<String, Parameter>(inner.ownParameters());
        parameters.remove("weight");
        parts().forEach((name, part) -> parameters.put(PATH + name, part));
        return parameters;
    }

    @Override
    public final long multiplyAdds(Shape input, Shape output) {
        return inner.multiplyAdds(input, output);
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "(" + inner + ")";
    }
}
