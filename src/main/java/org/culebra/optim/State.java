package org.culebra.optim;

import java.util.LinkedHashMap;
import java.util.Map;
import org.culebra.tensor.Tensor;

/**
 * All that an optimizer, a schedule or an average of weights remembers, by name: what a checkpoint has to save, and a restart to
 * load, to go on with the same bits.
 *
 * <p>The tensors are the live ones, not copies: save them before the next step. Numbers survive {@link Double#toString}, so they
 * may be written as text.
 *
 * @param tensors by name, such as {@code 0.exp_avg}: what belongs to parameter 0
 * @param numbers by name, such as {@code 0.steps} or {@code group.0.learning_rate}
 */
public record State(Map<String, Tensor> tensors, Map<String, Double> numbers) {
    /** Nothing. */
    public static final State EMPTY = new State(Map.of(), Map.of());

    /** Keeps the order of both. */
    public State {
        tensors = new LinkedHashMap<>(tensors);
        numbers = new LinkedHashMap<>(numbers);
    }

    /** Numbers only. */
    static State of(Map<String, Double> numbers) {
        return new State(Map.of(), numbers);
    }

    /** This and another, to be saved together: each under a prefix of its own. */
    public State and(State other) {
        State both = new State(tensors, numbers);
        both.tensors.putAll(other.tensors);
        both.numbers.putAll(other.numbers);
        return both;
    }

    /** The same with {@code prefix.} before every name. */
    public State prefixed(String prefix) {
        State result = new State(Map.of(), Map.of());
        tensors.forEach((name, tensor) -> result.tensors.put(prefix + "." + name, tensor));
        numbers.forEach((name, number) -> result.numbers.put(prefix + "." + name, number));
        return result;
    }

    /** What has {@code prefix.} before its name, without it. */
    public State under(String prefix) {
        State result = new State(Map.of(), Map.of());
        int length = prefix.length() + 1;
        tensors.forEach((name, tensor) -> {
            if (name.startsWith(prefix + ".")) {
                result.tensors.put(name.substring(length), tensor);
            }
        });
        numbers.forEach((name, number) -> {
            if (name.startsWith(prefix + ".")) {
                result.numbers.put(name.substring(length), number);
            }
        });
        return result;
    }
}
