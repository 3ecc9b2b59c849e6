package org.culebra.tensor;

/** Products of vectors, matrices and batches of them. */
sealed interface LinearAlgebra permits Tensor {

    private Tensor self() {
        return (Tensor) this;
    }

    /**
     * The matrix product.
     *
     * <p>[..., M, K] × [..., K, N] → [..., M, N], leading axes broadcast; a vector on the left is a row, on the right a column,
     * and that axis is dropped from the result. Transposed operands are read as they lie.
     *
     * @throws IllegalArgumentException if the inner dimensions differ, an operand is a scalar, or both are integers
     */
    default Tensor matmul(Tensor other) {
        return Products.matmul(self(), other);
    }
}
