package org.culebra.optim;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/** Takes a state apart, collecting what does not fit, so that nothing is changed unless all of it does. */
final class StateReader {
    private static final int SHOWN = 4;

    private final String owner;
    private final State state;
    private final Set<String> unread = new LinkedHashSet<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();

    StateReader(String owner, State state) {
        this.owner = owner;
        this.state = state;
        unread.addAll(state.tensors().keySet());
        unread.addAll(state.numbers().keySet());
    }

    boolean has(String name) {
        return state.numbers().containsKey(name) || state.tensors().containsKey(name);
    }

    /** A number; NaN and a problem if there is none. */
    double number(String name) {
        unread.remove(name);
        Double value = state.numbers().get(name);
        if (value == null) {
            missing.add(name);
            return Double.NaN;
        }
        return value;
    }

    /** A count; 0 and a problem if there is none. */
    long count(String name) {
        double value = number(name);
        if (!(value >= 0) || value != Math.rint(value)) {
            if (!Double.isNaN(value) || has(name)) {
                wrong.add(name + " is " + value + " instead of a count");
            }
            return 0;
        }
        return (long) value;
    }

    /** A number in an option's range. */
    double option(String name, Option option) {
        double value = number(name);
        if (has(name)) {
            try {
                option.checked(name, value);
            } catch (IllegalArgumentException e) {
                wrong.add(String.valueOf(e.getMessage()));
            }
        }
        return value;
    }

    /** A floating tensor of this shape; zeros and a problem if there is none. */
    Tensor tensor(String name, Tensor like) {
        unread.remove(name);
        Tensor value = state.tensors().get(name);
        if (value == null) {
            missing.add(name);
            return like;
        }
        Shape shape = like.shape();
        if (!value.shape().equals(shape) || value.dtype() != like.dtype()) {
            wrong.add(name + " is " + value.describe() + " instead of " + like.describe());
        }
        return value;
    }

    /**
     * To be called before anything is changed.
     *
     * @throws IllegalArgumentException if something was missing, wrong or not asked for
     */
    void requireFit() {
        var problems = new ArrayList<String>();
        if (!missing.isEmpty()) {
            problems.add("missing " + some(missing));
        }
        if (!unread.isEmpty()) {
            problems.add("unknown " + some(List.copyOf(unread)));
        }
        if (!wrong.isEmpty()) {
            problems.add(some(wrong));
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    owner + ": the state does not belong to it\n  " + String.join("\n  ", problems)
                            + "\n  hint: load it into one made and configured as the saved one was");
        }
    }

    private static String some(List<String> all) {
        String first = String.join(", ", all.subList(0, Math.min(all.size(), SHOWN)));
        return all.size() <= SHOWN ? first : first + " and " + (all.size() - SHOWN) + " more";
    }
}
