package org.culebra.nn;

import java.util.Map;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** y = x·Wᵀ + b: [..., I] → [..., O], with W [O, I] and b [O]. */
public final class Linear implements Layer {
    private final long inputs;
    private final long outputs;
    private final Initializer initializer;
    private final Initializer biasInitializer;
    private final Parameter weight;
    private final @Nullable Parameter bias;

    private Linear(long inputs, long outputs, Initializer initializer, Initializer biasInitializer, boolean biased) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.initializer = initializer;
        this.biasInitializer = biasInitializer;
        this.weight = Parameter.of(initializer, outputs, inputs);
        this.bias = biased ? Parameter.of(biasInitializer, outputs) : null;
    }

    /**
     * I inputs to O outputs, initialized as PyTorch does: U(±1/√I), weights and biases.
     *
     * @throws IllegalArgumentException if a number is not positive
     */
    public static Linear of(long inputs, long outputs) {
        Checks.positive("linear", "inputs", inputs);
        Checks.positive("linear", "outputs", outputs);
        Initializer uniform = Initializer.uniform(1 / Math.sqrt((double) inputs));
        return new Linear(inputs, outputs, uniform, uniform, true);
    }

    /** The same without b. */
    public Linear withoutBias() {
        return new Linear(inputs, outputs, initializer, biasInitializer, false);
    }

    /** The same with other first weights. */
    public Linear initializer(Initializer other) {
        return new Linear(inputs, outputs, other, biasInitializer, bias != null);
    }

    /** The same with other first biases. */
    public Linear biasInitializer(Initializer other) {
        return new Linear(inputs, outputs, initializer, other, true);
    }

    /** W. */
    public Tensor weight() {
        return weight.value();
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (x.rank() == 0 || x.dim(-1) != inputs) {
            throw Checks.wrongInput(this, "[..., " + inputs + "]", x);
        }
        Tensor product = x.matmul(weight.value().transpose()); // [..., I] × [I, O] → [..., O]
        return bias == null ? product : product.add(bias.value());
    }

    @Override
    public Map<String, Parameter> ownParameters() {
        return Checks.named("weight", weight, "bias", bias);
    }

    @Override
    public long multiplyAdds(Shape input, Shape output) {
        return output.size() * inputs;
    }

    @Override
    public String toString() {
        return "Linear(" + inputs + " → " + outputs + (bias == null ? ", no bias)" : ")");
    }
}
