package org.culebra.nn;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.culebra.memory.DType;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/**
 * y = (x − m)/√(v + ε)·w + b, where m and v are the mean and the biased variance over the last axes (Ba et al. 2016); or, as {@link
 * #rms}, y = x/√(mean(x²) + ε)·w (Zhang and Sennrich 2019, equation 4).
 *
 * <p>x: [..., D₁, …, Dₖ] → the same; w and b: [D₁, …, Dₖ].
 */
public final class LayerNorm implements Layer {
    /** Stands for the ε that is the distance from 1 to the next number of x's type. */
    private static final double OF_TYPE = 0;

    private final Shape shape;
    private final double epsilon;
    private final boolean centred;
    private final boolean scaled;
    private final boolean biased;
    private final Scaling scaling;

    private LayerNorm(Shape shape, double epsilon, boolean centred, boolean scaled, boolean biased) {
        this.shape = shape;
        this.epsilon = epsilon;
        this.centred = centred;
        this.scaled = scaled;
        this.biased = biased;
        scaling = scaled ? Scaling.of(Initializer.constant(1), biased, shape.dims()) : Scaling.NONE;
    }

    /**
     * Over last axes of these sizes, with ε = 1e-5.
     *
     * @throws IllegalArgumentException if there is none, or one is not positive
     */
    public static LayerNorm of(long... dims) {
        return new LayerNorm(check("layerNorm", dims), 1e-5, true, true, true);
    }

    /**
     * Divides by the root of the mean square and takes nothing away: PyTorch's {@code RMSNorm}, with ε = 2⁻²³, or 2⁻⁵² where
     * x is f64.
     *
     * @throws IllegalArgumentException if there is no size, or one is not positive
     */
    public static LayerNorm rms(long... dims) {
        return new LayerNorm(check("rmsNorm", dims), OF_TYPE, false, true, false);
    }

    private static Shape check(String name, long... dims) {
        Checks.positive(name, "number of axes", dims.length);
        for (long dim : dims) {
            Checks.positive(name, "size", dim);
        }
        return Shape.of(dims);
    }

    private String name() {
        return centred ? "LayerNorm" : "RMSNorm";
    }

    /** The same with another ε. */
    public LayerNorm epsilon(double value) {
        Checks.positive(centred ? "layerNorm" : "rmsNorm", "epsilon", value);
        return new LayerNorm(shape, value, centred, scaled, biased);
    }

    /** The same without w and b. */
    public LayerNorm withoutScaling() {
        return new LayerNorm(shape, epsilon, centred, false, false);
    }

    /** The same without b. */
    public LayerNorm withoutBias() {
        return new LayerNorm(shape, epsilon, centred, scaled, false);
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        int first = x.rank() - shape.rank();
        if (first < 0 || !Arrays.equals(Arrays.copyOfRange(x.shape().dims(), first, x.rank()), shape.dims())) {
            String dims = shape.toString();
            throw Checks.wrongInput(this, "[..., " + dims.substring(1), x);
        }
        int[] axes = IntStream.range(first, x.rank()).toArray();
        return new Normalize(axes, epsilonFor(x), centred)
                .apply(x, scaling.scale(shape.dims()), scaling.shift(shape.dims()))[0];
    }

    private double epsilonFor(Tensor x) {
        if (epsilon != OF_TYPE) {
            return epsilon;
        }
        return x.dtype() == DType.F64 ? Math.ulp(1d) : Math.ulp(1f);
    }

    @Override
    public Map<String, Parameter> ownParameters() {
        return scaling.parameters();
    }

    @Override
    public String toString() {
        String dims = shape.toString();
        return name() + "(" + dims.substring(1, dims.length() - 1)
                + (epsilon == (centred ? 1e-5 : OF_TYPE) ? "" : ", epsilon " + epsilon)
                + (!scaled ? ", no scaling)" : centred && !biased ? ", no bias)" : ")");
    }
}
