package org.culebra.optim;

import java.util.List;
import org.culebra.memory.Scope;
import org.culebra.tensor.Gradients;
import org.culebra.tensor.Tensor;

/** Changes parameters against their gradients. */
public abstract class Optimizer {
    private final String name;
    private final List<Tensor> parameters;
    private double learningRate;

    /** An optimizer of these parameters; the name is for messages. */
    protected Optimizer(String name, List<Tensor> parameters, double learningRate) {
        this.name = name;
        this.parameters = List.copyOf(parameters);
        for (Tensor parameter : parameters) {
            if (!parameter.isParameter()) {
                throw new IllegalArgumentException(name + ": " + parameter.describe()
                        + " is no parameter\n  hint: model.parameters(), or asParameter() on the tensor");
            }
        }
        this.learningRate = learningRate;
    }

    /** What it changes. */
    public final List<Tensor> parameters() {
        return parameters;
    }

    /** η, which scales the steps. */
    public final double learningRate() {
        return learningRate;
    }

    /** Sets η: at the beginning, or for a schedule at any time. */
    public Optimizer learningRate(double rate) {
        if (!(rate >= 0) || Double.isInfinite(rate)) {
            throw new IllegalArgumentException(name + ": the learning rate must be 0 or more, not " + rate);
        }
        learningRate = rate;
        return this;
    }

    /**
     * One step. Parameters without a gradient stay as they are, gradients of other tensors are of no concern.
     *
     * @throws IllegalArgumentException if no parameter has a gradient
     */
    public final void step(Gradients gradients) {
        boolean used = false;
        for (int i = 0; i < parameters.size(); i++) {
            Tensor gradient = gradients.find(parameters.get(i));
            if (gradient != null) {
                update(i, parameters.get(i), gradient);
                used = true;
            }
        }
        if (!used) {
            throw new IllegalArgumentException(
                    name + ": none of the gradients belongs to a parameter of this optimizer\n"
                            + "  hint: compute the loss from the same model, under the tape that gives the gradients");
        }
    }

    /** Changes the parameter at this index. */
    protected abstract void update(int index, Tensor parameter, Tensor gradient);

    /** Zeros to go with a parameter for as long as the optimizer lives. */
    protected static Tensor zerosLike(Tensor parameter) {
        return Scope.outside(
                () -> Tensor.zeros(parameter.dtype(), parameter.shape().dims()));
    }

    /** Throws unless {@code low <= value < high}. */
    protected final void requireRange(String quantity, double value, double low, double high) {
        if (!(value >= low && value < high)) {
            throw new IllegalArgumentException(
                    name + ": " + quantity + " must be in [" + low + ", " + high + "), not " + value);
        }
    }

    @Override
    public String toString() {
        return name + "(learning rate " + learningRate + ")";
    }
}
