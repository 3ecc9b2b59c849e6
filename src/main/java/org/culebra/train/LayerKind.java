package org.culebra.train;

import java.util.List;
import java.util.function.UnaryOperator;
import org.culebra.nn.Activation;
import org.culebra.nn.Layer;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Activation functions by how they fall ill. */
enum LayerKind {
    /** 0 below 0. */
    RELU(Tensor::relu),
    /** 0 below 0, 6 above 6. */
    RELU_6(x -> x.clamp(0, 6)),
    /** From 0 to 1, which it only comes near. */
    SIGMOID(Tensor::sigmoid),
    /** From −1 to 1, which it only comes near. */
    TANH(Tensor::tanh),
    /** From 0 to 1. */
    HARD_SIGMOID(Tensor::hardSigmoid),
    /** From −1 to 1. */
    HARD_TANH(x -> x.clamp(-1, 1)),
    /** Shares of a sum of 1. */
    SOFTMAX(null),
    /** Neither dies nor saturates. */
    OTHER(null);

    /** How near a bound an output is saturated: the slope of a sigmoid is below 0.01 there, that of a tanh below 0.02. */
    static final double NEAR = .01;

    private static final double SIX = 6;
    private static final double EQUAL = 1e-6;

    /** In an order in which the first that fits is right: a ReLU is a ReLU6 as long as nothing is above 6. */
    private static final List<LayerKind> BY_DEED = List.of(RELU, RELU_6, HARD_SIGMOID, HARD_TANH, SIGMOID, TANH);

    private final @Nullable UnaryOperator<Tensor> function;

    LayerKind(@Nullable UnaryOperator<Tensor> function) {
        this.function = function;
    }

    /** What it says it is; functions of one's own are known by what they do. */
    static LayerKind of(Layer layer, Tensor x, Tensor y) {
        if (layer instanceof Activation activation) {
            return switch (activation) {
                case RELU -> RELU;
                case SIGMOID -> SIGMOID;
                case TANH, ERF -> TANH;
                case HARD_SIGMOID -> HARD_SIGMOID;
                case HARD_TANH -> HARD_TANH;
                default -> OTHER;
            };
        }
        boolean function =
                layer.children().isEmpty() && layer.parametersByPath().isEmpty();
        if (!function || !x.shape().equals(y.shape()) || x.dtype() != y.dtype() || x.size() == 0) {
            return OTHER;
        }
        if (layer.toString().startsWith("Softmax(")) {
            return SOFTMAX;
        }
        if (x.min().item() >= 0) {
            return OTHER; // where a ReLU and nothing at all are the same
        }
        return BY_DEED.stream().filter(kind -> kind.does(x, y)).findFirst().orElse(OTHER);
    }

    private boolean does(Tensor x, Tensor y) {
        return function != null && function.apply(x).sub(y).abs().max().item() <= EQUAL;
    }

    /** True if a unit can be 0 whatever comes. */
    boolean canDie() {
        return this == RELU || this == RELU_6;
    }

    /** True if being saturated is bad for what comes before it; an output that is sure of its class is no illness. */
    boolean suffersFromSaturation() {
        return saturates() && this != SOFTMAX;
    }

    boolean saturates() {
        return this != RELU && this != OTHER;
    }

    /** Which outputs are within {@link #NEAR} of a bound; of a ReLU6 at 6; of a softmax near 1. */
    Tensor saturated(Tensor y) {
        return switch (this) {
            case RELU_6 -> y.gt(SIX - NEAR);
            case SIGMOID, HARD_SIGMOID -> y.lt(NEAR).or(y.gt(1 - NEAR));
            case TANH, HARD_TANH -> y.abs().gt(1 - NEAR);
            case SOFTMAX -> y.gt(1 - NEAR);
            default -> throw new IllegalStateException(this + " does not saturate");
        };
    }

    /** How many could be saturated: of a softmax one per sum, and the sums of all shares are their number. */
    double saturable(Tensor y) {
        return this == SOFTMAX ? y.sum().item() : y.size();
    }
}
