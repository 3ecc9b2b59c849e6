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
    private static final long[] NONE = {0, 0};

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

    /** LeNet-5 with mean pooling. */
    static Tensor leNet(Tensor[] p, Tensor x) {
        Tensor c1 = torch.tanh(torch.conv2d(x, p[0], new TensorOptional(p[1]), ONE, TWO, ONE, 1));
        Tensor c3 = torch.tanh(torch.conv2d(halved(c1), p[2], new TensorOptional(p[3]), ONE, NONE, ONE, 1));
        Tensor c5 = torch.tanh(torch.conv2d(halved(c3), p[4], new TensorOptional(p[5]), ONE, NONE, ONE, 1));
        Tensor f6 = torch.tanh(torch.linear(c5.flatten(1, -1), p[6], new TensorOptional(p[7])));
        return torch.linear(f6, p[8], new TensorOptional(p[9]));
    }

    private static Tensor halved(Tensor x) {
        return torch.avg_pool2d(x, TWO);
    }

    /** The residual net of eight convolutions: {@link org.culebra.models.ResNet9}. */
    static Tensor resNet(Tensor[] p, Tensor x) {
        Tensor second = most(normalized(p, 3, normalized(p, 0, x)), TWO);
        Tensor third = second.add(normalized(p, 9, normalized(p, 6, second)));
        Tensor fifth = most(normalized(p, 15, most(normalized(p, 12, third), TWO)), TWO);
        Tensor last = fifth.add(normalized(p, 21, normalized(p, 18, fifth)));
        return torch.linear(most(last, new long[] {4, 4}).flatten(1, -1), p[24], new TensorOptional(p[25]));
    }

    private static Tensor most(Tensor x, long[] window) {
        return torch.max_pool2d(x, window, window, NONE, ONE, false);
    }

    /** 3×3, batch norm by the batch's statistics, ReLU, with the parameters from {@code first} on. */
    private static Tensor normalized(Tensor[] p, int first, Tensor x) {
        Tensor y = torch.conv2d(x, p[first], new TensorOptional(), ONE, ONE, ONE, 1);
        var none = new TensorOptional();
        return torch.relu(torch.batch_norm(
                y,
                new TensorOptional(p[first + 1]),
                new TensorOptional(p[first + 2]),
                none,
                none,
                true,
                .1,
                1e-5,
                false));
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
