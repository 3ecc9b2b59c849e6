package org.culebra.nn;

import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/**
 * How the first numbers of a parameter are drawn.
 *
 * <p>The fans of a weight [O, I, k…] are: in I·Πk, out O·Πk.
 */
@FunctionalInterface
public interface Initializer {
    /** f32 numbers of this shape. */
    Tensor draw(Random random, Shape shape);

    /** The gain of a ReLU for {@link #xavierUniform} and {@link #kaimingNormal}: √2. */
    double RELU_GAIN = Math.sqrt(2);

    /** The same number everywhere. */
    static Initializer constant(double value) {
        return (random, shape) -> Tensor.full(DType.F32, value, shape.dims());
    }

    /** U(−bound, bound). */
    static Initializer uniform(double bound) {
        return (random, shape) -> Tensor.uniform(random, -bound, bound, shape.dims());
    }

    /** N(0, deviation²). */
    static Initializer normal(double deviation) {
        return (random, shape) -> Tensor.normal(random, 0, deviation, shape.dims());
    }

    /** U(±1/√in): PyTorch's default for the weights of linear layers and convolutions. */
    static Initializer fanIn() {
        return (random, shape) -> uniform(1 / Math.sqrt(in(shape))).draw(random, shape);
    }

    /** U(±gain·√(6/(in + out))) (Glorot and Bengio 2010, equation 16). */
    static Initializer xavierUniform(double gain) {
        return (random, shape) ->
                uniform(gain * Math.sqrt(6.0 / (in(shape) + out(shape)))).draw(random, shape);
    }

    /** N(0, gain²/in) (He et al. 2015, equation 10). */
    static Initializer kaimingNormal(double gain) {
        return (random, shape) -> normal(gain / Math.sqrt(in(shape))).draw(random, shape);
    }

    private static double in(Shape shape) {
        return fan(shape, 1);
    }

    private static double out(Shape shape) {
        return fan(shape, 0);
    }

    private static double fan(Shape shape, int axis) {
        if (shape.rank() < 2) {
            throw new IllegalArgumentException("initializer: fans need a weight with at least 2 axes, not " + shape);
        }
        double fan = shape.dim(axis);
        for (int k = 2; k < shape.rank(); k++) {
            fan *= shape.dim(k);
        }
        return Math.max(fan, 1);
    }
}
