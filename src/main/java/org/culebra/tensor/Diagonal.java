package org.culebra.tensor;

/**
 * y[…, d] = x[…, d + max(−offset, 0), …, d + max(offset, 0), …]: the diagonal of the matrices spanned by two axes, as
 * a new last
 * axis: a view.
 *
 * @param offset 0 for the main diagonal, above it positive
 * @param rows the axis of rows
 * @param columns the axis of columns
 */
record Diagonal(long offset, int rows, int columns) implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor x = inputs[0];
        long[] strides = x.strided().strides();
        long length = length(x.dim(rows), x.dim(columns));
        long[] dims = new long[x.rank() - 1];
        long[] steps = new long[dims.length];
        int next = 0;
        for (int k = 0; k < x.rank(); k++) {
            if (k != rows && k != columns) {
                dims[next] = x.dim(k);
                steps[next++] = strides[k];
            }
        }
        dims[next] = length;
        steps[next] = strides[rows] + strides[columns];
        long start = offset < 0 ? -offset * strides[rows] : offset * strides[columns];
        return Op.only(x.view(Shape.adopt(dims), x.strided().offset() + (length == 0 ? 0 : start), steps));
    }

    private long length(long m, long n) {
        return Math.max(0, offset < 0 ? Math.min(m + offset, n) : Math.min(m, n - offset));
    }

    @Override
    public Tensor gradient(int input, Call call, Tensor g) {
        Shape shape = call.inputShape(0);
        return new Undiagonal(this, shape.dim(rows), shape.dim(columns)).one(g);
    }
}
