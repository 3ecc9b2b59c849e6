package org.culebra.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * y = f(x) + g(x), where g is the identity unless a shortcut is given (He et al. 2016).
 *
 * @param inner f
 * @param shortcut g, if it is not the identity: where f changes the shape
 */
public record Residual(Layer inner, @Nullable Layer shortcut) implements Layer {
    /** f(x) + x. */
    public static Residual of(Layer inner) {
        return new Residual(inner, null);
    }

    /** f₂(f₁(x)) + x. */
    public static Residual of(Layer... inner) {
        return new Residual(new Sequential(inner), null);
    }

    /** The same with another shortcut. */
    public Residual shortcut(Layer other) {
        return new Residual(inner, other);
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        Tensor changed = mode.call("inner", inner, x);
        Tensor kept = shortcut == null ? x : mode.call("shortcut", shortcut, x);
        if (!changed.shape().equals(kept.shape())) {
            throw new IllegalArgumentException("residual: the two ways end in different shapes\n  inner     "
                    + changed.describe() + "\n  shortcut  " + kept.describe()
                    + "\n  hint: a shortcut that changes the shape in the same way, such as a 1×1 convolution");
        }
        return changed.add(kept);
    }

    @Override
    public Map<String, Layer> children() {
        var children = new LinkedHashMap<String, Layer>();
        children.put("inner", inner);
        if (shortcut != null) {
            children.put("shortcut", shortcut);
        }
        return children;
    }

    @Override
    public String toString() {
        return describe();
    }
}
