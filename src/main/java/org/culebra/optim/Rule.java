package org.culebra.optim;

import java.util.ArrayList;
import java.util.List;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;

/**
 * (w, x) ← f(w, g, x, s): how a parameter w and the tensors x that go with it change by the gradient g, in one pass over memory;
 * s are numbers that depend on the options and on the number of the step.
 *
 * <p>Weight decay is in here, the same for every rule: coupled, g ← g + λw before anything else; decoupled, w ← (1 − ηλ)·w.
 */
public final class Rule {
    /** λ of the coupled weight decay, and what the decoupled one leaves of w. */
    private static final int DECAY = 2;

    private final List<String> stateNames;
    private final int count;
    private final Elementwise function;
    private final Numbers numbers;

    /** The formula. */
    @FunctionalInterface
    public interface Formula {
        /**
         * The new w, and then the new x in their order.
         *
         * @param x the tensors that go with the parameter
         * @param s the numbers
         */
        List<Expression> apply(Expression w, Expression g, List<Expression> x, List<Expression> s);
    }

    /** The numbers of a formula at a step. */
    @FunctionalInterface
    public interface Numbers {
        /** The numbers; {@link ParameterState#steps} is t. */
        double[] of(Group group, ParameterState state);
    }

    private Rule(List<String> stateNames, int count, Elementwise function, Numbers numbers) {
        this.stateNames = List.copyOf(stateNames);
        this.count = count;
        this.function = function;
        this.numbers = numbers;
    }

    /**
     * A rule; make one object per rule and keep it.
     *
     * @param name for timings
     * @param stateNames of x
     * @param count of s
     */
    public static Rule of(String name, List<String> stateNames, int count, Formula formula, Numbers numbers) {
        int arity = 2 + stateNames.size();
        Elementwise function = Elementwise.withScalars(name, arity, DECAY + count, (x, s) -> {
            Expression g = x.get(0).fma(s.get(0), x.get(1));
            Expression w = x.get(0).mul(s.get(1));
            return formula.apply(w, g, x.subList(2, arity), s.subList(DECAY, DECAY + count));
        });
        return new Rule(stateNames, count, function, numbers);
    }

    List<String> stateNames() {
        return stateNames;
    }

    void update(Group group, ParameterState state, Tensor w, Tensor g) {
        double lambda = group.get(Option.WEIGHT_DECAY);
        boolean decoupled = group.is(Option.DECOUPLED);
        double[] s = new double[DECAY + count];
        s[0] = decoupled ? 0 : lambda;
        s[1] = decoupled ? 1 - group.get(Option.LEARNING_RATE) * lambda : 1;
        System.arraycopy(numbers.of(group, state), 0, s, DECAY, count);
        var targets = new ArrayList<Tensor>(1 + stateNames.size());
        targets.add(w);
        for (String name : stateNames) {
            targets.add(state.tensor(name));
        }
        var inputs = new ArrayList<>(targets);
        inputs.add(1, g);
        function.update(targets, s, inputs.toArray(Tensor[]::new));
    }
}
