package org.culebra.nn;

import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/** The identity as a weight. */
final class Identity {
    private Identity() {}

    static Tensor draw(Shape shape) {
        if (shape.rank() < 2) {
            throw new IllegalArgumentException(
                    "initializer: the identity needs a weight with at least 2 axes, not " + shape);
        }
        float[] weight = new float[Math.toIntExact(shape.size())];
        long inner = 1;
        long middle = 0;
        for (int k = 2; k < shape.rank(); k++) {
            inner *= shape.dim(k);
            middle = middle * shape.dim(k) + shape.dim(k) / 2;
        }
        for (long i = 0; i < Math.min(shape.dim(0), shape.dim(1)); i++) {
            weight[(int) ((i * shape.dim(1) + i) * inner + middle)] = 1;
        }
        return Tensor.of(weight, shape.dims());
    }
}
