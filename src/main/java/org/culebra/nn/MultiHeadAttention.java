package org.culebra.nn;

import java.util.List;
import java.util.Map;
import org.culebra.memory.DType;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * softmax(Q·Kᵀ/√d)·V for each of h heads, where Q, K and V are linear in queries, keys and values; then one linear layer over all
 * heads (Vaswani et al. 2017, section 3.2).
 *
 * <p>Queries [B, T, E], keys and values [B, S, E] → [B, T, E]; d = E/h. As a layer, all three are x. Names and first numbers are
 * PyTorch's: {@code in_proj_weight} [3E, E], {@code in_proj_bias} [3E], {@code out_proj}.
 */
public final class MultiHeadAttention implements Layer {
    private final long width;
    private final long heads;
    private final boolean causal;
    private final double drop;
    private final Dropout dropout;
    private final Parameter inputWeight;
    private final Parameter inputBias;
    private final Linear output;

    private MultiHeadAttention(long width, long heads, boolean causal, double drop) {
        this.width = width;
        this.heads = heads;
        this.causal = causal;
        this.drop = drop;
        dropout = new Dropout(drop);
        inputWeight = Parameter.of(Initializer.xavierUniform(1), 3 * width, width);
        inputBias = Parameter.of(Initializer.constant(0), 3 * width);
        output = Linear.of(width, width).biasInitializer(Initializer.constant(0));
    }

    /**
     * E numbers per place, divided among h heads.
     *
     * @throws IllegalArgumentException if a number is not positive, or h does not divide E
     */
    public static MultiHeadAttention of(long width, long heads) {
        Checks.positive("attention", "width", width);
        Checks.positive("attention", "heads", heads);
        if (width % heads != 0) {
            throw new IllegalArgumentException("attention: " + heads + " heads must divide a width of " + width);
        }
        return new MultiHeadAttention(width, heads, false, 0);
    }

    /** The same where no place sees those behind it. */
    public MultiHeadAttention causal() {
        return new MultiHeadAttention(width, heads, true, drop);
    }

    /** The same with dropout of the weights that the softmax gives. */
    public MultiHeadAttention dropout(double p) {
        return new MultiHeadAttention(width, heads, causal, p);
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        return forward(x, x, x, null, mode);
    }

    /**
     * What queries find among keys, as values.
     *
     * @param hidden bool, true where a query may not see a key, as in PyTorch: broadcasts to [B, h, T, S]. A query that may see
     *     nothing gets NaN.
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public Tensor forward(Tensor queries, Tensor keys, Tensor values, @Nullable Tensor hidden, Mode mode) {
        check(queries, keys, values, hidden);
        boolean self = keys.equals(queries) && values.equals(queries);
        List<Tensor> parts = self
                ? self(queries)
                : List.of(project(queries, 0), project(keys, 1), project(values, 2)); // [B, h, T, d]
        double scale = 1 / Math.sqrt((double) width / heads);
        Tensor scores = parts.get(0).mul(scale).matmul(parts.get(1).transpose()); // [B, h, T, S]
        if (causal) {
            scores = scores.maskedFill(future(queries.dim(1), keys.dim(1)), Double.NEGATIVE_INFINITY);
        }
        if (hidden != null) {
            scores = scores.maskedFill(hidden, Double.NEGATIVE_INFINITY);
        }
        Tensor found = dropout.forward(scores.softmax(-1), mode).matmul(parts.get(2)); // [B, h, T, d]
        Tensor merged = found.permute(0, 2, 1, 3).reshape(queries.shape());
        return mode.call("out_proj", output, merged);
    }

    /** All three in one product: [B, T, E] → 3 of [B, h, T, d]. */
    private List<Tensor> self(Tensor x) {
        Tensor all = x.matmul(inputWeight.value().transpose()).add(inputBias.value()); // [B, T, 3E]
        return Unstack.of(
                all.reshape(x.dim(0), x.dim(1), 3, heads, width / heads).permute(2, 0, 3, 1, 4), 0);
    }

    private Tensor project(Tensor x, int which) {
        Tensor w = inputWeight.value().narrow(0, which * width, width);
        Tensor b = inputBias.value().narrow(0, which * width, width);
        return x.matmul(w.transpose())
                .add(b)
                .reshape(x.dim(0), x.dim(1), heads, width / heads)
                .permute(0, 2, 1, 3);
    }

    private static Tensor future(long queries, long keys) {
        return Tensor.ones(DType.BOOL, queries, keys).triu(1);
    }

    private void check(Tensor queries, Tensor keys, Tensor values, @Nullable Tensor hidden) {
        boolean fits = keys.shape().equals(values.shape());
        for (Tensor each : List.of(queries, keys)) {
            fits &= each.rank() == 3 && each.dim(2) == width && each.dim(0) == queries.dim(0);
        }
        if (!fits) {
            throw new IllegalArgumentException(this + ": the inputs have the wrong shapes\n  needed  [B, T, " + width
                    + "], and twice [B, S, " + width + "]\n  given   " + queries.describe() + ", " + keys.describe()
                    + " and " + values.describe());
        }
        if (hidden != null && hidden.dtype() != DType.BOOL) {
            throw new IllegalArgumentException(
                    this + ": the mask must be bool, true where a key is hidden, not " + hidden.describe());
        }
    }

    @Override
    public Map<String, Parameter> ownParameters() {
        return Checks.named("in_proj_weight", inputWeight, "in_proj_bias", inputBias);
    }

    @Override
    public Map<String, Layer> children() {
        return Map.of("out_proj", output);
    }

    /** Three projections, scores and what they weigh, for self-attention. */
    @Override
    public long multiplyAdds(Shape input, Shape out) {
        return input.size() * (3 * width + 2 * input.dim(1));
    }

    @Override
    public String toString() {
        return "MultiHeadAttention(" + width + ", " + heads + " heads"
                + (causal ? ", causal" : "")
                + (drop == 0 ? ")" : ", dropout " + drop + ")");
    }
}
