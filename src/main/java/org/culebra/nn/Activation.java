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
    /** ln(1/(1 + e⁻ˣ)). */
    LOG_SIGMOID("LogSigmoid", Tensor::logSigmoid),
    /** x·Φ(x). */
    GELU("GELU", Tensor::gelu),
    /** x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))). */
    GELU_TANH("GELU(tanh)", Tensor::geluTanh),
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
    SOFTPLUS("Softplus", Tensor::softplus),
    /** clamp(x/6 + 1/2, 0, 1). */
    HARD_SIGMOID("HardSigmoid", Tensor::hardSigmoid),
    /** clamp(x, −1, 1). */
    HARD_TANH("HardTanh", Tensor::hardTanh),
    /** 2/√π·∫₀ˣ e^(−t²) dt. */
    ERF("Erf", Tensor::erf);

    private final String label;
    private final UnaryOperator<Tensor> function;

    Activation(String label, UnaryOperator<Tensor> function) {
        this.label = label;
        this.function = function;
    }

    /** x above 0, slope·x below. */
    public static Layer leakyRelu(double slope) {
        return named("LeakyReLU(" + slope + ")", x -> x.leakyRelu(slope));
    }

    /** x above 0, α·(eˣ − 1) below. */
    public static Layer elu(double alpha) {
        return named("ELU(" + alpha + ")", x -> x.elu(alpha));
    }

    /** eˣ / Σ eˣ along an axis. */
    public static Layer softmax(int axis) {
        return named("Softmax(" + axis + ")", x -> x.softmax(axis));
    }

    /** x − ln Σ eˣ along an axis. */
    public static Layer logSoftmax(int axis) {
        return named("LogSoftmax(" + axis + ")", x -> x.logSoftmax(axis));
    }

    /** A function that prints itself as this label. */
    public static Layer named(String label, UnaryOperator<Tensor> function) {
        return new Named(label, function);
    }

    private record Named(String label, UnaryOperator<Tensor> function) implements Layer {
        @Override
        public Tensor forward(Tensor x, Mode mode) {
            return function.apply(x);
        }

        @Override
        public String toString() {
            return label;
        }
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
