package org.culebra.tensor;

import org.culebra.kernel.Reduction;
import org.culebra.memory.DType;

/**
 * Many numbers to fewer. Axes may be negative (−1 is the last); none named means all of them. The plain methods drop the
 * reduced axes, those with {@code keepDims} leave them behind with size 1, so that the result broadcasts with the input.
 *
 * <p>Sums run in a fixed order: the same bits for any number of threads and any vector width. A NaN among the elements makes
 * the result NaN.
 */
public sealed interface Reductions permits Tensor {

    private Tensor self() {
        return (Tensor) this;
    }

    /** Σ x; of integers and truth values an i64. */
    default Tensor sum(int... axes) {
        return sum(false, axes);
    }

    /** Σ x. */
    default Tensor sum(boolean keepDims, int... axes) {
        return Reduce.of(Reduction.SUM, self(), keepDims, axes);
    }

    /** Σ x / n; integers as f32. NaN over no elements. */
    default Tensor mean(int... axes) {
        return mean(false, axes);
    }

    /** Σ x / n; integers as f32. NaN over no elements. */
    default Tensor mean(boolean keepDims, int... axes) {
        return Statistics.mean(self(), keepDims, axes);
    }

    /** Π x; of integers and truth values an i64. Right, gradients of any order included, where factors are 0. */
    default Tensor product(int... axes) {
        return product(false, axes);
    }

    /** Π x. */
    default Tensor product(boolean keepDims, int... axes) {
        return Statistics.product(self(), keepDims, axes);
    }

    /**
     * The smallest. Elements that tie share the gradient evenly.
     *
     * @throws IllegalArgumentException over no elements
     */
    default Tensor min(int... axes) {
        return min(false, axes);
    }

    /** The smallest. */
    default Tensor min(boolean keepDims, int... axes) {
        return Reduce.of(Reduction.MIN, self(), keepDims, axes);
    }

    /**
     * The largest. Elements that tie share the gradient evenly.
     *
     * @throws IllegalArgumentException over no elements
     */
    default Tensor max(int... axes) {
        return max(false, axes);
    }

    /** The largest. */
    default Tensor max(boolean keepDims, int... axes) {
        return Reduce.of(Reduction.MAX, self(), keepDims, axes);
    }

    /**
     * Index of the smallest along an axis, as i64: the first of several; the first NaN if there is one.
     *
     * @throws IllegalArgumentException if the axis is empty
     */
    default Tensor argMin(int axis, boolean keepDims) {
        return Statistics.argReduce(Reduction.MIN, self(), axis, keepDims);
    }

    /** Index of the smallest along an axis, as i64. */
    default Tensor argMin(int axis) {
        return argMin(axis, false);
    }

    /** Index of the smallest of all elements in row-major order, as i64. */
    default Tensor argMin() {
        return self().reshape(self().size()).argMin(0);
    }

    /**
     * Index of the largest along an axis, as i64: the first of several; the first NaN if there is one.
     *
     * @throws IllegalArgumentException if the axis is empty
     */
    default Tensor argMax(int axis, boolean keepDims) {
        return Statistics.argReduce(Reduction.MAX, self(), axis, keepDims);
    }

    /** Index of the largest along an axis, as i64. */
    default Tensor argMax(int axis) {
        return argMax(axis, false);
    }

    /** Index of the largest of all elements in row-major order, as i64. */
    default Tensor argMax() {
        return self().reshape(self().size()).argMax(0);
    }

    /** True if any element is not 0; false over none. */
    default Tensor any(int... axes) {
        return any(false, axes);
    }

    /** True if any element is not 0. */
    default Tensor any(boolean keepDims, int... axes) {
        return self().to(DType.BOOL).sum(keepDims, axes).gt(0);
    }

    /** True if no element is 0; true over none. */
    default Tensor all(int... axes) {
        return all(false, axes);
    }

    /** True if no element is 0. */
    default Tensor all(boolean keepDims, int... axes) {
        return self().to(DType.BOOL).not().sum(keepDims, axes).eq(0);
    }

    /** Σ (x − mean)² / (n − 1): the unbiased variance, as PyTorch's default. */
    default Tensor variance(int... axes) {
        return variance(1, false, axes);
    }

    /** Σ (x − mean)² / (n − correction). */
    default Tensor variance(double correction, boolean keepDims, int... axes) {
        return Statistics.variance(self(), correction, keepDims, axes);
    }

    /** √variance, unbiased as PyTorch's default; where it is 0, so is the gradient. */
    default Tensor standardDeviation(int... axes) {
        return standardDeviation(1, false, axes);
    }

    /** √(Σ (x − mean)² / (n − correction)). */
    default Tensor standardDeviation(double correction, boolean keepDims, int... axes) {
        return Statistics.standardDeviation(self(), correction, keepDims, axes);
    }

    /**
     * (Σ |x|ᵖ)^(1/p); p = 1, 2 and ∞ in one pass each, p = 0 counts what is not 0. Where the norm is 0, so is the gradient, as
     * in PyTorch.
     *
     * @throws IllegalArgumentException if p is negative or NaN, or if it is ∞ and there are no elements
     */
    default Tensor norm(double p, boolean keepDims, int... axes) {
        return Statistics.norm(self(), p, keepDims, axes);
    }

    /** √Σx²: the Euclidean norm. */
    default Tensor norm(int... axes) {
        return norm(2, false, axes);
    }

    /** ln Σ eˣ without overflow; −∞ over no elements, or nothing but −∞. */
    default Tensor logSumExp(int... axes) {
        return logSumExp(false, axes);
    }

    /** ln Σ eˣ without overflow. */
    default Tensor logSumExp(boolean keepDims, int... axes) {
        return Statistics.logSumExp(self(), keepDims, axes);
    }

    /** eˣ / Σ eˣ along an axis. */
    default Tensor softmax(int axis) {
        return new Softmax(self().shape().axis("softmax", axis), false).one(self());
    }

    /** x − ln Σ eˣ along an axis. */
    default Tensor logSoftmax(int axis) {
        return new Softmax(self().shape().axis("logSoftmax", axis), true).one(self());
    }

    /** yᵢ = x₀ + … + xᵢ along an axis. */
    default Tensor cumulativeSum(int axis) {
        return new CumulativeSum(self().shape().axis("cumulativeSum", axis), false).one(self());
    }
}
