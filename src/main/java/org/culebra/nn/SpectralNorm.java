package org.culebra.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * A layer whose weight is W/σ(W), so that it is 1-Lipschitz; σ ≈ uᵀ·W·v is the largest singular value, W as a matrix [O, I·Πk] (Miyato
 * et al. 2018, equation 8).
 *
 * <p>Each pass in training takes one step of the power iteration for u and v, which are buffers; no gradient flows through them.
 * Names are those of PyTorch's {@code parametrizations}: {@code parametrizations.weight.original}, {@code parametrizations.weight.0._u} and
 * {@code _v}.
 */
public final class SpectralNorm implements Layer {
    /** Steps at the beginning, as in PyTorch. */
    private static final int FIRST_STEPS = 15;

    private static final double EPSILON = 1e-12;

    private final Layer inner;
    private final Parameter original;
    private final Parameter left;
    private final Parameter right;

    private SpectralNorm(Layer inner) {
        this.inner = inner;
        original = Reparameterized.weight("spectralNorm", inner);
        long rows = original.shape().dim(outputAxis());
        left = Parameter.buffer(Initializer.normal(1), rows);
        right = Parameter.buffer(Initializer.normal(1), original.shape().size() / rows);
    }

    /**
     * Of a layer with a parameter {@code weight}.
     *
     * @throws IllegalArgumentException if it has none
     */
    public static SpectralNorm of(Layer inner) {
        return new SpectralNorm(inner);
    }

    /** The weight of a transposed convolution has its inputs first. */
    private int outputAxis() {
        return inner instanceof Convolution convolution && convolution.isTransposed() ? 1 : 0;
    }

    /** W: [O, I·Πk]. */
    private Tensor matrix() {
        Tensor weight = original.value();
        int[] order = IntStream.range(0, weight.rank()).toArray();
        order[0] = outputAxis();
        order[outputAxis()] = 0;
        return weight.permute(order).flatten(1);
    }

    @Override
    public void initialize(Random random) {
        inner.initialize(random);
        left.initialize(random);
        right.initialize(random);
        for (int i = 0; i < FIRST_STEPS; i++) {
            Tape.untracked(this::iterate);
        }
    }

    private void iterate() {
        Tensor matrix = matrix();
        right.value().assign(unit(matrix.transpose().matmul(left.value())));
        left.value().assign(unit(matrix.matmul(right.value())));
    }

    private static Tensor unit(Tensor vector) {
        return vector.div(vector.norm().maximum(EPSILON));
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (mode.isTraining()) {
            Tape.untracked(this::iterate);
        }
        // Copies: the next pass changes u and v, and the backward pass of this one still needs them.
        Tensor u = Tape.untracked(() -> left.value().copy());
        Tensor v = Tape.untracked(() -> right.value().copy());
        Tensor sigma = u.dot(matrix().matmul(v));
        Tensor weight = original.value().div(sigma);
        return Parameter.substituting(Map.of(original, weight), () -> inner.forward(x, mode));
    }

    @Override
    public Map<String, Parameter> ownParameters() {
        var parameters = Reparameterized.others(inner);
        parameters.put("parametrizations.weight.original", original);
        return parameters;
    }

    @Override
    public Map<String, Parameter> ownBuffers() {
        var buffers = new LinkedHashMap<String, Parameter>();
        buffers.put("parametrizations.weight.0._u", left);
        buffers.put("parametrizations.weight.0._v", right);
        return buffers;
    }

    @Override
    public long multiplyAdds(Shape input, Shape output) {
        return inner.multiplyAdds(input, output);
    }

    @Override
    public String toString() {
        return "SpectralNorm(" + inner + ")";
    }
}
