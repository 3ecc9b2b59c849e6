package org.culebra.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.culebra.tensor.Tensor;

/**
 * Self-attention, then two linear layers at each place, each with a residual and a normalization (Vaswani et al. 2017, section 3.1):
 * z = norm₁(x + attention(x)), y = norm₂(z + W₂·φ(W₁·z + b₁) + b₂).
 *
 * <p>x: [B, T, E] → the same. Names are those of PyTorch's {@code TransformerEncoderLayer}.
 */
public final class TransformerBlock implements Layer {
    private final long width;
    private final Options options;
    private final MultiHeadAttention attention;
    private final Linear widening;
    private final Linear narrowing;
    private final LayerNorm first;
    private final LayerNorm second;
    private final Dropout dropout;

    private record Options(
            long heads, long inner, double dropout, Layer activation, boolean normalizeFirst, boolean causal) {}

    private TransformerBlock(long width, Options options) {
        this.width = width;
        this.options = options;
        var plain = MultiHeadAttention.of(width, options.heads).dropout(options.dropout);
        attention = options.causal ? plain.causal() : plain;
        widening = Linear.of(width, options.inner);
        narrowing = Linear.of(options.inner, width);
        first = LayerNorm.of(width);
        second = LayerNorm.of(width);
        dropout = new Dropout(options.dropout);
    }

    /**
     * E numbers per place, h heads and N numbers between the two linear layers; no dropout, ReLU, normalization behind the sums.
     *
     * @throws IllegalArgumentException if a number is not positive, or h does not divide E
     */
    public static TransformerBlock of(long width, long heads, long inner) {
        return new TransformerBlock(width, new Options(heads, inner, 0, Activation.RELU, false, false));
    }

    /** The same with dropout of the attention, inside and behind the linear layers. */
    public TransformerBlock dropout(double p) {
        var o = options;
        return new TransformerBlock(width, new Options(o.heads, o.inner, p, o.activation, o.normalizeFirst, o.causal));
    }

    /** The same with another φ. */
    public TransformerBlock activation(Layer other) {
        var o = options;
        return new TransformerBlock(width, new Options(o.heads, o.inner, o.dropout, other, o.normalizeFirst, o.causal));
    }

    /** The same with z = x + attention(norm₁(x)), y = z + W₂·φ(W₁·norm₂(z) + b₁) + b₂ (Xiong et al. 2020). */
    public TransformerBlock normalizeFirst() {
        var o = options;
        return new TransformerBlock(width, new Options(o.heads, o.inner, o.dropout, o.activation, true, o.causal));
    }

    /** The same where no place sees those behind it. */
    public TransformerBlock causal() {
        var o = options;
        return new TransformerBlock(
                width, new Options(o.heads, o.inner, o.dropout, o.activation, o.normalizeFirst, true));
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (x.rank() != 3 || x.dim(2) != width) {
            throw Checks.wrongInput(this, "[B, T, " + width + "]", x);
        }
        if (options.normalizeFirst) {
            Tensor z = x.add(attend(mode.call("norm1", first, x), mode));
            return z.add(think(mode.call("norm2", second, z), mode));
        }
        Tensor z = mode.call("norm1", first, x.add(attend(x, mode)));
        return mode.call("norm2", second, z.add(think(z, mode)));
    }

    private Tensor attend(Tensor x, Mode mode) {
        return dropout.forward(mode.call("self_attn", attention, x), mode);
    }

    private Tensor think(Tensor x, Mode mode) {
        Tensor wide = mode.call("activation", options.activation, mode.call("linear1", widening, x)); // [B, T, N]
        return dropout.forward(mode.call("linear2", narrowing, dropout.forward(wide, mode)), mode);
    }

    @Override
    public Map<String, Layer> children() {
        var children = new LinkedHashMap<String, Layer>();
        children.put("self_attn", attention);
        children.put("linear1", widening);
        children.put("activation", options.activation);
        children.put("linear2", narrowing);
        children.put("norm1", first);
        children.put("norm2", second);
        return children;
    }

    @Override
    public String toString() {
        return describe();
    }
}
