package org.culebra.tensor;

/**
 * Zeros with x in the place of a slice: the adjoint of {@link Slice}.
 *
 * @param slice where x goes
 * @param dim size of the result along the slice's axis
 */
record Unslice(Slice slice, long dim) implements Op {
    @Override
    public Tensor[] forward(Tensor[] inputs) {
        Tensor x = inputs[0];
        Tensor result =
                Tensor.zeros(x.dtype(), x.shape().with(slice.axis(), dim).raw());
        slice.forward(new Tensor[] {result})[0].assign(x);
        return Op.only(result);
    }

    @Override
    public Tensor gradient(int input, Call call, Tensor g) {
        return slice.one(g);
    }
}
