package org.culebra.tensor;

/** Products of vectors, matrices and batches of them. Leading axes of batches broadcast. */
public sealed interface LinearAlgebra permits Tensor {

    private Tensor self() {
        return (Tensor) this;
    }

    /**
     * The matrix product.
     *
     * <p>[..., M, K] × [..., K, N] → [..., M, N], leading axes broadcast; a vector on the left is a row, on the right
     * a column,
     * and that axis is dropped from the result. Transposed operands are read as they lie.
     *
     * @throws IllegalArgumentException if the inner dimensions differ, an operand is a scalar, or both are integers
     */
    default Tensor matmul(Tensor other) {
        return Products.matmul(self(), other);
    }

    /**
     * Σ aᵢ·bᵢ, in one pass; of integers an i64.
     *
     * <p>[N] · [N] → [].
     *
     * @throws IllegalArgumentException unless both are vectors of the same length
     */
    default Tensor dot(Tensor other) {
        return Products.dot(self(), other);
    }

    /**
     * aᵢ·bⱼ.
     *
     * <p>[M] ⊗ [N] → [M, N].
     *
     * @throws IllegalArgumentException unless both are vectors
     */
    default Tensor outer(Tensor other) {
        return Products.outer(self(), other);
    }

    /** The main diagonal of the last two axes: a view. [..., M, N] → [..., min(M, N)]. */
    default Tensor diagonal() {
        return diagonal(0, -2, -1);
    }

    /**
     * A diagonal of the matrices spanned by two axes, as a new last axis: a view.
     *
     * @param offset 0 for the main diagonal, positive above it (towards larger columns), negative below
     * @throws IllegalArgumentException if the axes are the same
     */
    default Tensor diagonal(long offset, int rows, int columns) {
        return Products.diagonal(self(), offset, rows, columns);
    }

    /** Σ aᵢᵢ over the last two axes. [..., M, N] → [...]. */
    default Tensor trace() {
        return diagonal().sum(-1);
    }

    /**
     * The lower triangle of the last two axes, else 0: what is on the diagonal {@code offset} (positive above the
     * main one) and
     * below. [..., M, N] → [..., M, N].
     */
    default Tensor tril(long offset) {
        return Products.triangle("tril", self(), offset, true);
    }

    /** The upper triangle of the last two axes, else 0: what is on the diagonal {@code offset} and above. */
    default Tensor triu(long offset) {
        return Products.triangle("triu", self(), offset, false);
    }

    /**
     * L with L·Lᵀ = A, lower triangular with a positive diagonal: the Cholesky factor.
     *
     * <p>A: [..., N, N] → L: [..., N, N]. Of a matrix that is not symmetric the symmetric part (A + Aᵀ)/2 is
     * factored, so that the
     * gradient is symmetric.
     *
     * @throws IllegalArgumentException if the matrices are not square, or not floating
     * @throws ArithmeticException if one is not positive definite: names it, and the pivot that is not positive
     */
    default Tensor cholesky() {
        return Cholesky.of(self());
    }

    /**
     * X with A·X = B (or Aᵀ·X = B), A triangular: {@code l.triangularSolve(Triangle.LOWER, b)}.
     *
     * <p>A: [..., N, N], B: [..., N, R] → X: [..., N, R]; a vector B: [N] → [..., N]. Leading axes broadcast.
     *
     * @throws IllegalArgumentException if the matrices are not square or do not fit
     * @throws ArithmeticException if one has a 0 on its diagonal: names it, and the row
     */
    default Tensor triangularSolve(Triangle triangle, Tensor b) {
        return TriangularSolve.solve(self(), b, triangle);
    }

    /**
     * A = V·diag(λ)·Vᵀ: eigenvalues, ascending, and orthonormal eigenvectors, computed in f64.
     *
     * <p>A: [..., N, N] → λ: [..., N], V: [..., N, N]. Of a matrix that is not symmetric the symmetric part (A + Aᵀ)/2 is taken.
     * There is no gradient: where vectors of equal eigenvalues are free, it does not exist.
     *
     * @throws IllegalArgumentException if the matrices are not square, or not floating
     * @throws IllegalStateException if a gradient could be asked for later: while a tape records, of a parameter or of what was computed
     *     on that tape; {@link Tensor#detach} says that none will be
     * @throws ArithmeticException if a matrix holds NaN or an infinity
     */
    default Eigen eigh() {
        return SymmetricEigen.of(self());
    }
}
