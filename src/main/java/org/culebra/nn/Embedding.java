package org.culebra.nn;

import java.util.Map;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;

/**
 * y = W[x]: rows of a table, one for each index.
 *
 * <p>x: i64[...] with indices from 0 to N − 1 → [..., D], with W [N, D].
 */
public final class Embedding implements Layer {
    private final long count;
    private final long width;
    private final long padding;
    private final Initializer initializer;
    private final Parameter weight;

    private Embedding(long count, long width, long padding, Initializer initializer) {
        this.count = count;
        this.width = width;
        this.padding = padding;
        this.initializer = initializer;
        weight = Parameter.of(this::draw, count, width);
    }

    /**
     * N rows of D numbers, first N(0, 1), as in PyTorch.
     *
     * @throws IllegalArgumentException if a number is not positive
     */
    public static Embedding of(long count, long width) {
        Checks.positive("embedding", "count", count);
        Checks.positive("embedding", "width", width);
        return new Embedding(count, width, -1, Initializer.normal(1));
    }

    /**
     * The same with an index that stands for nothing: zeros, which are not trained.
     *
     * @throws IllegalArgumentException if there is no such row
     */
    public Embedding padding(long index) {
        if (index < 0 || index >= count) {
            throw new IllegalArgumentException(
                    "embedding: the padding must be from 0 to " + (count - 1) + ", not " + index);
        }
        return new Embedding(count, width, index, initializer);
    }

    /** The same with other first rows. */
    public Embedding initializer(Initializer other) {
        return new Embedding(count, width, padding, other);
    }

    private Tensor draw(Random random, Shape shape) {
        Tensor rows = initializer.draw(random, shape);
        if (padding >= 0) {
            rows.select(0, padding).fill(0);
        }
        return rows;
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        if (!x.dtype().isInteger()) {
            throw Checks.wrongInput(this, "i64[...]", x);
        }
        Tensor rows = weight.value().embedding(x);
        return padding < 0 ? rows : rows.mul(x.ne((double) padding).unsqueeze(-1));
    }

    @Override
    public Map<String, Parameter> ownParameters() {
        return Map.of("weight", weight);
    }

    @Override
    public String toString() {
        return "Embedding(" + count + " × " + width + (padding < 0 ? ")" : ", padding " + padding + ")");
    }
}
