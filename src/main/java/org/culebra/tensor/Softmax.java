package org.culebra.tensor;

import java.util.List;
import org.culebra.memory.DType;

/**
 * yᵢ = e^(xᵢ − m)/Σⱼ e^(xⱼ − m) along an axis, or its logarithm xᵢ − m − ln Σⱼ e^(xⱼ − m); m is the largest element, so that nothing
 * overflows and the logarithm of a small share loses nothing.
 *
 * <p>An operation of its own because its gradient needs the result only: one sum and one pass.
 *
 * @param axis along which the shares add up to 1
 * @param logarithm whether y is the logarithm
 */
record Softmax(int axis, boolean logarithm) implements Op {
    /** Up to here writing the powers down and reading them twice, in the cache, takes less time than computing them twice. */
    private static final long MOST_KEPT = 1 << 20;

    private static final Elementwise EXP_DISTANCE =
            Elementwise.named("expDistance", (x, m) -> x.sub(m).exp());
    private static final Elementwise SHARE =
            Elementwise.named("softmax", (x, m, r) -> x.sub(m).exp().mul(r));
    private static final Elementwise LOGARITHM =
            Elementwise.named("logSoftmax", (x, m, l) -> x.sub(m).sub(l));

    private static final Elementwise PRODUCT = Elementwise.named("product", (y, g) -> y.mul(g));
    private static final Elementwise SHARE_GRADIENT =
            Elementwise.named("softmaxGradient", (y, g, s) -> y.mul(g.sub(s)));
    private static final Elementwise LOGARITHM_GRADIENT =
            Elementwise.named("logSoftmaxGradient", (y, g, s) -> y.exp().neg().fma(s, g));

    @Override
    public String name() {
        return logarithm ? "logSoftmax" : "softmax";
    }

    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor x = inputs[0].dtype().isFloating() ? inputs[0] : inputs[0].to(DType.F32);
        if (x.size() == 0) {
            return Op.only(x.copyAs(x.dtype()));
        }
        Tensor largest = x.max(true, axis);
        if (!logarithm && x.size() <= MOST_KEPT) {
            Tensor powers = EXP_DISTANCE.apply(x, largest);
            return Op.only(powers.mul(powers.sum(true, axis).reciprocal()));
        }
        Tensor sum = Reduce.sum(EXP_DISTANCE, Elementwise.NO_SCALARS, new Tensor[] {x, largest}, true, axis);
        return Op.only(logarithm ? LOGARITHM.apply(x, largest, sum.log()) : SHARE.apply(x, largest, sum.reciprocal()));
    }

    /** Of shares y·(g − Σ y·g), of logarithms g − eʸ·Σ g. */
    @Override
    public Tensor gradient(int input, Call call, Tensor g) {
        Tensor y = call.output(0);
        return logarithm
                ? LOGARITHM_GRADIENT.apply(y, g, g.sum(true, axis))
                : SHARE_GRADIENT.apply(y, g, PRODUCT.sum(true, List.of(y, g), axis));
    }
}
