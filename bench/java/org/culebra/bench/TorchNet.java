package org.culebra.bench;

import java.util.List;
import java.util.function.BiFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** A classifier in PyTorch, eager, trained by Adam on one batch: the peer of our training steps. */
final class TorchNet {
    private static final long[] ONE = {1, 1};
    private static final long[] TWO = {2, 2};

    private final Tensor x;
    private final Tensor labels;
    private final Tensor[] parameters;
    private final BiFunction<Tensor[], Tensor, Tensor> network;
    private final Adam adam;

    /**
     * A net on one batch.
     *
     * @param weights first values of the parameters
     * @param network logits from the parameters and x
     */
    TorchNet(Pair x, Pair labels, List<Pair> weights, BiFunction<Tensor[], Tensor, Tensor> network) {
        this.x = x.theirs();
        this.labels = labels.theirs();
        this.network = network;
        parameters = weights.stream()
                .map(weight -> weight.theirs().set_requires_grad(true))
                .toArray(Tensor[]::new);
        adam = new Adam(new TensorVector(parameters), new AdamOptions(1e-3));
    }

    /** The small CNN of 83,466 parameters. */
    static Tensor smallCnn(Tensor[] p, Tensor x) {
        Tensor first = torch.conv2d(x, p[0], new TensorOptional(p[1]), ONE, TWO, ONE, 1);
        Tensor pooled = torch.max_pool2d(torch.relu(first), TWO, TWO, new long[2], ONE, false);
        Tensor second = torch.conv2d(pooled, p[2], new TensorOptional(p[3]), ONE, TWO, ONE, 1);
        Tensor features = torch.max_pool2d(torch.relu(second), TWO, TWO, new long[2], ONE, false);
        return torch.linear(features.flatten(1, -1), p[4], new TensorOptional(p[5]));
    }

    /** Linear layers with ReLU between them. */
    static Tensor mlp(Tensor[] p, Tensor x) {
        Tensor y = x;
        for (int i = 0; i < p.length; i += 2) {
            y = torch.linear(i == 0 ? y : torch.relu(y), p[i], new TensorOptional(p[i + 1]));
        }
        return y;
    }

    Tensor forward() {
        return network.apply(parameters, x);
    }

    /** Forward, backward and Adam's step; the loss before it. */
    double step() {
        try (var _ = new PointerScope()) {
            adam.zero_grad();
            Tensor loss = torch.cross_entropy_loss(forward(), labels);
            loss.backward();
            adam.step();
            return loss.item_float();
        }
    }
}
