package org.culebra.models;

import java.util.LinkedHashMap;
import java.util.Map;
import org.culebra.nn.Activation;
import org.culebra.nn.Conv2d;
import org.culebra.nn.Flatten;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.MaxPool2d;
import org.culebra.nn.Mode;
import org.culebra.nn.Sequential;
import org.culebra.tensor.Tensor;

/**
 * y = W·relu(f(x)) + b: a small convolutional classifier whose last hidden layer, before its ReLU, are the features f that generated images
 * are measured in: [B, C, S, S] from 0 to 1 → features [B, 64] → logits [B, K].
 *
 * <p>Features before the ReLU are nearer to a normal distribution, which the Fréchet distance takes them for.
 */
public final class JudgeCnn implements Layer {
    /** The number of features. */
    public static final int FEATURES = 64;

    private final Sequential features;
    private final Linear head;

    private JudgeCnn(Sequential features, Linear head) {
        this.features = features;
        this.head = head;
    }

    /**
     * The network, not yet initialized.
     *
     * @param channels C
     * @param side S, a multiple of 4
     * @param classes K
     * @throws IllegalArgumentException if the side is no multiple of 4
     */
    public static JudgeCnn create(int channels, int side, int classes) {
        if (side < 4 || side % 4 != 0) {
            throw new IllegalArgumentException("judge: the side of its images must be a multiple of 4, not " + side);
        }
        long quarter = side / 4;
        var features = new Sequential(
                Conv2d.of(channels, 32, 3).padding(1), // (B, C, S, S) -> (B, 32, S, S)
                Activation.RELU,
                MaxPool2d.of(2), // -> (B, 32, S/2, S/2)
                Conv2d.of(32, 64, 3).padding(1), // -> (B, 64, S/2, S/2)
                Activation.RELU,
                MaxPool2d.of(2), // -> (B, 64, S/4, S/4)
                new Flatten(), // -> (B, 64·(S/4)²)
                Linear.of(64L * quarter * quarter, FEATURES)); // -> (B, 64)
        return new JudgeCnn(features, Linear.of(FEATURES, classes)); // -> (B, K)
    }

    /** f(x): [B, C, S, S] from 0 to 1 → [B, 64]. */
    public Tensor features(Tensor x, Mode mode) {
        return mode.call("features", features, x.mul(2).sub(1));
    }

    /** The logits of features: [B, 64] → [B, K]. */
    public Tensor classify(Tensor found, Mode mode) {
        return mode.call("head", head, found.relu());
    }

    @Override
    public Tensor forward(Tensor x, Mode mode) {
        return classify(features(x, mode), mode);
    }

    @Override
    public Map<String, Layer> children() {
        var children = new LinkedHashMap<String, Layer>();
        children.put("features", features);
        children.put("head", head);
        return children;
    }

    /** {@link #describe}. */
    @Override
    public String toString() {
        return describe();
    }
}
