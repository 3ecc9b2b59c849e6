package org.culebra.bench;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.culebra.bench.Row.Cost;
import org.culebra.bench.Row.Sides;
import org.culebra.data.Batch;
import org.culebra.models.Dcgan;
import org.culebra.nn.GanLoss;
import org.culebra.nn.Layer;
import org.culebra.nn.Mode;
import org.culebra.tensor.Random;
import org.culebra.train.Adversarial;
import org.culebra.train.Player;
import org.culebra.train.Task;

/** A step of both sides of a GAN beside eager PyTorch: the same weights, the same images, the same latents. */
final class GanRows {
    private static final double RATE = 2e-4;
    private static final double BETA1 = .5;
    private static final double BETA2 = .999;

    private GanRows() {}

    static List<Row> rows() {
        return List.of(dcgan(32, 64, 64), dcgan(28, 64, 128));
    }

    private static Row dcgan(int side, int width, int count) {
        String name = "training DCGAN " + side + "×" + side + ", width " + width + ", batch " + count;
        return new Row(name, Cost.UNKNOWN, () -> {
            var model = new Dcgan(side, 1, width, 100);
            Layer g = model.generator();
            Layer d = model.discriminator(Dcgan.Normalization.BATCH, 1);
            var random = Random.seeded(0);
            g.initialize(random);
            d.initialize(random);
            Pair x = Pair.uniform(count, 1, side, side);
            Pair z = Pair.normal(count, 100);
            return Sides.stateful(ours(g, d, x, z), () -> new TorchGan(x, z, weights(g), weights(d))::step)
                    .tolerance(1e-3);
        });
    }

    private static List<Pair> weights(Layer model) {
        return model.parameters().stream().map(Pair::of).toList();
    }

    private static Supplier<?> ours(Layer g, Layer d, Pair x, Pair z) {
        var mode = Mode.training(Random.seeded(1));
        var batch = new Batch(x.ours(), org.culebra.tensor.Tensor.zeros(x.ours().dim(0)));
        var discriminator = Player.of("discriminator", d, adam(d), turn -> {
            var fake = turn.fixed(() -> g.forward(z.ours(), turn.mode()));
            return GanLoss.NON_SATURATING.discriminator(
                    d.forward(turn.batch().inputs(), turn.mode()), d.forward(fake, turn.mode()));
        });
        var generator = Player.of(
                "generator",
                g,
                adam(g),
                turn -> GanLoss.NON_SATURATING.generator(d.forward(g.forward(z.ours(), turn.mode()), turn.mode())));
        var game = Adversarial.of(discriminator, generator);
        return () -> {
            Map<String, Double> losses = game.step(batch, mode);
            return losses.getOrDefault(Task.LOSS, Double.NaN) + losses.getOrDefault("generator_loss", Double.NaN);
        };
    }

    private static org.culebra.optim.Adam adam(Layer model) {
        return org.culebra.optim.Adam.of(model.parameters()).betas(BETA1, BETA2).learningRate(RATE);
    }

    /** Both networks in PyTorch. */
    private static final class TorchGan {
        private static final long[] TWO = {2, 2};
        private static final long[] ONE = {1, 1};
        private static final long[] NONE = {0, 0};

        private final Tensor x;
        private final Tensor z;
        private final Tensor[] g;
        private final Tensor[] d;
        private final Adam adamG;
        private final Adam adamD;

        TorchGan(Pair x, Pair z, List<Pair> g, List<Pair> d) {
            this.x = x.theirs();
            this.z = z.theirs();
            this.g = g.stream().map(Pair::theirs).toArray(Tensor[]::new);
            this.d = d.stream().map(Pair::theirs).toArray(Tensor[]::new);
            adamG = adam(this.g);
            adamD = adam(this.d);
        }

        private static Adam adam(Tensor[] weights) {
            var options = new AdamOptions(RATE);
            options.betas().put(BETA1, BETA2);
            return new Adam(new TensorVector(weights), options);
        }

        private static void learn(Tensor[] weights, boolean yes) {
            for (Tensor weight : weights) {
                weight.set_requires_grad(yes);
            }
        }

        private static Tensor batchNorm(Tensor y, Tensor scale, Tensor shift) {
            return torch.batch_norm(
                    y,
                    new TensorOptional(scale),
                    new TensorOptional(shift),
                    new TensorOptional(),
                    new TensorOptional(),
                    true,
                    .1,
                    1e-5,
                    false);
        }

        private Tensor generated() {
            Tensor y = torch.linear(z, g[0]);
            long channels = g[1].size(0);
            long side = Math.round(Math.sqrt((double) y.size(1) / channels));
            y = torch.relu(batchNorm(y.view(y.size(0), channels, side, side), g[1], g[2]));
            int last = g.length - 2;
            for (int i = 3; i < last; i += 3) {
                y = torch.conv_transpose2d(y, g[i], new TensorOptional(), TWO, ONE, NONE, 1, ONE);
                y = torch.relu(batchNorm(y, g[i + 1], g[i + 2]));
            }
            var bias = new TensorOptional(g[last + 1]);
            return torch.tanh(torch.conv_transpose2d(y, g[last], bias, TWO, ONE, NONE, 1, ONE));
        }

        private Tensor judged(Tensor images) {
            Tensor y = leaky(torch.conv2d(images, d[0], new TensorOptional(d[1]), TWO, ONE, ONE, 1));
            int last = d.length - 2;
            for (int i = 2; i < last; i += 3) {
                y = torch.conv2d(y, d[i], new TensorOptional(), TWO, ONE, ONE, 1);
                y = leaky(batchNorm(y, d[i + 1], d[i + 2]));
            }
            return torch.linear(y.flatten(1, -1), d[last], new TensorOptional(d[last + 1]));
        }

        private static Tensor leaky(Tensor y) {
            return torch.leaky_relu(y, new Scalar(.2));
        }

        double step() {
            try (var _ = new PointerScope()) {
                learn(d, true);
                adamD.zero_grad();
                Tensor fake;
                try (var _ = new NoGradGuard()) {
                    fake = generated();
                }
                Tensor telling = torch.softplus(judged(x).neg())
                        .mean()
                        .add(torch.softplus(judged(fake)).mean());
                telling.backward();
                adamD.step();
                learn(d, false); // as for us, nothing is computed for the other side's weights
                learn(g, true);
                adamG.zero_grad();
                Tensor fooling = torch.softplus(judged(generated()).neg()).mean();
                fooling.backward();
                adamG.step();
                learn(g, false);
                return (double) telling.item_float() + fooling.item_float();
            }
        }
    }
}
