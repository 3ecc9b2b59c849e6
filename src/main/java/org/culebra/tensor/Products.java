package org.culebra.tensor;

import java.util.List;

/** Matrix products in the arrangements that callers write. */
final class Products {
    private Products() {}

    static Tensor matmul(Tensor a, Tensor b) {
        if (a.rank() == 0 || b.rank() == 0) {
            throw Errors.rankAtLeast("matmul", 1, a.rank() == 0 ? a : b);
        }
        Tensor left = a.rank() == 1 ? a.unsqueeze(0) : a;
        Tensor right = b.rank() == 1 ? b.unsqueeze(1) : b;
        if (left.dim(-1) != right.dim(-2)) {
            throw Errors.innerDimensions(a, b);
        }
        Tensor product = matrices(left, right);
        if (a.rank() == 1) {
            product = product.squeeze(-2);
        }
        return b.rank() == 1 ? product.squeeze(-1) : product;
    }

    /** A batch of matrices times one matrix is one tall product: its gradient then needs no sum over the batch. */
    private static Tensor matrices(Tensor a, Tensor b) {
        if (a.rank() > 2 && b.rank() == 2) {
            Shape batch = a.shape().range(0, a.rank() - 1);
            Tensor tall = a.reshape(batch.size(), a.dim(-1));
            return new MatMul().one(tall, b).reshape(batch.append(b.dim(-1)));
        }
        return new MatMul().one(a, b);
    }

    static Tensor dot(Tensor a, Tensor b) {
        if (a.rank() != 1 || b.rank() != 1) {
            throw AlgebraErrors.notVectors("dot", a, b);
        }
        if (a.size() != b.size()) {
            throw AlgebraErrors.lengths("dot", a, b);
        }
        return Functions.MUL.sum(List.of(a, b));
    }

    static Tensor outer(Tensor a, Tensor b) {
        if (a.rank() != 1 || b.rank() != 1) {
            throw AlgebraErrors.notVectors("outer", a, b);
        }
        return a.unsqueeze(1).mul(b);
    }

    static Tensor diagonal(Tensor x, long offset, int rows, int columns) {
        if (x.rank() < 2) {
            throw Errors.rankAtLeast("diagonal", 2, x);
        }
        int first = x.shape().axis("diagonal", rows);
        int second = x.shape().axis("diagonal", columns);
        if (first == second) {
            throw AlgebraErrors.sameAxes(x, rows, columns);
        }
        return new Diagonal(offset, first, second).one(x);
    }

    static Tensor triangle(String operation, Tensor x, long offset, boolean lower) {
        if (x.rank() < 2) {
            throw Errors.rankAtLeast(operation, 2, x);
        }
        Tensor lastKept = Tensor.arange(x.dim(-2)).add((double) offset).unsqueeze(1);
        Tensor columns = Tensor.arange(x.dim(-1));
        return x.maskedFill(lower ? columns.gt(lastKept) : columns.lt(lastKept), 0);
    }
}
