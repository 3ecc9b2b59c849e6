package org.culebra.recipes;

import java.util.function.UnaryOperator;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/** Many inputs to a model, some at a time, so that what it computes on the way is never there for all of them. */
public final class Pieces {
    private Pieces() {}

    /**
     * f(x₁), f(x₂), …, one below the other: [N, …] → [N, …].
     *
     * @param size rows of x in each piece; the last one may have fewer
     */
    public static Tensor map(Tensor x, long size, UnaryOperator<Tensor> f) {
        return Tape.scoped(() -> Tensor.concat(
                0,
                x.split(0, size).stream()
                        .map(piece -> Tape.scoped(() -> f.apply(piece)))
                        .toList()));
    }
}
