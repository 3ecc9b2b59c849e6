package org.culebra.optim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Supplier;
import org.culebra.tensor.Gradients;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/** Changes parameters against their gradients. */
public abstract class Optimizer {
    private final String name;
    private final List<Group> groups = new ArrayList<>();
    private final Set<Tensor> known = Collections.newSetFromMap(new IdentityHashMap<>());

    /**
     * An optimizer of one group of parameters.
     *
     * @param name for messages
     * @param options all that the optimizer has, with their values unless told otherwise
     * @throws IllegalArgumentException if there are no parameters, or one is none or is there twice
     */
    protected Optimizer(String name, List<Tensor> parameters, Map<Option, Double> options) {
        this.name = name;
        if (parameters.isEmpty()) {
            throw new IllegalArgumentException(
                    name + ": got an empty parameter list" + "\n  hint: model.parameters() leaves out what is frozen");
        }
        requireNew(parameters);
        groups.add(new Group(name, parameters, options));
    }

    /** Adds parameters with options of their own, which are at first those of the first group. */
    Group addGroup(List<Tensor> parameters) {
        requireNew(parameters);
        Group added = groups.getFirst().with(parameters);
        groups.add(added);
        return added;
    }

    private void requireNew(List<Tensor> parameters) {
        for (Tensor parameter : parameters) {
            if (!parameter.isParameter()) {
                throw new IllegalArgumentException(name + ": " + parameter.describe()
                        + " is no parameter\n  hint: model.parameters(), or asParameter() on the tensor");
            }
            if (!known.add(parameter)) {
                throw new IllegalArgumentException(name + ": " + parameter.describe()
                        + " is there twice\n  hint: a parameter belongs to one group, once");
            }
        }
    }

    /** The name in messages. */
    final String name() {
        return name;
    }

    /** All that it changes, group by group. */
    public final List<Tensor> parameters() {
        return groups.stream().flatMap(group -> group.parameters().stream()).toList();
    }

    /** The groups of parameters, at least one. */
    public final List<Group> groups() {
        return Collections.unmodifiableList(groups);
    }

    /** η of the first group. */
    public final double learningRate() {
        return groups.getFirst().get(Option.LEARNING_RATE);
    }

    /** Sets η of all groups there are: at the beginning, or at any time. */
    public Optimizer learningRate(double rate) {
        setAll(Option.LEARNING_RATE, rate);
        return this;
    }

    /** Sets an option of all groups there are. */
    final void setAll(Option option, double value) {
        groups.forEach(group -> group.set(option, value));
    }

    /**
     * One step. Parameters without a gradient stay as they are, gradients of other tensors are of no concern.
     *
     * @throws IllegalArgumentException if no parameter has a gradient
     * @throws UnsupportedOperationException if the optimizer needs the loss itself: see {@link #step(Supplier)}
     */
    public abstract void step(Gradients gradients);

    /** True if it needs the loss at several points, so that {@link #step(Gradients)} is not enough for it. */
    public boolean needsClosure() {
        return false;
    }

    /**
     * One step down a loss that is computed here, under a tape of its own: {@code optimizer.step(() -> loss(batch))}. Every
     * optimizer can do this, those that need the loss at several points included.
     *
     * @param loss gives a scalar, the same function at each call of one step
     * @return the loss before the step
     */
    public double step(Supplier<Tensor> loss) {
        try (var tape = Tape.open()) {
            Tensor value = loss.get();
            step(tape.gradients(value));
            return value.item();
        }
    }

    /** Throws because no gradient was of use. */
    final IllegalArgumentException nothingToDo() {
        return new IllegalArgumentException(name + ": none of the gradients belongs to a parameter of this optimizer\n"
                + "  hint: compute the loss from the same model, under the tape that gives the gradients");
    }

    // ---------------------------------------------------------------- state

    /** All that it remembers, options included; the tensors are the live ones. */
    public final State state() {
        State state = new State(Map.of(), Map.of());
        for (int i = 0; i < groups.size(); i++) {
            Group group = groups.get(i);
            for (Option option : group.options()) {
                state.numbers().put(key(i, option), group.get(option));
            }
        }
        save(state);
        return state;
    }

    /**
     * Goes on from a saved state, bit by bit: copies it.
     *
     * @throws IllegalArgumentException if it is that of another optimizer, or of other parameters; nothing is changed then
     */
    public final void load(State state) {
        var reader = new StateReader(name, state);
        var saved = new ArrayList<Group>();
        for (int i = 0; i < groups.size(); i++) {
            saved.add(read(i, groups.get(i), reader));
        }
        Runnable change = read(state, reader, saved);
        reader.requireFit();
        for (int i = 0; i < groups.size(); i++) {
            groups.get(i).takeOptions(saved.get(i));
        }
        change.run();
    }

    private static Group read(int index, Group group, StateReader reader) {
        Group saved = group.with(group.parameters());
        for (Option option : group.options()) {
            double value = reader.option(key(index, option), option);
            if (!Double.isNaN(value)) {
                saved.force(option, value);
            }
        }
        return saved;
    }

    private static String key(int group, Option option) {
        return "group." + group + "." + option.key();
    }

    /** Writes what the optimizer remembers beside its options. */
    abstract void save(State into);

    /** Reads what {@link #save} wrote: returns what is to be done once it is known that everything fits. */
    abstract Runnable read(State from, StateReader reader, List<Group> saved);

    @Override
    public String toString() {
        var rates = new StringJoiner(", ");
        groups.forEach(group -> rates.add(Double.toString(group.get(Option.LEARNING_RATE))));
        return name + "(learning rate" + (groups.size() == 1 ? " " : "s ") + rates + ")";
    }
}
