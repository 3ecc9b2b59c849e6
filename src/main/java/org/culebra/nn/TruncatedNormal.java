package org.culebra.nn;

import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/** Normal numbers within some deviations: what is outside is drawn again, until nothing is. */
final class TruncatedNormal {
    private TruncatedNormal() {}

    static Tensor draw(Random random, double deviation, double most, Shape shape) {
        Tensor drawn = Tensor.normal(random, DType.F32, 0, 1, shape.dims());
        Tensor outside = drawn.abs().gt(most);
        while (outside.sum().item() > 0) {
            drawn = outside.where(Tensor.normal(random, DType.F32, 0, 1, shape.dims()), drawn);
            outside = drawn.abs().gt(most);
        }
        return drawn.mul(deviation);
    }
}
