package org.culebra.nn;

import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/**
 * How the first numbers of a parameter are drawn.
 *
 * <p>The fans of a weight [O, I, k…] are: in I·Πk, out O·Πk. Gains, bounds and deviations that make no distribution are refused at
 * once, where the initializer is made: all must be positive, but for the gain of an orthogonal matrix, which may have any sign.
 */
@FunctionalInterface
public interface Initializer {
    /** f32 numbers of this shape. */
    Tensor draw(Random random, Shape shape);

    /** The gain of a ReLU for {@link #xavierUniform} and {@link #kaimingNormal}: √2. */
    double RELU_GAIN = Math.sqrt(2);

    /** The gain of tanh: 5/3, as in PyTorch. */
    double TANH_GAIN = 5.0 / 3;

    /** The gain of a leaky ReLU: √(2/(1 + slope²)). */
    static double leakyReluGain(double slope) {
        return Math.sqrt(2 / (1 + slope * slope));
    }

    /**
     * The same number everywhere.
     *
     * @throws IllegalArgumentException if it is not finite
     */
    static Initializer constant(double value) {
        Checks.finite("constant", "value", value);
        return (random, shape) -> Tensor.full(DType.F32, value, shape.dims());
    }

    /**
     * U(−bound, bound).
     *
     * @throws IllegalArgumentException if the bound is not positive
     */
    static Initializer uniform(double bound) {
        Checks.positive("uniform", "bound", bound);
        return (random, shape) -> Tensor.uniform(random, -bound, bound, shape.dims());
    }

    /**
     * N(0, deviation²).
     *
     * @throws IllegalArgumentException if the deviation is not positive
     */
    static Initializer normal(double deviation) {
        return normal(0, deviation);
    }

    /**
     * N(mean, deviation²).
     *
     * @throws IllegalArgumentException if the mean is not finite, or the deviation not positive
     */
    static Initializer normal(double mean, double deviation) {
        Checks.finite("normal", "mean", mean);
        Checks.positive("normal", "deviation", deviation);
        return (random, shape) -> Tensor.normal(random, mean, deviation, shape.dims());
    }

    /**
     * N(0, deviation²) without what is more than two deviations from 0; the numbers that are left have a deviation of .88 of that
     * which was asked for, as in PyTorch.
     *
     * @throws IllegalArgumentException if the deviation is not positive
     */
    static Initializer truncatedNormal(double deviation) {
        Checks.positive("truncatedNormal", "deviation", deviation);
        return (random, shape) -> TruncatedNormal.draw(random, deviation, 2, shape);
    }

    /** U(±1/√in): PyTorch's default for the weights of linear layers and convolutions. */
    static Initializer fanIn() {
        return (random, shape) -> uniform(1 / Math.sqrt(Fans.in(shape))).draw(random, shape);
    }

    /** U(±gain·√(6/(in + out))) (Glorot and Bengio 2010, equation 16). */
    static Initializer xavierUniform(double gain) {
        Checks.positive("xavierUniform", "gain", gain);
        return (random, shape) -> uniform(gain * Math.sqrt(6 / (Fans.in(shape) + Fans.out(shape))))
                .draw(random, shape);
    }

    /** N(0, gain²·2/(in + out)) (Glorot and Bengio 2010, equation 12). */
    static Initializer xavierNormal(double gain) {
        Checks.positive("xavierNormal", "gain", gain);
        return (random, shape) ->
                normal(gain * Math.sqrt(2 / (Fans.in(shape) + Fans.out(shape)))).draw(random, shape);
    }

    /** U(±gain·√(3/in)): the variance of {@link #kaimingNormal}. */
    static Initializer kaimingUniform(double gain) {
        Checks.positive("kaimingUniform", "gain", gain);
        return (random, shape) -> uniform(gain * Math.sqrt(3 / Fans.in(shape))).draw(random, shape);
    }

    /** N(0, gain²/in) (He et al. 2015, equation 10). */
    static Initializer kaimingNormal(double gain) {
        Checks.positive("kaimingNormal", "gain", gain);
        return (random, shape) -> normal(gain / Math.sqrt(Fans.in(shape))).draw(random, shape);
    }

    /** N(0, 1/in), for SELU and whatever keeps the variance of its input (LeCun et al. 1998; Klambauer et al. 2017). */
    static Initializer lecunNormal() {
        return kaimingNormal(1);
    }

    /** U(±√(3/in)): the variance of {@link #lecunNormal}. */
    static Initializer lecunUniform() {
        return kaimingUniform(1);
    }

    /**
     * gain·Q, where the rows of Q [O, I·Πk] or its columns, whichever are fewer, are orthonormal, and every such Q is as likely as
     * the others (Saxe et al. 2014).
     */
    static Initializer orthogonal(double gain) {
        Checks.finite("orthogonal", "gain", gain);
        return (random, shape) -> Orthogonal.draw(random, gain, shape);
    }

    /** Ones where row and column are the same and, of a convolution with odd kernels, in the middle: y = x, as far as there is room. */
    static Initializer identity() {
        return (random, shape) -> Identity.draw(shape);
    }

    /** N(0, .02²): the weights of convolutions in DCGAN (Radford et al. 2016) and pix2pix. */
    static Initializer dcgan() {
        return normal(.02);
    }

    /** N(1, .02²): the scales of batch normalization in DCGAN and pix2pix. */
    static Initializer dcganScale() {
        return normal(1, .02);
    }
}
