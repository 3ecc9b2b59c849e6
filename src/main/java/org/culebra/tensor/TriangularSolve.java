package org.culebra.tensor;

import org.culebra.kernel.Kernels;
import org.culebra.memory.DType;
import org.culebra.memory.Scope;
import org.jspecify.annotations.Nullable;

/**
 * X = A⁻¹·B for triangular A, or X = A⁻ᵀ·B.
 *
 * <p>a: [..., N, N], b: [..., N, R] → [..., N, R]; leading axes broadcast.
 *
 * @param triangle which triangle of A, and how it is used
 */
record TriangularSolve(Triangle triangle) implements Op {
    /** Rows of a block: inside, substitution; between blocks, matrix products. */
    private static final long BLOCK = 64;

    static Tensor solve(Tensor a, Tensor b, Triangle triangle) {
        if (a.rank() < 2 || a.dim(-1) != a.dim(-2)) {
            throw AlgebraErrors.notSquare("triangularSolve", a);
        }
        if (b.rank() == 0 || b.dim(b.rank() == 1 ? 0 : -2) != a.dim(-1)) {
            throw AlgebraErrors.rightSide(a, b);
        }
        DType type = DType.promote(a.dtype(), b.dtype());
        if (!type.isFloating()) {
            throw Errors.floatingOnly("triangularSolve", a);
        }
        Tensor columns = b.rank() == 1 ? b.unsqueeze(1) : b;
        Tensor x = new TriangularSolve(triangle).one(a.to(type), columns.to(type));
        return b.rank() == 1 ? x.squeeze(-1) : x;
    }

    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor a = inputs[0];
        Tensor b = inputs[1];
        Shape batch =
                Shape.broadcast(a.shape().range(0, a.rank() - 2), b.shape().range(0, b.rank() - 2));
        if (batch == null) {
            throw Errors.leadingAxes("triangularSolve", a, b);
        }
        long n = a.dim(-1);
        Tensor x = Tensor.uninitialized(b.dtype(), batch.append(n, b.dim(-1)));
        try (Scope _ = Scope.open("triangularSolve")) {
            // Transposed and upper systems are lower ones, seen from another side: views, all of it.
            Tensor seen = triangle.transposed() ? a.transpose() : a;
            boolean upwards = triangle.lower() == triangle.transposed();
            forwardSubstitution(
                    (upwards ? seen.flip(-2, -1) : seen).expand(batch.append(n, n)),
                    (upwards ? b.flip(-2) : b).expand(x.shape()),
                    upwards ? x.flip(-2) : x,
                    upwards);
        }
        return Op.only(x);
    }

    private void forwardSubstitution(Tensor l, Tensor b, Tensor x, boolean upwards) {
        long n = l.dim(-1);
        for (long from = 0; from < n; from += BLOCK) {
            long size = Math.min(BLOCK, n - from);
            Tensor rows = l.narrow(-2, from, size);
            Tensor known = b.narrow(-2, from, size);
            if (from > 0) {
                known = known.sub(rows.narrow(-1, 0, from).matmul(x.narrow(-2, 0, from)));
            }
            Tensor block = rows.narrow(-1, from, size);
            Tensor solution = x.narrow(-2, from, size);
            long failure =
                    Kernels.solveLower(block.strided(), known.strided(), triangle.unitDiagonal(), solution.strided());
            if (failure >= 0) {
                long row = from + failure % size;
                throw AlgebraErrors.singular(l, failure / size, upwards ? n - 1 - row : row);
            }
        }
    }

    /** ∂B = A⁻ᵀ·G; ∂A = −∂B·Xᵀ, or −X·∂Bᵀ if A is transposed, where A is read. */
    @Override
    public @Nullable Tensor[] gradients(Call call, @Nullable Tensor[] cotangents, boolean[] needed) {
        Tensor g = cotangents[0];
        @Nullable Tensor[] gradients = new Tensor[2];
        if (g == null) {
            return gradients;
        }
        Tensor ofB = new TriangularSolve(triangle.transpose()).one(call.input(0), g);
        gradients[1] = ofB;
        if (needed[0]) {
            Tensor x = call.output(0);
            Tensor full = triangle.transposed() ? x.matmul(ofB.transpose()) : ofB.matmul(x.transpose());
            long edge = triangle.unitDiagonal() ? 1 : 0;
            gradients[0] = (triangle.lower() ? full.tril(-edge) : full.triu(edge)).neg();
        }
        return gradients;
    }
}
