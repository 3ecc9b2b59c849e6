package org.culebra.tensor;

import org.culebra.kernel.Kernels;
import org.culebra.memory.DType;
import org.culebra.memory.Scope;

/**
 * L with L·Lᵀ = A: the Cholesky factor of the matrix whose lower triangle A holds.
 *
 * <p>a: [..., N, N] → [..., N, N].
 */
record Cholesky() implements Op {
    /** Columns of a block: inside, the plain algorithm; between blocks, matrix products. */
    private static final long BLOCK = 64;

    /** The lower triangle with its diagonal halved: Φ of Murray (2016). */
    private static final Elementwise LOWER_HALF = Elementwise.named(
            "lowerHalf",
            (x, row, column) -> column.lt(row).select(x, column.eq(row).select(x.mul(.5), 0)));

    static Tensor of(Tensor a) {
        if (a.rank() < 2 || a.dim(-1) != a.dim(-2)) {
            throw AlgebraErrors.notSquare("cholesky", a);
        }
        if (!a.dtype().isFloating()) {
            throw Errors.floatingOnly("cholesky", a);
        }
        return new Cholesky().one(a.add(a.transpose()).mul(.5));
    }

    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor a = inputs[0];
        Tensor l = Tensor.zeros(a.dtype(), a.shape().raw());
        long n = a.dim(-1);
        for (long from = 0; from < n; from += BLOCK) {
            try (Scope _ = Scope.open("cholesky")) {
                factorColumns(a, l, from, Math.min(BLOCK, n - from));
            }
        }
        return Op.only(l);
    }

    /** Columns of L from those before: what they leave of A, its top factored, the rest divided by that. */
    private static void factorColumns(Tensor a, Tensor l, long from, long size) {
        long height = a.dim(-1) - from;
        Tensor left = a.narrow(-2, from, height).narrow(-1, from, size);
        if (from > 0) {
            Tensor before = l.narrow(-2, from, height).narrow(-1, 0, from);
            left = left.sub(before.matmul(before.narrow(-2, 0, size).transpose()));
        }
        Tensor columns = l.narrow(-2, from, height).narrow(-1, from, size);
        Tensor top = columns.narrow(-2, 0, size);
        long failure = Kernels.cholesky(left.narrow(-2, 0, size).strided(), top.strided());
        if (failure >= 0) {
            throw AlgebraErrors.notPositiveDefinite(a, failure / size, from + failure % size);
        }
        if (height > size) {
            Kernels.solveLower(
                    top.strided(),
                    left.narrow(-2, size, height - size).transpose().strided(),
                    false,
                    columns.narrow(-2, size, height - size).transpose().strided());
        }
    }

    /**
     * ∂A = Φ(S + Sᵀ) with S = L⁻ᵀ·Φ(Lᵀ·G)·L⁻¹ (Murray 2016, "Differentiation of the Cholesky decomposition", eq. 10).
     */
    @Override
    public Tensor gradient(int input, Call call, Tensor g) {
        Tensor l = call.output(0);
        Triangle adjoint = Triangle.LOWER.transpose();
        Tensor inner = lowerHalf(l.transpose().matmul(g));
        Tensor half = l.triangularSolve(adjoint, inner);
        Tensor s = l.triangularSolve(adjoint, half.transpose());
        return lowerHalf(s.add(s.transpose()));
    }

    private static Tensor lowerHalf(Tensor x) {
        Tensor index = Tensor.arange(DType.F32, 0, (double) x.dim(-1), 1);
        return LOWER_HALF.apply(x, index.unsqueeze(1), index);
    }
}
