package org.culebra.tensor;

import java.lang.ref.Reference;
import java.util.List;
import org.culebra.kernel.Kernels;
import org.culebra.kernel.Reduction;
import org.culebra.memory.DType;

/** Reductions that are said in other operations, and so need no gradient rule. */
final class Statistics {
    private Statistics() {}

    private static final Elementwise SQUARED_DISTANCE =
            Elementwise.named("squaredDistance", (x, m) -> x.sub(m).square());
    private static final Elementwise EXP_DISTANCE =
            Elementwise.named("expDistance", (x, m) -> x.sub(m).exp());
    private static final Elementwise SQUARE = Elementwise.named("square", x -> x.square());
    private static final Elementwise ABS = Elementwise.named("abs", x -> x.abs());
    private static final Elementwise ABS_POWER =
            Elementwise.scalar("absPower", (x, p) -> x.eq(0).select(0, x.abs().pow(p)));
    private static final Elementwise ROOT =
            Elementwise.scalar("root", (x, p) -> x.eq(0).select(0, x.pow(p)));
    private static final Elementwise SQUARE_ROOT =
            Elementwise.named("squareRoot", x -> x.eq(0).select(0, x.sqrt()));
    private static final Elementwise NON_ZERO =
            Elementwise.named("nonZero", x -> x.ne(0).toNumber());
    private static final Elementwise FINITE_OR_ZERO =
            Elementwise.named("finiteOrZero", x -> x.sub(x).eq(0).select(x, 0));

    static Tensor mean(Tensor x, boolean keepDims, int... axes) {
        Tensor floating = x.dtype().isFloating() ? x : x.to(DType.F32);
        long count = Axes.of("mean", x.shape(), axes).count(x.shape());
        return floating.sum(keepDims, axes).div((double) count);
    }

    static Tensor variance(Tensor x, double correction, boolean keepDims, int... axes) {
        Tensor floating = x.dtype().isFloating() ? x : x.to(DType.F32);
        double freedom = Axes.of("variance", x.shape(), axes).count(x.shape()) - correction;
        Tensor mean = mean(floating, true, axes);
        return sum(SQUARED_DISTANCE, keepDims, axes, floating, mean).div(Math.max(freedom, 0));
    }

    static Tensor norm(Tensor x, double p, boolean keepDims, int... axes) {
        if (!(p >= 0)) {
            throw Errors.badNorm(p);
        }
        Axes reduced = Axes.of("norm", x.shape(), axes);
        if (p == 0) {
            return sum(NON_ZERO, keepDims, axes, x);
        }
        if (p == 1) {
            return sum(ABS, keepDims, axes, x);
        }
        if (p == 2) {
            return SQUARE_ROOT.apply(sum(SQUARE, keepDims, axes, x));
        }
        if (p == Double.POSITIVE_INFINITY) {
            requireElements("norm", x, reduced);
            return x.abs().max(keepDims, axes);
        }
        Tensor[] inputs = {x};
        Tensor powers = Reduce.sum(ABS_POWER, new double[] {p}, inputs, keepDims, axes);
        return ROOT.apply(new double[] {1 / p}, powers);
    }

    /** √variance; where there is no variation the gradient is 0, not 0·∞. */
    static Tensor standardDeviation(Tensor x, double correction, boolean keepDims, int... axes) {
        return SQUARE_ROOT.apply(variance(x, correction, keepDims, axes));
    }

    private static void requireElements(String operation, Tensor x, Axes reduced) {
        if (reduced.count(x.shape()) == 0) {
            throw Errors.emptyReduction(operation, x, reduced);
        }
    }

    /** The maximum is a constant shift that cancels, so no gradient needs to pass through it. */
    static Tensor logSumExp(Tensor x, boolean keepDims, int... axes) {
        Tensor floating = x.dtype().isFloating() ? x : x.to(DType.F32);
        Axes reduced = Axes.of("logSumExp", x.shape(), axes);
        Tensor shift = reduced.count(x.shape()) == 0
                ? Tensor.zeros(floating.dtype(), reduced.kept(x.shape()).raw())
                : Tape.untracked(() -> FINITE_OR_ZERO.apply(floating.max(true, axes)));
        Tensor result = sum(EXP_DISTANCE, true, axes, floating, shift).log().add(shift);
        return keepDims ? result : result.reshape(reduced.dropped(x.shape()));
    }

    /** Halves multiplied with halves: log₂ n passes, all of them multiplications, so zeros need no special case. */
    static Tensor product(Tensor x, boolean keepDims, int... axes) {
        Axes reduced = Axes.of("product", x.shape(), axes);
        Tensor result = x.dtype().isFloating() ? x : x.to(DType.I64);
        for (int axis : reduced.toArray()) {
            while (result.dim(axis) > 1) {
                long half = result.dim(axis) / 2;
                Tensor pairs = result.narrow(axis, 0, half).mul(result.narrow(axis, half, half));
                boolean odd = result.dim(axis) % 2 == 1;
                result = odd ? multiplyFirst(pairs, result.narrow(axis, 2 * half, 1), axis) : pairs;
            }
            if (result.dim(axis) == 0) {
                result =
                        Tensor.ones(result.dtype(), result.shape().with(axis, 1).raw());
            }
        }
        return keepDims ? result : result.reshape(reduced.dropped(x.shape()));
    }

    private static Tensor multiplyFirst(Tensor pairs, Tensor last, int axis) {
        if (pairs.dim(axis) == 1) {
            return pairs.mul(last);
        }
        Tensor first = pairs.narrow(axis, 0, 1).mul(last);
        Tensor rest = pairs.narrow(axis, 1, pairs.dim(axis) - 1);
        return Concat.of(axis, List.of(first, rest));
    }

    static Tensor argReduce(Reduction kind, Tensor x, int axis, boolean keepDims) {
        String operation = kind == Reduction.MIN ? "argMin" : "argMax";
        int along = x.shape().axis(operation, axis);
        requireElements(operation, x, Axes.of(operation, x.shape(), along));
        Tensor result = Tensor.uninitialized(DType.I64, x.shape().with(along, 1));
        try {
            Kernels.argReduce(kind, x.strided(), along, result.strided());
        } finally {
            Reference.reachabilityFence(x);
        }
        return keepDims ? result : result.reshape(x.shape().without(along));
    }

    private static Tensor sum(Elementwise term, boolean keepDims, int[] axes, Tensor... inputs) {
        return Reduce.sum(term, Elementwise.NO_SCALARS, inputs, keepDims, axes);
    }
}
