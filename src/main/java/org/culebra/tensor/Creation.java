package org.culebra.tensor;

import org.culebra.kernel.Kernels;
import org.culebra.memory.DType;

/** The parts of creating tensors that need arithmetic. */
final class Creation {
    private Creation() {}

    /** The dims asked for, or a vector of all values; the numbers must match. */
    static Shape shapeOf(String operation, long count, long... dims) {
        if (dims.length == 0) {
            return Shape.of(count);
        }
        Shape shape = Shape.of(dims);
        if (shape.size() != count) {
            throw Errors.wrongCount(operation, count, shape);
        }
        return shape;
    }

    static int arrayLength(Tensor tensor) {
        if (tensor.size() > Integer.MAX_VALUE - 8) {
            throw Errors.tooLargeForArray(tensor);
        }
        return (int) tensor.size();
    }

    static Tensor arange(DType dtype, double start, double stop, double step) {
        double count = Math.ceil((stop - start) / step);
        if (step == 0 || !Double.isFinite(step) || !Double.isFinite(count)) {
            throw Errors.badRange(start, stop, step);
        }
        Tensor tensor = Tensor.uninitialized(dtype, Shape.of((long) Math.max(count, 0)));
        Kernels.ramp(tensor.strided(), start, step);
        return tensor;
    }

    static Tensor linspace(DType dtype, double start, double stop, long count) {
        Tensor tensor = Tensor.uninitialized(dtype, Shape.of(count));
        Kernels.ramp(tensor.strided(), start, count > 1 ? (stop - start) / (count - 1) : 0);
        if (count > 1) {
            Kernels.setDouble(tensor.strided(), count - 1, stop);
        }
        return tensor;
    }

    static Tensor eye(DType dtype, long n) {
        Tensor tensor = Tensor.zeros(dtype, n, n);
        for (long i = 0; i < n; i++) {
            Kernels.setDouble(tensor.strided(), i * (n + 1), 1);
        }
        return tensor;
    }
}
