package org.culebra.optim;

import java.util.List;
import java.util.stream.IntStream;
import org.culebra.memory.Scope;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * w ← w·min(1, c/‖w‖) for the weights that lead to each unit: a bound on what a unit can weigh, instead of a penalty (Srivastava et
 * al. 2014, section 5.1). To be called after each step of the optimizer.
 *
 * <p>w: [O, ...], O the units, as in linear layers and convolutions; the norm is over all other axes.
 *
 * @param c the largest norm; 3 or 4 are usual
 */
public record MaxNorm(double c) {
    /** Inputs w, ‖w‖; number c. Within the bound the weights keep their bits. */
    private static final Elementwise PROJECT = Elementwise.withScalars("maxNorm", 2, 1, (x, s) -> {
        var norm = x.get(1);
        return List.of(norm.gt(s.get(0)).select(x.get(0).mul(s.get(0).div(norm)), x.get(0)));
    });

    /**
     * Checks the bound.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public MaxNorm {
        if (!(c > 0)) {
            throw new IllegalArgumentException("max-norm: the largest norm must be positive, not " + c);
        }
    }

    /** Changes every parameter of two axes or more; vectors, which are biases, stay as they are. */
    public void apply(List<Tensor> parameters) {
        parameters.stream().filter(w -> w.rank() > 1).forEach(w -> apply(w, 0));
    }

    /**
     * Changes one parameter.
     *
     * @param axis that counts the units: 1 for transposed convolutions
     * @throws IllegalArgumentException if there is no such axis
     */
    public void apply(Tensor w, int axis) {
        if (axis < -w.rank() || axis >= w.rank()) {
            throw new IllegalArgumentException("max-norm: " + w.describe() + " has no axis " + axis);
        }
        try (var _ = Scope.open("max-norm")) {
            Tape.untracked(() -> {
                int kept = Math.floorMod(axis, w.rank());
                int[] others =
                        IntStream.range(0, w.rank()).filter(k -> k != kept).toArray();
                Tensor norms = others.length == 0 ? w.abs() : w.norm(2, true, others);
                PROJECT.update(List.of(w), new double[] {c}, w, norms);
            });
        }
    }
}
