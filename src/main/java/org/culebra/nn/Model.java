package org.culebra.nn;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/**
 * Whatever has parameters: a {@link Layer}, or a computation of more than one tensor. It names its own parameters and buffers and
 * the models that it is made of, and everything that concerns them follows from that.
 */
public interface Model {
    /** The models that this one is made of, by name, in the order in which they are initialized. */
    default Map<String, ? extends Model> children() {
        return Map.of();
    }

    /** The parameters of this model itself, by name, without those of its children. */
    default Map<String, Parameter> ownParameters() {
        return Map.of();
    }

    /** What this model itself keeps without training it, such as running statistics, by name: {@link Parameter#buffer}. */
    default Map<String, Parameter> ownBuffers() {
        return Map.of();
    }

    /** Multiply-adds to come from an input to an output of these shapes, those of children not counted; 0 where it hardly counts. */
    default long multiplyAdds(Shape input, Shape output) {
        return 0;
    }

    // ---------------------------------------------------------------- what follows

    /** All parameters, by path; frozen ones too. */
    default Map<String, Parameter> parametersByPath() {
        return Paths.collect(this, Model::ownParameters);
    }

    /** All buffers, by path. */
    default Map<String, Parameter> buffersByPath() {
        return Paths.collect(this, Model::ownBuffers);
    }

    /**
     * The tensors of all parameters that are not frozen, each once: for an optimizer.
     *
     * @throws IllegalStateException before {@link #initialize}
     */
    default List<Tensor> parameters() {
        Set<Parameter> once = new LinkedHashSet<>(parametersByPath().values());
        return once.stream()
                .filter(parameter -> !parameter.isFrozen())
                .map(Parameter::value)
                .toList();
    }

    /** The number of numbers in all parameters, each counted once, frozen ones too. */
    default long parameterCount() {
        return new LinkedHashSet<>(parametersByPath().values())
                .stream().mapToLong(parameter -> parameter.shape().size()).sum();
    }

    /** Draws the first numbers of all parameters and buffers, in the order of their paths. */
    default void initialize(Random random) {
        ownParameters().values().forEach(parameter -> parameter.initialize(random));
        ownBuffers().values().forEach(buffer -> buffer.initialize(random));
        children().values().forEach(child -> child.initialize(random));
    }

    /** From now on training leaves all parameters as they are; buffers are updated as before. */
    default void freeze() {
        parametersByPath().values().forEach(parameter -> parameter.frozen(true));
    }

    /** Undoes {@link #freeze}. */
    default void unfreeze() {
        parametersByPath().values().forEach(parameter -> parameter.frozen(false));
    }

    /**
     * The tensors of all parameters and buffers by path, for saving.
     *
     * @throws IllegalStateException before {@link #initialize}
     */
    default Map<String, Tensor> state() {
        var state = new LinkedHashMap<String, Tensor>();
        Paths.all(this).forEach((path, parameter) -> state.put(path, parameter.value()));
        return state;
    }

    /**
     * Copies a saved state into the parameters and buffers.
     *
     * @throws IllegalArgumentException if a path is missing or unknown, or a shape is another; nothing is changed then
     */
    default void load(Map<String, Tensor> state) {
        Map<String, Parameter> all = Paths.all(this);
        StateCheck.requireFit(all, state);
        all.forEach((path, parameter) -> parameter.assign(StateCheck.get(state, path)));
    }

    /**
     * Computes with other tensors in place of some parameters or buffers, on this thread. Gradients flow to them:
     *
     * <pre>{@code
     * Tensor y = model.substituting(averages, () -> model.forward(x));
     * }</pre>
     *
     * @param values by path
     * @throws IllegalArgumentException if a path is unknown, or a shape is another
     */
    default <T> T substituting(Map<String, Tensor> values, Supplier<T> computation) {
        Map<String, Parameter> all = Paths.all(this);
        StateCheck.requireKnown(all, values);
        var byParameter = new LinkedHashMap<Parameter, Tensor>();
        values.forEach((path, value) -> byParameter.put(StateCheck.get(all, path), value));
        return Parameter.substituting(byParameter, computation);
    }

    /** The architecture: one line per model, with the number of its parameters, and their sum. */
    default String describe() {
        return Architecture.of(this);
    }
}
