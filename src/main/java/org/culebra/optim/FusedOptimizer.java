package org.culebra.optim;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.culebra.tensor.Tensor;

/**
 * An optimizer that is a {@link Rule}: one pass over memory per parameter. One of your own is its formula and its options:
 *
 * {@snippet file="org/culebra/examples/SignDescent.java" region="optimizer"}
 *
 * <p>Weight decay, groups, saving and restoring come with it.
 *
 * @param <O> the optimizer itself, so that its setters chain
 */
public abstract class FusedOptimizer<O extends FusedOptimizer<O>> extends ParameterwiseOptimizer<O> {

    /**
     * An optimizer without weight decay, unless the options say otherwise.
     *
     * @param name for messages
     * @param options those of the rule, with their values unless told otherwise
     */
    protected FusedOptimizer(String name, List<Tensor> parameters, Map<Option, Double> options) {
        super(name, parameters, withDecay(options));
    }

    private static Map<Option, Double> withDecay(Map<Option, Double> options) {
        var all = new EnumMap<Option, Double>(options);
        all.putIfAbsent(Option.WEIGHT_DECAY, 0.);
        all.putIfAbsent(Option.DECOUPLED, 0.);
        return all;
    }

    /** The rule of a group: the options may choose among several. */
    protected abstract Rule rule(Group group);

    /** Sets λ of an L2 penalty: λw is added to the gradient, as if the loss were larger by λ/2·Σw². */
    public O weightDecay(double lambda) {
        set(Option.WEIGHT_DECAY, lambda);
        return set(Option.DECOUPLED, 0);
    }

    /** Sets λ of a decay that is no part of the gradient: w ← (1 − ηλ)·w (Loshchilov and Hutter 2019). */
    public O decoupledWeightDecay(double lambda) {
        set(Option.WEIGHT_DECAY, lambda);
        return set(Option.DECOUPLED, 1);
    }

    @Override
    protected final void update(Group group, ParameterState state, Tensor w, Tensor g) {
        rule(group).update(group, state, w, g);
    }

    @Override
    protected final List<String> stateNames(Group group) {
        return rule(group).stateNames();
    }
}
