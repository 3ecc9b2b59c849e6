package org.culebra.optim;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.culebra.memory.Scope;
import org.culebra.tensor.Tensor;

/** What an optimizer remembers of one parameter: the number of its steps, tensors like it, and numbers. */
public final class ParameterState {
    private final Tensor parameter;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Map<String, Double> numbers = new LinkedHashMap<>();
    private long steps;

    ParameterState(Tensor parameter) {
        this.parameter = parameter;
    }

    /** t: the steps taken, the one that is being taken included. */
    public long steps() {
        return steps;
    }

    /** 1 − βᵗ: how much a mean that began at 0 and keeps β at each step holds of what it averages. */
    public double correction(double beta) {
        return 1 - Math.pow(beta, (double) steps);
    }

    void begin() {
        steps++;
    }

    /** The tensor of this name, of the parameter's type and shape; zeros at first. It lives as long as the optimizer. */
    public Tensor tensor(String name) {
        return tensor(name, 0);
    }

    /** The tensor of this name; at first full of a number. */
    public Tensor tensor(String name, double initial) {
        Tensor known = tensors.get(name);
        if (known != null) {
            return known;
        }
        // Whatever tape is open: it outlives that.
        Tensor fresh = Scope.outside(
                () -> Tensor.full(parameter.dtype(), initial, parameter.shape().dims()));
        tensors.put(name, fresh);
        return fresh;
    }

    /** The number of this name, or what it is at first. */
    public double number(String name, double initial) {
        return numbers.getOrDefault(name, initial);
    }

    /** Remembers a number. */
    public void remember(String name, double value) {
        numbers.put(name, value);
    }

    /** Reads what {@link #save} wrote, without changing anything yet. */
    Runnable load(String prefix, State from, StateReader reader, List<String> needed) {
        long savedSteps = reader.has(prefix + "steps") ? reader.count(prefix + "steps") : 0;
        var names = new LinkedHashSet<String>(savedSteps > 0 ? needed : List.of());
        names.addAll(
                from.under(prefix.substring(0, prefix.length() - 1)).tensors().keySet());
        var savedTensors = new LinkedHashMap<String, Tensor>();
        names.forEach(name -> savedTensors.put(name, reader.tensor(prefix + name, parameter)));
        var savedNumbers = new LinkedHashMap<String, Double>();
        for (String name :
                from.under(prefix.substring(0, prefix.length() - 1)).numbers().keySet()) {
            if (!name.equals("steps")) {
                savedNumbers.put(name, reader.number(prefix + name));
            }
        }
        return () -> {
            steps = savedSteps;
            tensors.keySet().retainAll(names);
            savedTensors.forEach((name, value) -> tensor(name).assign(value));
            numbers.clear();
            numbers.putAll(savedNumbers);
        };
    }

    void save(String prefix, State into) {
        if (steps > 0) {
            into.numbers().put(prefix + "steps", (double) steps);
            numbers.forEach((name, value) -> into.numbers().put(prefix + name, value));
            tensors.forEach((name, tensor) -> into.tensors().put(prefix + name, tensor));
        }
    }
}
