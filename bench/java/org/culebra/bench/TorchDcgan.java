package org.culebra.bench;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** A {@link org.culebra.models.Dcgan} in PyTorch, eager: both networks, their optimizers, and a step of both. */
final class TorchDcgan {
    static final double BETA1 = .5;
    static final double BETA2 = .999;

    private static final long[] TWO = {2, 2};
    private static final long[] ONE = {1, 1};
    private static final long[] NONE = {0, 0};

    private final Net generator;
    private final Net discriminator;
    private final Adam adamG;
    private final Adam adamD;

    /**
     * A network.
     *
     * @param weights in our order
     * @param statistics running mean and variance of each batch normalization
     */
    private record Net(Tensor[] weights, Tensor[] statistics) {
        static Net of(List<Pair> weights) {
            Tensor[] theirs = weights.stream().map(Pair::theirs).toArray(Tensor[]::new);
            var statistics = new ArrayList<Tensor>();
            for (int i = 0; i + 1 < theirs.length; i++) {
                if (theirs[i].dim() == 1 && theirs[i + 1].dim() == 1) { // the scales and shifts of a normalization
                    statistics.add(torch.zeros_like(theirs[i]));
                    statistics.add(torch.ones_like(theirs[i]));
                }
            }
            return new Net(theirs, statistics.toArray(Tensor[]::new));
        }

        void learn(boolean yes) {
            for (Tensor weight : weights) {
                weight.set_requires_grad(yes);
            }
        }

        /** Weights i and i + 1 scale and shift; n is the number of normalizations before. */
        Tensor batchNorm(Tensor y, int i, int n, boolean training) {
            return torch.batch_norm(
                    y,
                    new TensorOptional(weights[i]),
                    new TensorOptional(weights[i + 1]),
                    new TensorOptional(statistics[2 * n]),
                    new TensorOptional(statistics[2 * n + 1]),
                    training,
                    .1,
                    1e-5,
                    false);
        }
    }

    /** What both sides lost. */
    record Losses(double discriminator, double generator) {}

    TorchDcgan(List<Pair> generator, List<Pair> discriminator, double rate) {
        this.generator = Net.of(generator);
        this.discriminator = Net.of(discriminator);
        adamG = adam(this.generator.weights, rate);
        adamD = adam(this.discriminator.weights, rate);
    }

    private static Adam adam(Tensor[] weights, double rate) {
        var options = new AdamOptions(rate);
        TorchTrajectories.betas(options.betas(), BETA1, BETA2);
        return new Adam(new TensorVector(weights), options);
    }

    // ---------------------------------------------------------------- the networks

    private static Tensor generated(Net net, Tensor z, boolean training) {
        Tensor[] g = net.weights;
        Tensor y = torch.linear(z, g[0]);
        long channels = g[1].size(0);
        long side = Math.round(Math.sqrt((double) y.size(1) / channels));
        y = torch.relu(net.batchNorm(y.view(y.size(0), channels, side, side), 1, 0, training));
        int last = g.length - 2;
        for (int i = 3; i < last; i += 3) {
            y = torch.conv_transpose2d(y, g[i], new TensorOptional(), TWO, ONE, NONE, 1, ONE);
            y = torch.relu(net.batchNorm(y, i + 1, i / 3, training));
        }
        var bias = new TensorOptional(g[last + 1]);
        return torch.tanh(torch.conv_transpose2d(y, g[last], bias, TWO, ONE, NONE, 1, ONE));
    }

    private Tensor judged(Tensor images) {
        Tensor[] d = discriminator.weights;
        Tensor y = leaky(torch.conv2d(images, d[0], new TensorOptional(d[1]), TWO, ONE, ONE, 1));
        int last = d.length - 2;
        for (int i = 2; i < last; i += 3) {
            y = torch.conv2d(y, d[i], new TensorOptional(), TWO, ONE, ONE, 1);
            y = leaky(discriminator.batchNorm(y, i + 1, i / 3, true));
        }
        return torch.linear(y.flatten(1, -1), d[last], new TensorOptional(d[last + 1]));
    }

    private static Tensor leaky(Tensor y) {
        return torch.leaky_relu(y, new Scalar(.2));
    }

    // ---------------------------------------------------------------- a step

    /**
     * Non-saturating losses, a move of the discriminator and one of the generator.
     *
     * @param x real images
     * @param first latents of the images that the discriminator sees
     * @param second latents of those that the generator learns from
     */
    Losses step(Tensor x, Tensor first, Tensor second) {
        try (var _ = new PointerScope()) {
            discriminator.learn(true);
            adamD.zero_grad();
            Tensor fake;
            try (var _ = new NoGradGuard()) {
                fake = generated(generator, first, true);
            }
            Tensor telling = torch.softplus(judged(x).neg())
                    .mean()
                    .add(torch.softplus(judged(fake)).mean());
            telling.backward();
            adamD.step();
            discriminator.learn(false); // as for us, nothing is computed for the other side's weights
            generator.learn(true);
            adamG.zero_grad();
            Tensor fooling = torch.softplus(
                            judged(generated(generator, second, true)).neg())
                    .mean();
            fooling.backward();
            adamG.step();
            generator.learn(false);
            return new Losses(telling.item_float(), fooling.item_float());
        }
    }

    // ---------------------------------------------------------------- what it is used with

    /** An exponential average of the generator, its statistics included: a ← a + share·(w − a), the first time w. */
    final class Average {
        private final Net net;
        private final double share;
        private boolean isBegun;

        /** In which weights count half after so many updates; not above 0: the last weights. */
        Average(double updates) {
            share = updates > 0 ? -Math.expm1(Math.log(.5) / updates) : 1;
            net = new Net(clones(generator.weights), clones(generator.statistics));
        }

        private static Tensor[] clones(Tensor[] tensors) {
            Tensor[] clones = new Tensor[tensors.length];
            for (int i = 0; i < clones.length; i++) {
                clones[i] = tensors[i].clone();
            }
            return clones;
        }

        void update() {
            try (var _ = new PointerScope();
                    var _ = new NoGradGuard()) {
                towards(net.weights, generator.weights);
                towards(net.statistics, generator.statistics);
                isBegun = true;
            }
        }

        private void towards(Tensor[] averages, Tensor[] now) {
            for (int i = 0; i < averages.length; i++) {
                averages[i].lerp_(now[i], new Scalar(isBegun ? share : 1));
            }
        }

        /** Images from −1 to 1, as the trained generator makes them. */
        float[] images(Tensor z) {
            try (var _ = new PointerScope();
                    var _ = new NoGradGuard()) {
                return Pair.numbers(generated(net, z, false));
            }
        }
    }
}
