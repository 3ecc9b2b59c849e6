package org.culebra.nn;

import java.util.Map;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * yₒ = x₁ᵀ·Wₒ·x₂ + bₒ: a model of two tensors.
 *
 * <p>[..., I₁], [..., I₂] → [..., O], with W [O, I₁, I₂] and b [O].
 */
public final class Bilinear implements Model {
    private final long first;
    private final long second;
    private final long outputs;
    private final Parameter weight;
    private final @Nullable Parameter bias;

    private Bilinear(long first, long second, long outputs, boolean biased) {
        this.first = first;
        this.second = second;
        this.outputs = outputs;
        Initializer uniform = Initializer.uniform(1 / Math.sqrt((double) first));
        weight = Parameter.of(uniform, outputs, first, second);
        bias = biased ? Parameter.of(uniform, outputs) : null;
    }

    /**
     * I₁ and I₂ inputs to O outputs, initialized as PyTorch does: U(±1/√I₁).
     *
     * @throws IllegalArgumentException if a number is not positive
     */
    public static Bilinear of(long first, long second, long outputs) {
        Checks.positive("bilinear", "first inputs", first);
        Checks.positive("bilinear", "second inputs", second);
        Checks.positive("bilinear", "outputs", outputs);
        return new Bilinear(first, second, outputs, true);
    }

    /** The same without b. */
    public Bilinear withoutBias() {
        return new Bilinear(first, second, outputs, false);
    }

    /**
     * y.
     *
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public Tensor forward(Tensor x, Tensor y) {
        if (x.rank() == 0
                || y.rank() == 0
                || x.dim(-1) != first
                || y.dim(-1) != second
                || !x.shape().without(-1).equals(y.shape().without(-1))) {
            throw new IllegalArgumentException(this + ": the inputs have the wrong shapes\n  needed  [..., " + first
                    + "] and [..., " + second + "]\n  given   " + x.describe() + " and " + y.describe());
        }
        Shape batch = x.shape().without(-1);
        long rows = batch.size();
        Tensor table = weight.value().permute(1, 0, 2).reshape(first, outputs * second); // [I₁, O·I₂]
        Tensor half = x.reshape(rows, first).matmul(table).reshape(rows, outputs, second);
        Tensor product = half.matmul(y.reshape(rows, second, 1)); // [rows, O, 1]
        Tensor result = product.reshape(batch.insert(batch.rank(), outputs));
        return bias == null ? result : result.add(bias.value());
    }

    @Override
    public Map<String, Parameter> ownParameters() {
        return Checks.named("weight", weight, "bias", bias);
    }

    @Override
    public String toString() {
        return "Bilinear(" + first + ", " + second + " → " + outputs + (bias == null ? ", no bias)" : ")");
    }
}
