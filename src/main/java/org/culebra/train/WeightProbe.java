package org.culebra.train;

import org.culebra.memory.DType;
import org.culebra.memory.Scope;
import org.culebra.nn.Parameter;
import org.culebra.tensor.Gradients;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** One parameter in one probe: its gradient, and what the step makes of it. */
final class WeightProbe {
    private final String path;
    private final String layer;
    private final Tensor weight;
    private final boolean matrix;
    private final double gradientNorm;
    private @Nullable Tensor before;
    private double beforeNorm;
    private double weightNorm = Double.NaN;
    private double change = Double.NaN;

    /** Before the step. */
    WeightProbe(String path, String layer, Parameter parameter, Gradients gradients) {
        this.path = path;
        this.layer = layer;
        weight = parameter.value();
        matrix = parameter.shape().rank() > 1;
        Tensor gradient = gradients.find(weight);
        gradientNorm = gradient == null ? 0 : norm(gradient);
        beforeNorm = norm(weight);
        // Whoever closes the tape between the two calls does not take the copy along.
        before = Scope.outside(() -> Tape.untracked(weight::copy));
    }

    /** After the step. */
    void after() {
        Tensor old = before;
        if (old != null) {
            weightNorm = norm(weight);
            change = distance(weight, old);
            old.release();
            before = null;
        }
    }

    private static double norm(Tensor x) {
        try (Scope _ = Scope.open("norm")) {
            return Tape.untracked(() -> x.to(DType.F64).norm()).item();
        }
    }

    private static double distance(Tensor x, Tensor y) {
        try (Scope _ = Scope.open("norm")) {
            return Tape.untracked(() -> x.to(DType.F64).sub(y.to(DType.F64)).norm())
                    .item();
        }
    }

    String path() {
        return path;
    }

    String layer() {
        return layer;
    }

    /** True for matrices and kernels, false for biases and scales. */
    boolean isMatrix() {
        return matrix;
    }

    long size() {
        return weight.size();
    }

    double gradientNorm() {
        return gradientNorm;
    }

    double beforeNorm() {
        return beforeNorm;
    }

    double weightNorm() {
        return weightNorm;
    }

    double change() {
        return change;
    }

    boolean isFinite() {
        return Double.isFinite(weightNorm);
    }

    LayerHealth.ParameterReading reading(long step) {
        return new LayerHealth.ParameterReading(
                step, gradientNorm, weightNorm, beforeNorm > 0 ? change / beforeNorm : Double.NaN);
    }
}
