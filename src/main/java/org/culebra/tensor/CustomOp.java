package org.culebra.tensor;

import org.jspecify.annotations.Nullable;

/**
 * An operation of the user's own, with its own gradient rule, in a few lines:
 *
 * <pre>{@code
 * record Cube() implements CustomOp {
 *     public Tensor[] forward(Tensor[] x) { return new Tensor[] {x[0].mul(x[0]).mul(x[0])}; }
 *     public Tensor gradient(int input, Call call, Tensor g) { return g.mul(call.input(0).square().mul(3)); }
 * }
 * Tensor y = new Cube().apply(x)[0];
 * }</pre>
 *
 * <p>{@code forward} runs unrecorded. The rule, written in {@link Tensor} operations, is differentiable itself, so gradients
 * of any order work.
 */
public non-sealed interface CustomOp extends Op {
    @Override
    Tensor[] forward(Tensor[] inputs);

    @Override
    default @Nullable Tensor gradient(int input, Call call, Tensor g) {
        throw new UnsupportedOperationException(name() + " has no gradient rule");
    }

    @Override
    default Tensor[] apply(Tensor... inputs) {
        return Op.super.apply(inputs);
    }
}
