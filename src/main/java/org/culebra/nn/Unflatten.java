package org.culebra.nn;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.culebra.tensor.Tensor;

/**
 * All axes but the first become these: [B, ...] → [B, D₁, …, Dₖ]; the opposite of {@link Flatten}.
 *
 * @param dims D
 */
public record Unflatten(List<Long> dims) implements Layer {
    /** To these dimensions behind the first axis. */
    public static Unflatten to(long... dims) {
        return new Unflatten(Arrays.stream(dims).boxed().toList());
    }

    /**
     * Copies and checks.
     *
     * @throws IllegalArgumentException if a dimension is not positive
     */
    public Unflatten {
        dims = List.copyOf(dims);
        dims.forEach(dim -> Checks.positive("unflatten", "dimension", dim));
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        long[] shape = new long[dims.size() + 1];
        long size = 1;
        for (int k = 0; k < dims.size(); k++) {
            shape[k + 1] = dims.get(k);
            size *= dims.get(k);
        }
        if (x.rank() == 0 || x.size() != x.dim(0) * size) {
            throw Checks.wrongInput(this, "[B, " + size + "]", x);
        }
        shape[0] = x.dim(0);
        return x.reshape(shape);
    }

    @Override
    public String toString() {
        return "Unflatten(" + dims.stream().map(String::valueOf).collect(Collectors.joining("×")) + ")";
    }
}
