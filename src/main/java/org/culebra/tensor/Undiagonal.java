package org.culebra.tensor;

/**
 * Zeros with x on a diagonal: the adjoint of {@link Diagonal}.
 *
 * @param diagonal where x goes
 * @param rows number of rows of the result
 * @param columns number of columns of the result
 */
record Undiagonal(Diagonal diagonal, long rows, long columns) implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor x = inputs[0];
        boolean rowsFirst = diagonal.rows() < diagonal.columns();
        Shape shape = x.shape().without(-1);
        shape = rowsFirst ? shape.insert(diagonal.rows(), rows) : shape.insert(diagonal.columns(), columns);
        shape = rowsFirst ? shape.insert(diagonal.columns(), columns) : shape.insert(diagonal.rows(), rows);
        Tensor result = Tensor.zeros(x.dtype(), shape.raw());
        diagonal.forward(new Tensor[] {result})[0].assign(x);
        return Op.only(result);
    }

    @Override
    public Tensor gradient(int input, Call call, Tensor g) {
        return diagonal.one(g);
    }
}
