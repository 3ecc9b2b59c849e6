package org.culebra.nn;

import java.util.Arrays;
import java.util.List;
import org.culebra.kernel.expression.Expression;
import org.culebra.tensor.Call;
import org.culebra.tensor.CustomOp;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * y = (x − m)/√(v + ε)·w + b, where m and v are the mean and the biased variance of x over some axes; what batch, layer, group,
 * instance and root-mean-square normalization have in common.
 *
 * <p>x: [...], w and b broadcast to it → y, m, v; m and v keep the reduced axes with size 1.
 *
 * <p>An operation of its own for the sake of its gradient, which takes two sums and one pass. With g the cotangent of y,
 * r = 1/√(v + ε) and n the number of elements behind a mean:
 * ∂x = r·(g·w − Σg·w/n − (x − m)·r²·Σg·w·(x − m)/n) (Ioffe and Szegedy 2015, section 3).
 *
 * @param axes over which means are taken
 * @param epsilon ε
 * @param centred whether m is the mean; otherwise it is 0, and v the mean square
 */
record Normalize(int[] axes, double epsilon, boolean centred) implements CustomOp {
    private static final Elementwise SQUARED_DISTANCE =
            Elementwise.of((x, m) -> x.sub(m).square());

    private static final Elementwise APPLY = function(
            "normalize",
            5,
            x -> x.get(0).sub(x.get(1)).mul(x.get(2)).mul(x.get(3)).add(x.get(4)));

    private static final Elementwise PRODUCT =
            function("normalizeProduct", 3, x -> x.get(0).mul(x.get(1).sub(x.get(2))));
    private static final Elementwise WEIGHTED_PRODUCT = function(
            "normalizeWeightedProduct",
            4,
            x -> x.get(0).mul(x.get(3)).mul(x.get(1).sub(x.get(2))));
    private static final Elementwise WEIGHTED = Elementwise.of((g, w) -> g.mul(w));

    /** Inputs x, g, w, m, r, Σg·w/n, r²·Σg·w·(x − m)/n. */
    private static final Elementwise INPUT_GRADIENT = function(
            "normalizeGradient",
            7,
            x -> x.get(1)
                    .mul(x.get(2))
                    .sub(x.get(5))
                    .sub(x.get(0).sub(x.get(3)).mul(x.get(6)))
                    .mul(x.get(4)));

    /** Inputs x, m, 2·∂v/n. */
    private static final Elementwise VARIANCE_GRADIENT =
            function("varianceGradient", 3, x -> x.get(0).sub(x.get(1)).mul(x.get(2)));

    private interface Formula {
        Expression of(List<Expression> x);
    }

    private static Elementwise function(String name, int arity, Formula formula) {
        return Elementwise.withScalars(name, arity, 0, (x, none) -> List.of(formula.of(x)));
    }

    private double count(Tensor x) {
        double count = 1;
        for (int axis : axes) {
            count *= x.dim(axis);
        }
        return count;
    }

    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor x = inputs[0];
        Tensor mean = centred ? x.mean(true, axes) : Tensor.zeros(x.dtype());
        Tensor variance = SQUARED_DISTANCE.sum(true, List.of(x, mean), axes).div(count(x));
        Tensor y = APPLY.apply(x, mean, variance.add(epsilon).rsqrt(), inputs[1], inputs[2]);
        return new Tensor[] {y, mean, variance};
    }

    @Override
    public @Nullable Tensor[] gradients(Call call, @Nullable Tensor[] cotangents, boolean[] needed) {
        @Nullable Tensor[] gradients = new Tensor[3];
        Tensor g = cotangents[0];
        if (g != null) {
            ofResult(call, g, needed, gradients);
        }
        if (needed[0]) {
            gradients[0] = withMoments(call, gradients[0], cotangents[1], cotangents[2]);
        }
        return gradients;
    }

    private void ofResult(Call call, Tensor g, boolean[] needed, @Nullable Tensor[] gradients) {
        Tensor x = call.input(0);
        Tensor w = call.input(1);
        Tensor mean = call.output(1);
        Tensor r = call.output(2).add(epsilon).rsqrt();
        Tensor sum;
        Tensor product;
        if (isConstantOverAxes(w, x.rank())) {
            // w can be taken out of the sums, which then serve its own gradient as well.
            Tensor plain = g.sum(true, axes);
            Tensor plainProduct = PRODUCT.sum(true, List.of(g, x, mean), axes);
            gradients[2] = plain;
            gradients[1] = plainProduct.mul(r);
            sum = plain.mul(w);
            product = plainProduct.mul(w);
        } else {
            gradients[2] = needed[2] ? g : null;
            gradients[1] = needed[1] ? PRODUCT.apply(g, x, mean).mul(r) : null;
            sum = WEIGHTED.sum(true, List.of(g, w), axes);
            product = WEIGHTED_PRODUCT.sum(true, List.of(g, x, mean, w), axes);
        }
        if (needed[0]) {
            double n = count(x);
            Tensor shift = centred ? sum.div(n) : Tensor.zeros(x.dtype());
            gradients[0] = INPUT_GRADIENT.apply(
                    x, g, w, mean, r, shift, product.mul(r.square()).div(n));
        }
    }

    /** What flows back through the mean and the variance: in gradients of gradients they are results that rules read. */
    private @Nullable Tensor withMoments(
            Call call, @Nullable Tensor gradient, @Nullable Tensor ofMean, @Nullable Tensor ofVariance) {
        Tensor x = call.input(0);
        Tensor sum = gradient;
        if (ofVariance != null) {
            Tensor part = VARIANCE_GRADIENT.apply(x, call.output(1), ofVariance.mul(2 / count(x)));
            sum = sum == null ? part : sum.add(part);
        }
        if (ofMean != null && centred) {
            Tensor part = ofMean.div(count(x)).expand(x.shape());
            sum = sum == null ? part : sum.add(part);
        }
        return sum;
    }

    private boolean isConstantOverAxes(Tensor w, int rank) {
        return Arrays.stream(axes).allMatch(axis -> {
            int own = axis - rank + w.rank();
            return own < 0 || w.dim(own) == 1;
        });
    }

    @Override
    public String toString() {
        return "normalize over " + Arrays.toString(axes);
    }
}
