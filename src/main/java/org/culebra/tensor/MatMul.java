package org.culebra.tensor;

import org.culebra.kernel.Kernels;
import org.culebra.kernel.Strided;
import org.culebra.memory.DType;

/**
 * C = A·B for matrices and batches of them.
 *
 * <p>a: [..., M, K], b: [..., K, N] → [..., M, N]; leading axes broadcast. Transposed operands are read as they lie.
 */
record MatMul() implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor a = inputs[0];
        Tensor b = inputs[1];
        long inner = a.dim(-1);
        if (inner != b.dim(-2)) {
            throw Errors.innerDimensions(a, b);
        }
        Shape batch =
                Shape.broadcast(a.shape().range(0, a.rank() - 2), b.shape().range(0, b.rank() - 2));
        if (batch == null) {
            throw Errors.leadingAxes("matmul", a, b);
        }
        DType type = DType.promote(a.dtype(), b.dtype());
        if (!type.isFloating()) {
            throw Errors.floatingOnly("matmul", a.dtype().isFloating() ? b : a);
        }
        Tensor c = Tensor.uninitialized(type, batch.append(a.dim(-2), b.dim(-1)));
        Strided left = a.to(type).expandedTo(batch.append(a.dim(-2), inner));
        Strided right = b.to(type).expandedTo(batch.append(inner, b.dim(-1)));
        Kernels.matmul(left, right, c.strided());
        return Op.only(c);
    }

    /**
     * ∂A = G·Bᵀ, ∂B = Aᵀ·G. The gradient of a matrix that lies transposed, as the weights of a linear layer do, is made to lie so, too: the
     * optimizer need not transpose it.
     */
    @Override
    public Tensor gradient(int input, Call call, Tensor g) {
        Tensor a = call.input(0);
        Tensor b = call.input(1);
        if (input == 0) {
            return g.matmul(b.transpose());
        }
        boolean transposed = b.rank() == 2
                && a.rank() == 2
                && !b.isContiguous()
                && b.transpose().isContiguous();
        return transposed ? g.transpose().matmul(a).transpose() : a.transpose().matmul(g);
    }
}
