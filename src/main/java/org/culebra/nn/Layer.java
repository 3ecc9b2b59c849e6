package org.culebra.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;

/**
 * y = f(x), with parameters.
 *
 * <p>A layer without parameters is a lambda: {@code Layer scale = (x, mode) -> x.mul(2)}. One made of others names them in
 * {@link #children()}, and everything that concerns parameters follows from that:
 *
 * <pre>{@code
 * final class Residual implements Layer {
 *     private final Layer inner;
 *     …
 *     public Tensor forward(Tensor x, Mode mode) { return inner.forward(x, mode).add(x); }
 *     public Map<String, Layer> children() { return Map.of("inner", inner); }
 * }
 * }</pre>
 */
@FunctionalInterface
public interface Layer {
    /** y for training or for evaluation. */
    Tensor forward(Tensor x, Mode mode);

    /** y for evaluation. Gradients flow as in training; only dropout and its like differ. */
    default Tensor forward(Tensor x) {
        return forward(x, Mode.EVALUATION);
    }

    /** The layers that this one is made of, by name, in the order in which they are initialized. */
    default Map<String, Layer> children() {
        return Map.of();
    }

    /** The parameters of this layer itself, by name, without those of its children. */
    default Map<String, Parameter> ownParameters() {
        return Map.of();
    }

    // ---------------------------------------------------------------- what follows

    /** All parameters, by path. */
    default Map<String, Parameter> parametersByPath() {
        var all = new LinkedHashMap<String, Parameter>(ownParameters());
        children()
                .forEach((name, child) ->
                        child.parametersByPath().forEach((path, parameter) -> all.put(name + "." + path, parameter)));
        return all;
    }

    /**
     * All parameters' tensors: for an optimizer.
     *
     * @throws IllegalStateException before {@link #initialize}
     */
    default List<Tensor> parameters() {
        var values = new ArrayList<Tensor>();
        parametersByPath().values().forEach(parameter -> values.add(parameter.value()));
        return values;
    }

    /** The number of numbers that training changes. */
    default long parameterCount() {
        return parametersByPath().values().stream()
                .mapToLong(parameter -> parameter.shape().size())
                .sum();
    }

    /** Draws the first numbers of all parameters, in the order of their paths. */
    default void initialize(Random random) {
        parametersByPath().values().forEach(parameter -> parameter.initialize(random));
    }

    /**
     * All parameters' tensors by path, for saving.
     *
     * @throws IllegalStateException before {@link #initialize}
     */
    default Map<String, Tensor> state() {
        var state = new LinkedHashMap<String, Tensor>();
        parametersByPath().forEach((path, parameter) -> state.put(path, parameter.value()));
        return state;
    }

    /**
     * Copies a saved state into the parameters.
     *
     * @throws IllegalArgumentException if a path is missing or unknown, or a shape is another; nothing is changed then
     */
    default void load(Map<String, Tensor> state) {
        Map<String, Parameter> parameters = parametersByPath();
        StateCheck.requireFit(parameters, state);
        parameters.forEach((path, parameter) -> parameter.assign(StateCheck.get(state, path)));
    }
}
