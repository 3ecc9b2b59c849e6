package org.culebra.nn;

import org.culebra.tensor.Tensor;

/**
 * y = f(x), with parameters.
 *
 * <p>A layer without parameters is a lambda: {@code Layer scale = (x, mode) -> x.mul(2)}. One made of others names them in
 * {@link #children()}, and everything that concerns parameters follows from that:
 *
 * <pre>{@code
 * record Twice(Layer inner) implements Layer {
 *     public Tensor forward(Tensor x, Mode mode) {
 *         return mode.call("inner", inner, mode.call("inner", inner, x));
 *     }
 *     public Map<String, Layer> children() { return Map.of("inner", inner); }
 * }
 * }</pre>
 *
 * <p>{@code mode.call} is {@code inner.forward(x, mode)}, and lets a {@link Watcher} see it.
 */
@FunctionalInterface
public interface Layer extends Model {
    /** y for training or for evaluation. */
    Tensor forward(Tensor x, Mode mode);

    /** y for evaluation. Gradients flow as in training; only dropout and its like differ. */
    default Tensor forward(Tensor x) {
        return forward(x, Mode.EVALUATION);
    }
}
