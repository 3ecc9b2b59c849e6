package org.culebra.optim;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.culebra.tensor.Gradients;
import org.culebra.tensor.Tensor;

/**
 * An optimizer that changes each parameter by its own gradient and what it remembers of it.
 *
 * @param <O> the optimizer itself, so that its setters chain
 */
public abstract class ParameterwiseOptimizer<O extends ParameterwiseOptimizer<O>> extends Optimizer {
    private final IdentityHashMap<Tensor, ParameterState> states = new IdentityHashMap<>();

    /** See {@link Optimizer#Optimizer}. */
    protected ParameterwiseOptimizer(String name, List<Tensor> parameters, Map<Option, Double> options) {
        super(name, parameters, options);
    }

    /** Changes w by g. */
    protected abstract void update(Group group, ParameterState state, Tensor w, Tensor g);

    /** The names of the tensors that a group's parameters have from their first step on. */
    protected abstract List<String> stateNames(Group group);

    @SuppressWarnings("unchecked") // O is the type of this
    private O self() {
        return (O) this;
    }

    /** Sets an option of all groups there are. */
    protected final O set(Option option, double value) {
        setAll(option, value);
        return self();
    }

    @Override
    public O learningRate(double rate) {
        return set(Option.LEARNING_RATE, rate);
    }

    /**
     * Adds parameters with options of their own: {@code group(head.parameters(), g -> g.learningRate(.01))}. At first they have
     * those of the first group; setters of the optimizer that are called later speak of this group too.
     *
     * @throws IllegalArgumentException if a parameter is there already
     */
    public O group(List<Tensor> parameters, Consumer<Group> options) {
        options.accept(addGroup(parameters));
        return self();
    }

    @Override
    public void step(Gradients gradients) {
        boolean used = false;
        for (Group group : groups()) {
            for (Tensor parameter : group.parameters()) {
                Tensor gradient = gradients.find(parameter);
                if (gradient != null) {
                    ParameterState state = stateOf(parameter);
                    state.begin();
                    update(group, state, parameter, gradient);
                    used = true;
                }
            }
        }
        if (!used) {
            throw nothingToDo();
        }
    }

    final ParameterState stateOf(Tensor parameter) {
        return states.computeIfAbsent(parameter, ParameterState::new);
    }

    @Override
    void save(State into) {
        int index = 0;
        for (Tensor parameter : parameters()) {
            stateOf(parameter).save(index++ + ".", into);
        }
    }

    @Override
    Runnable read(State from, StateReader reader, List<Group> saved) {
        Runnable all = () -> {};
        int index = 0;
        for (Group group : saved) {
            for (Tensor parameter : group.parameters()) {
                Runnable before = all;
                Runnable one = stateOf(parameter).load(index++ + ".", from, reader, stateNames(group));
                all = () -> {
                    before.run();
                    one.run();
                };
            }
        }
        return all;
    }
}
