package org.culebra.nn;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.culebra.tensor.Interpolation;
import org.culebra.tensor.Tensor;

/**
 * The last axes longer by factors: [..., D₁, …, Dₖ] → [..., ⌊D₁·f₁⌋, …, ⌊Dₖ·fₖ⌋].
 *
 * @param how where the new elements come from
 * @param factors f, one for each of the last axes
 */
public record Upsample(Interpolation how, List<Double> factors) implements Layer {
    /**
     * Copies and checks.
     *
     * @throws IllegalArgumentException if there is no factor, or one is not positive
     */
    public Upsample {
        factors = List.copyOf(factors);
        Checks.positive("upsample", "number of axes", factors.size());
        factors.forEach(factor -> Checks.positive("upsample", "factor", factor.doubleValue()));
    }

    /** Each element repeated. */
    public static Upsample nearest(double... factors) {
        return new Upsample(
                Interpolation.NEAREST, Arrays.stream(factors).boxed().toList());
    }

    /** Linear, bilinear or trilinear, as PyTorch's with {@code align_corners=False}. */
    public static Upsample linear(double... factors) {
        return new Upsample(Interpolation.LINEAR, Arrays.stream(factors).boxed().toList());
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (x.rank() < factors.size()) {
            throw Checks.wrongInput(this, "[..., " + factors.size() + " axes]", x);
        }
        return x.upsample(how, factors.stream().mapToDouble(Double::doubleValue).toArray());
    }

    @Override
    public String toString() {
        return "Upsample(" + factors.stream().map(String::valueOf).collect(Collectors.joining("×")) + ", "
                + how.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")";
    }
}
