package org.culebra.tensor;

import org.culebra.memory.DType;

/**
 * Elements chosen by index or mask. Indices are integers of any type, from 0 to the size of the axis − 1; unlike the
 * positions of
 * {@link Views}, they do not count from the end where negative, so that a label of −1 is noticed. They are checked
 * before any work.
 *
 * <p>Gathering and scattering are each other's adjoints: all of it is differentiable to any order in what is not an
 * index. Sums
 * run in a fixed order: the same bits for any number of threads.
 */
public sealed interface Indexing permits Tensor {

    private Tensor self() {
        return (Tensor) this;
    }

    /**
     * y[…, a, …] = x[…, index[…, a, …], …]: one element along an axis for each index.
     *
     * <p>x: [..., D, ...], index: [..., A, ...] → [..., A, ...]; the other axes broadcast, as in NumPy's {@code
     * take_along_axis}. What
     * {@code argMax(axis, true)} or {@code argSort} returns can be used as it is.
     *
     * @throws IllegalArgumentException if the ranks differ, other axes do not broadcast, or an index is not in [0, D)
     */
    default Tensor gather(int axis, Tensor index) {
        return Selection.gather("gather", self(), axis, index);
    }

    /**
     * y[…, index[…, a, …], …] = x[…, index[…, a, …], …] + Σ source[…, a, …]: adds each element of the source where
     * its index says.
     *
     * <p>x: [..., D, ...], index and source: [..., A, ...] → [..., D, ...]; index and source broadcast together and
     * to x's other
     * axes. Bytes and truth values are added as i32.
     *
     * @throws IllegalArgumentException if the ranks differ, the shapes do not broadcast, or an index is not in [0, D)
     */
    default Tensor scatterAdd(int axis, Tensor index, Tensor source) {
        return Selection.scatterAdd(self(), axis, index, source);
    }

    /**
     * y[…, a, …] = x[…, index[a], …]: whole slices along an axis.
     *
     * <p>x: [..., D, ...], index: [A] → [..., A, ...].
     *
     * @throws IllegalArgumentException if the index is no vector, or one is not in [0, D)
     */
    default Tensor indexSelect(int axis, Tensor index) {
        return Selection.indexSelect("indexSelect", self(), axis, index);
    }

    /**
     * y[…, index[a], …] = x[…, index[a], …] + Σ source[…, a, …]: adds whole slices along an axis.
     *
     * <p>x: [..., D, ...], index: [A], source: [..., A, ...] → [..., D, ...].
     *
     * @throws IllegalArgumentException if the index is no vector, the source does not fit, or an index is not in [0, D)
     */
    default Tensor indexAdd(int axis, Tensor index, Tensor source) {
        return Selection.indexAdd(self(), axis, index, source);
    }

    /**
     * y[a, …] = x[index[a], …]: rows of this table.
     *
     * <p>x: [D, ...], index: [A...] → [A..., ...].
     *
     * @throws IllegalArgumentException if this is a scalar, or an index is not in [0, D)
     */
    default Tensor embedding(Tensor index) {
        return Selection.embedding(self(), index);
    }

    /**
     * y[…, c] = 1 where x[…] = c, else 0, as f32.
     *
     * <p>x: [...] → [..., C].
     *
     * @throws IllegalArgumentException if a label is not in [0, C)
     */
    default Tensor oneHot(long classes) {
        return oneHot(classes, DType.F32);
    }

    /** {@link #oneHot(long)} in another type. */
    default Tensor oneHot(long classes, DType dtype) {
        return Selection.oneHot(self(), classes, dtype);
    }

    /**
     * The elements where the mask is true, in row-major order.
     *
     * <p>x: [...], mask: bool[...], which broadcast together → [number of true elements].
     *
     * @throws IllegalArgumentException if they do not broadcast, or the mask is not bool
     */
    default Tensor maskedSelect(Tensor mask) {
        return Selection.maskedSelect(self(), mask);
    }

    /** Where x is not 0, in row-major order; NaN is not 0. x: [...] → i64[number of elements that are not 0, rank]. */
    default Tensor nonZero() {
        return Selection.nonZero(self());
    }

    /**
     * In ascending or descending order along an axis. Equal elements keep their order; NaN counts as larger than
     * every number, as
     * in NumPy and PyTorch.
     *
     * <p>x: [..., D, ...] → values [..., D, ...], indices i64[..., D, ...].
     */
    default Ranked sort(int axis, boolean descending) {
        return Selection.sort(self(), axis, descending);
    }

    /** The indices that {@link #sort} would return. */
    default Tensor argSort(int axis, boolean descending) {
        int along = self().shape().axis("argSort", axis);
        return Selection.rank("argSort", self(), along, self().dim(along), descending);
    }

    /**
     * The k largest (or smallest) elements along an axis, best first. Of equal ones the first; NaN counts as larger
     * than every
     * number.
     *
     * <p>x: [..., D, ...] → values [..., k, ...], indices i64[..., k, ...].
     *
     * @throws IllegalArgumentException if k is negative or larger than D
     */
    default Ranked topK(long k, int axis, boolean largest) {
        return Selection.topK(self(), k, axis, largest);
    }
}
