package org.culebra.tensor;

import java.util.Arrays;
import org.culebra.kernel.Kernels;
import org.culebra.kernel.Reduction;
import org.culebra.kernel.Strided;
import org.culebra.memory.DType;
import org.jspecify.annotations.Nullable;

/**
 * ⊕ f(x₀, x₁, …; s) over some axes, in one pass: no tensor of the terms exists. Reduced axes stay behind with size 1.
 *
 * @param kind what ⊕ is
 * @param function the term
 * @param scalars its run-time numbers
 * @param key of its random numbers
 * @param shape that the inputs broadcast to
 * @param axes which to reduce
 */
record Reduce(Reduction kind, Elementwise function, double[] scalars, long key, Shape shape, Axes axes) implements Op {

    private static final Elementwise IDENTITY = Elementwise.named("identity", x -> x);
    private static final Elementwise EQUAL =
            Elementwise.named("equal", (x, y) -> x.eq(y).toNumber());
    private static final Elementwise SHARE =
            Elementwise.named("share", (x, y, g) -> x.eq(y).select(g, 0));

    @Override
    public String name() {
        return function == IDENTITY ? word(kind) : word(kind) + " of " + function.name();
    }

    private static String word(Reduction kind) {
        return switch (kind) {
            case SUM -> "sum";
            case PRODUCT -> "product";
            case MIN -> "min";
            case MAX -> "max";
        };
    }

    /** Σ f over the axes. */
    static Tensor sum(Elementwise function, double[] scalars, Tensor[] inputs, boolean keepDims, int... axes) {
        Shape shape = MapRunner.check(function, scalars, inputs);
        return run(
                new Reduce(Reduction.SUM, function, scalars, 0, shape, Axes.of(function.name(), shape, axes)),
                inputs,
                keepDims);
    }

    /** ⊕ x over the axes. */
    static Tensor of(Reduction kind, Tensor x, boolean keepDims, int... axes) {
        Axes reduced = Axes.of(word(kind), x.shape(), axes);
        if (reduced.isEmpty()) {
            return kind == Reduction.SUM && !x.dtype().isFloating() ? x.to(DType.I64) : x;
        }
        if (kind != Reduction.SUM && reduced.count(x.shape()) == 0) {
            throw Errors.emptyReduction(kind, x, reduced);
        }
        return run(
                new Reduce(kind, IDENTITY, Elementwise.NO_SCALARS, 0, x.shape(), reduced), new Tensor[] {x}, keepDims);
    }

    private static Tensor run(Reduce reduce, Tensor[] inputs, boolean keepDims) {
        Tensor result = reduce.one(inputs);
        return keepDims ? result : result.reshape(reduce.axes.dropped(reduce.shape));
    }

    @Override
    public Tensor[] forward(Tensor[] inputs) {
        DType type = function.computeType(inputs);
        DType result = type.isFloating() ? type : kind == Reduction.SUM ? DType.I64 : inputs[0].dtype();
        Tensor reduced = Tensor.uninitialized(result, axes.kept(shape));
        Strided[] terms = MapRunner.expanded(inputs, shape);
        Kernels.reduce(
                kind,
                function.program(type.isFloating() ? type : DType.I64),
                scalars,
                key,
                terms,
                axes.flags(),
                reduced.strided());
        return Op.only(reduced);
    }

    @Override
    public @Nullable Tensor[] gradients(Call call, @Nullable Tensor[] cotangents, boolean[] needed) {
        Tensor g = cotangents[0];
        if (g == null) {
            return new Tensor[needed.length];
        }
        if (kind == Reduction.PRODUCT) {
            throw new UnsupportedOperationException(name()); // Tensor.product is made of other operations
        }
        if (kind != Reduction.SUM) {
            return new Tensor[] {shareAmongWinners(call, g)};
        }
        if (function == IDENTITY) {
            return new Tensor[] {g.expand(shape)};
        }
        return GradientPlan.apply(function, scalars, key, call, cotangents, needed, shape, false);
    }

    /** The largest (smallest) element gets the cotangent; those that tie share it evenly, as in PyTorch's {@code amax}. */
    private Tensor shareAmongWinners(Call call, Tensor g) {
        Tensor x = call.input(0);
        Tensor y = call.output(0);
        Tensor winners = new Reduce(Reduction.SUM, EQUAL, Elementwise.NO_SCALARS, 0, shape, axes).one(x, y);
        return SHARE.apply(x, y, g.div(winners));
    }

    @Override
    public String toString() {
        return name() + " over " + axes + (scalars.length == 0 ? "" : " " + Arrays.toString(scalars));
    }
}
