package org.culebra.nn;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * A layer whose weight is W = g·V/‖V‖, a length and a direction for each output (Salimans and Kingma 2016, equation 2).
 *
 * <p>The norm is over all axes of V but the first; g: [O, 1, …]. Names are those of PyTorch's {@code parametrizations}: {@code
 * parametrizations.weight.original0} is g, {@code original1} V.
 */
public final class WeightNorm extends Reparameterized {
    private static final Elementwise SCALE = Elementwise.of((v, norm, g) -> v.mul(g.div(norm)));

    private final Parameter length;

    private WeightNorm(Layer inner) {
        super("weightNorm", inner);
        long[] dims = new long[own().shape().rank()];
        Arrays.fill(dims, 1);
        dims[0] = own().shape().dim(0);
        length = Parameter.of(Initializer.constant(1), dims);
    }

    /**
     * Of a layer with a parameter {@code weight}.
     *
     * @throws IllegalArgumentException if it has none
     */
    public static WeightNorm of(Layer inner) {
        return new WeightNorm(inner);
    }

    private Tensor norm() {
        int[] axes = IntStream.range(1, own().shape().rank()).toArray();
        return own().value().norm(2, true, axes);
    }

    /** As PyTorch does, g is first ‖V‖, so that W is what it would be without. */
    @Override
    public void initialize(Random random) {
        inner().initialize(random);
        Tape.untracked(() -> length.assign(norm()));
    }

    @Override
    Tensor weight(Mode mode) {
        return SCALE.apply(own().value(), norm(), length.value());
    }

    @Override
    Map<String, Parameter> parts() {
        return Checks.named("original0", length, "original1", own());
    }
}
