package org.culebra.nn;

import java.util.Map;
import java.util.stream.IntStream;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * A layer whose weight is W/σ(W), so that it is 1-Lipschitz; σ ≈ uᵀ·W·v is the largest singular value, W as a matrix [O, I·Πk] (Miyato
 * et al. 2018, equation 8).
 *
 * <p>Each pass in training takes one step of the power iteration, u ← W·v/‖W·v‖, then v ← Wᵀ·u/‖Wᵀ·u‖ as in PyTorch; the paper has v
 * first. u and v are buffers, and no gradient flows through them. Names are those of PyTorch's {@code parametrizations}: {@code parametrizations.weight.original}, {@code parametrizations.weight.0._u} and
 * {@code _v}.
 */
public final class SpectralNorm extends Reparameterized {
    /** Steps at the beginning, as in PyTorch. */
    private static final int FIRST_STEPS = 15;

    private static final double EPSILON = 1e-12;

    private final Parameter left;
    private final Parameter right;

    private SpectralNorm(Layer inner) {
        super("spectralNorm", inner);
        long rows = own().shape().dim(outputAxis());
        left = Parameter.buffer(Initializer.normal(1), rows);
        right = Parameter.buffer(Initializer.normal(1), own().shape().size() / rows);
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
        return inner() instanceof Convolution convolution && convolution.isTransposed() ? 1 : 0;
    }

    /** W: [O, I·Πk]. */
    private Tensor matrix() {
        Tensor weight = own().value();
        int[] order = IntStream.range(0, weight.rank()).toArray();
        order[0] = outputAxis();
        order[outputAxis()] = 0;
        return weight.permute(order).flatten(1);
    }

    @Override
    public void initialize(Random random) {
        inner().initialize(random);
        left.initialize(random);
        right.initialize(random);
        for (int i = 0; i < FIRST_STEPS; i++) {
            Tape.untracked(this::iterate);
        }
    }

    private void iterate() {
        Tensor matrix = matrix();
        left.value().assign(unit(matrix.matmul(right.value()))); // u ← Wv/‖Wv‖: algorithm 1
        right.value().assign(unit(matrix.transpose().matmul(left.value()))); // v ← Wᵀu/‖Wᵀu‖: algorithm 1
    }

    private static Tensor unit(Tensor vector) {
        return vector.div(vector.norm().maximum(EPSILON));
    }

    @Override
    Tensor weight(Mode mode) {
        if (mode.isTraining()) {
            Tape.untracked(this::iterate);
        }
        // Copies: the next pass changes u and v, and the backward pass of this one still needs them.
        Tensor u = Tape.untracked(() -> left.value().copy());
        Tensor v = Tape.untracked(() -> right.value().copy());
        Tensor sigma = u.dot(matrix().matmul(v)); // σ(W) ≈ uᵀWv: algorithm 1
        return own().value().div(sigma); // W/σ(W): equation 8
    }

    @Override
    Map<String, Parameter> parts() {
        return Map.of("original", own());
    }

    @Override
    public Map<String, Parameter> ownBuffers() {
        return Checks.named(PATH + "0._u", left, PATH + "0._v", right);
    }
}
