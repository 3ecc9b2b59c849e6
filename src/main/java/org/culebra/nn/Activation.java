package org.culebra.nn;

import java.util.function.UnaryOperator;
import org.culebra.tensor.Tensor;

/** The activation functions as layers; see the methods of {@link Tensor} for their formulas. */
public enum Activation implements Layer {
    /** max(x, 0). */
    RELU("ReLU", Tensor::relu),
    /** tanh x. */
    TANH("Tanh", Tensor::tanh),
    /** 1/(1 + e⁻ˣ). */
    SIGMOID("Sigmoid", Tensor::sigmoid),
    /** x·Φ(x). */
    GELU("GELU", Tensor::gelu),
    /** x·sigmoid(x). */
    SILU("SiLU", Tensor::silu),
    /** x·tanh(softplus(x)). */
    MISH("Mish", Tensor::mish),
    /** λx above 0, λα(eˣ − 1) below. */
    SELU("SELU", Tensor::selu),
    /** x above 0, eˣ − 1 below. */
    ELU("ELU", x -> x.elu(1)),
    /** x above 0, x/100 below. */
    LEAKY_RELU("LeakyReLU(0.01)", x -> x.leakyRelu(.01)),
    /** ln(1 + eˣ). */
    SOFTPLUS("Softplus", Tensor::softplus);

    private final String label;
    private final UnaryOperator<Tensor> function;

    Activation(String label, UnaryOperator<Tensor> function) {
        this.label = label;
        this.function = function;
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        return function.apply(x);
    }

    @Override
    public String toString() {
        return label;
    }
}
