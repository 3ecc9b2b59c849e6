package org.culebra.distributions;

import org.culebra.memory.DType;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/** y = f(x) with x = f⁻¹(y): what {@link Transformed} sends samples through. */
public interface Bijection {
    /** eˣ, onto the numbers above 0. */
    static Bijection exp() {
        return Bijections.Standard.EXP;
    }

    /** tanh x, onto (−1, 1). */
    static Bijection tanh() {
        return Bijections.Standard.TANH;
    }

    /** 1/(1 + e⁻ˣ), onto (0, 1). */
    static Bijection sigmoid() {
        return Bijections.Standard.SIGMOID;
    }

    /**
     * shift + scale·x, both of a shape that expands to [B, E].
     *
     * @throws IllegalArgumentException if they do not broadcast or are not finite, or the scale is 0
     */
    static Bijection affine(Tensor shift, Tensor scale) {
        return Bijections.Affine.of(shift, scale);
    }

    /** f(x). */
    Tensor forward(Tensor x);

    /** f⁻¹(y); of y on the edge of the range or beyond, the limit there. */
    Tensor inverse(Tensor y);

    /** ln|det ∂f/∂x| at x, of each element, or with the last {@link #eventRank} axes gone. */
    Tensor logDeterminant(Tensor x);

    /** How many of the last axes f mixes; 0 if it holds per element. */
    default int eventRank() {
        return 0;
    }

    /** The shape of its parameters, which expands to [B, E]. */
    default Shape shape() {
        return Shape.of();
    }

    /** True where y is no value of f: a bool tensor that expands to y. */
    default Tensor isOutside(Tensor y) {
        return Tensor.zeros(DType.BOOL);
    }

    /** P(f(X) ≤ f(x)) where P(X ≤ x) is p, and the other way round: p if f rises, 1 − p if it falls. */
    default Tensor rank(Tensor p) {
        return p;
    }
}
