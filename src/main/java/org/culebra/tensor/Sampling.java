package org.culebra.tensor;

import java.util.List;
import org.culebra.kernel.Kernels;
import org.culebra.kernel.expression.Expression;
import org.culebra.memory.DType;

/** Random numbers of the usual distributions, each one expression on uniform streams. */
final class Sampling {
    private Sampling() {}

    /** low + u·range; what rounding would lift to {@code high} becomes the number below it. */
    static final Elementwise UNIFORM = Elementwise.withScalars("uniform", 0, 3, (none, s) -> {
        Expression x = Expression.uniform(0).fma(s.get(1), s.get(0));
        return List.of(s.get(2).lt(x).select(s.get(2), x));
    });

    static final Elementwise NORMAL = Elementwise.withScalars(
            "normal",
            0,
            2,
            (none, s) -> List.of(
                    standardNormal(Expression.uniform(0), Expression.uniform(1)).fma(s.get(1), s.get(0))));

    /**
     * √(−2·ln(1 − u))·cos(2π(v − ½)), normal if u and v are uniform in [0, 1) (Box and Muller 1958). u is never 1, so
     * the logarithm
     * is finite; the cosine sees no angle beyond ±π.
     */
    static Expression standardNormal(Expression u, Expression v) {
        Expression radius = u.rsub(1).log().mul(-2).sqrt();
        return radius.mul(v.sub(.5).mul(2 * Math.PI).nearCos());
    }

    static final Elementwise BERNOULLI = Elementwise.withScalars(
            "bernoulli",
            0,
            1,
            (none, s) -> List.of(Expression.uniform(0).lt(s.get(0)).toNumber()));

    static final Elementwise BERNOULLI_OF =
            Elementwise.named("bernoulli", p -> Expression.uniform(0).lt(p).toNumber());

    static Tensor uniform(Random random, DType dtype, double low, double high, long[] dims) {
        double range = high - low;
        if (!(range >= 0) || !fits(dtype, range) || !fits(dtype, low)) {
            throw Errors.badInterval("uniform", low, high);
        }
        requireFloating("uniform", dtype);
        double below = dtype == DType.F32 ? Math.nextDown((float) high) : Math.nextDown(high);
        return UNIFORM.draw(random, dtype, new double[] {low, range, Math.max(low, below)}, dims);
    }

    private static boolean fits(DType dtype, double value) {
        return dtype == DType.F32 ? Float.isFinite((float) value) : Double.isFinite(value);
    }

    static Tensor normal(Random random, DType dtype, double mean, double std, long[] dims) {
        if (!(std >= 0) || !Double.isFinite(std) || !Double.isFinite(mean)) {
            throw Errors.badNormal(mean, std);
        }
        requireFloating("normal", dtype);
        return NORMAL.draw(random, dtype, new double[] {mean, std}, dims);
    }

    static Tensor bernoulli(Random random, DType dtype, double p, long[] dims) {
        if (!(p >= 0 && p <= 1)) {
            throw Errors.badProbability(p);
        }
        return BERNOULLI.draw(random, dtype, new double[] {p}, dims);
    }

    static Tensor bernoulli(Random random, Tensor p) {
        if (!p.dtype().isFloating()) {
            throw Errors.floatingOnly("bernoulli", p);
        }
        return BERNOULLI_OF.applyAll(random, Elementwise.NO_SCALARS, p)[0];
    }

    static Tensor integers(Random random, DType dtype, long low, long high, long[] dims) {
        if (!dtype.isInteger()) {
            throw Errors.drawType("randint", "integers", dtype);
        }
        if (low >= high || high - low < 0 || low < smallest(dtype) || high - 1 > largest(dtype)) {
            throw Errors.badIntegerRange(low, high, dtype);
        }
        Tensor drawn = Tensor.uninitialized(dtype, Shape.of(dims));
        Kernels.randomIntegers(random.nextKey(), low, high - low, drawn.strided());
        return drawn;
    }

    private static long smallest(DType dtype) {
        return dtype == DType.I64 ? Long.MIN_VALUE : dtype == DType.I32 ? Integer.MIN_VALUE : 0;
    }

    private static long largest(DType dtype) {
        return dtype == DType.I64 ? Long.MAX_VALUE : dtype == DType.I32 ? Integer.MAX_VALUE : 255;
    }

    static Tensor permutation(Random random, long n) {
        if (n < 0 || n > Integer.MAX_VALUE - 8) {
            throw Errors.badPermutation(n);
        }
        return Tensor.of(Kernels.permutation(random.nextKey(), (int) n), n);
    }

    private static void requireFloating(String operation, DType dtype) {
        if (!dtype.isFloating()) {
            throw Errors.drawType(operation, "f32 or f64 numbers", dtype);
        }
    }
}
