package org.culebra.distributions;

import java.util.function.UnaryOperator;
import org.culebra.kernel.expression.Condition;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/** The ready bijections. */
final class Bijections {
    private Bijections() {}

    /** Those without parameters, each three expressions and a range. */
    enum Standard implements Bijection {
        EXP(0, Double.POSITIVE_INFINITY, x -> x.exp(), y -> y.log(), x -> x),
        TANH(
                -1,
                1,
                x -> x.tanh(),
                y -> y.log1p().sub(y.neg().log1p()).mul(.5),
                // 1 − tanh² x = 4·σ′(2x)
                x -> logSlope(x.mul(2)).add(2 * Math.log(2))),
        SIGMOID(0, 1, x -> x.sigmoid(), y -> y.log().sub(y.neg().log1p()), Standard::logSlope);

        private final double low;
        private final double high;
        private final Elementwise forward;
        private final Elementwise inverse;
        private final Elementwise logDeterminant;

        Standard(
                double low,
                double high,
                UnaryOperator<Expression> forward,
                UnaryOperator<Expression> inverse,
                UnaryOperator<Expression> logDeterminant) {
            this.low = low;
            this.high = high;
            this.forward = Elementwise.of(forward);
            this.inverse = Elementwise.of(y -> inverse.apply(
                    y.le(low).select(Expression.constant(low), y.ge(high).select(high, y))));
            this.logDeterminant = Elementwise.of(logDeterminant);
        }

        /** ln σ′(x) = −|x| − 2·ln(1 + e^−|x|); each side is the whole function, so its derivatives are right at 0 too. */
        private static Expression logSlope(Expression x) {
            Condition above = x.gt(0);
            Expression below = above.select(x.neg(), x);
            return below.sub(below.exp().log1p().mul(2));
        }

        @Override
        public Tensor forward(Tensor x) {
            return forward.apply(x);
        }

        @Override
        public Tensor inverse(Tensor y) {
            return inverse.apply(y);
        }

        @Override
        public Tensor logDeterminant(Tensor x) {
            return logDeterminant.apply(x);
        }

        @Override
        public Tensor isOutside(Tensor y) {
            return y.le(low).or(y.ge(high));
        }
    }

    /** shift + scale·x. */
    record Affine(Tensor shift, Tensor scale, Shape shape) implements Bijection {
        private static final Elementwise FORWARD = LocationScale.ofThree("affine", (x, b, a) -> x.fma(a, b));
        private static final Elementwise INVERSE =
                LocationScale.ofThree("affineInverse", (y, b, a) -> y.sub(b).div(a));
        private static final Elementwise RANK = Elementwise.of((p, a) -> a.gt(0).select(p, p.rsub(1)));

        static Affine of(Tensor shift, Tensor scale) {
            Arguments.finite("affine", "shift", shift);
            Arguments.require(
                    "affine", "scale", scale, "finite and not 0", scale.ne(0).and(scale.isFinite()));
            return new Affine(
                    shift, scale, Arguments.together("affine", "shift", shift.shape(), "scale", scale.shape()));
        }

        @Override
        public Tensor forward(Tensor x) {
            return FORWARD.apply(x, shift, scale);
        }

        @Override
        public Tensor inverse(Tensor y) {
            return INVERSE.apply(y, shift, scale);
        }

        @Override
        public Tensor logDeterminant(Tensor x) {
            return scale.abs().log().expand(x.shape());
        }

        @Override
        public Tensor rank(Tensor p) {
            return RANK.apply(p, scale);
        }
    }
}
