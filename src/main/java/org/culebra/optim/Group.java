package org.culebra.optim;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.culebra.tensor.Tensor;

/** Parameters of an optimizer that have {@linkplain Option options} in common. */
public final class Group {
    private final String optimizer;
    private final List<Tensor> parameters;
    private final EnumMap<Option, Double> options;

    Group(String optimizer, List<Tensor> parameters, Map<Option, Double> options) {
        this.optimizer = optimizer;
        this.parameters = List.copyOf(parameters);
        this.options = new EnumMap<>(options);
    }

    /** Others with the same options. */
    Group with(List<Tensor> others) {
        return new Group(optimizer, others, options);
    }

    /** What belongs to it. */
    public List<Tensor> parameters() {
        return parameters;
    }

    /** The options that its optimizer has. */
    public Set<Option> options() {
        return options.keySet();
    }

    /**
     * An option's value.
     *
     * @throws IllegalArgumentException if the optimizer has no such option
     */
    public double get(Option option) {
        Double value = options.get(option);
        if (value == null) {
            throw noSuchOption(option);
        }
        return value;
    }

    /** Whether a switch is on. */
    public boolean is(Option option) {
        return get(option) != 0;
    }

    /**
     * Sets an option.
     *
     * @throws IllegalArgumentException if the optimizer has no such option, or it cannot have this value
     */
    public Group set(Option option, double value) {
        if (!options.containsKey(option)) {
            throw noSuchOption(option);
        }
        options.put(option, option.checked(optimizer, value));
        return this;
    }

    /** Sets an option to a value that may be out of its range. */
    void force(Option option, double value) {
        options.put(option, value);
    }

    void takeOptions(Group other) {
        options.putAll(other.options);
    }

    /** Sets η. */
    public Group learningRate(double rate) {
        return set(Option.LEARNING_RATE, rate);
    }

    /** Sets λ. */
    public Group weightDecay(double lambda) {
        return set(Option.WEIGHT_DECAY, lambda);
    }

    private IllegalArgumentException noSuchOption(Option option) {
        return new IllegalArgumentException(
                optimizer + " has no " + option + "\n  options  " + String.join(", ", labels()));
    }

    private List<String> labels() {
        return options.keySet().stream().map(Option::toString).toList();
    }

    @Override
    public String toString() {
        return parameters.size() + " parameters " + options;
    }
}
