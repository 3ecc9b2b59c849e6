package org.culebra.bench;

import java.util.Iterator;
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
import org.culebra.models.StyleGan2;
import org.culebra.models.StyleGenerator.Noise;
import org.culebra.nn.GanLoss;
import org.culebra.nn.Layer;
import org.culebra.nn.Model;
import org.culebra.tensor.Random;
import org.culebra.train.Adversarial;
import org.culebra.train.Player;
import org.culebra.train.Task;

/**
 * A step of both sides of a StyleGAN 2 without its regularizers, which come at few steps only, beside eager PyTorch: the same weights,
 * images, latents and noise. PyTorch's modulated convolutions scale activations, too, as its authors' do in training.
 */
final class StyleGanRows {
    private static final double RATE = .0025;
    private static final double BETA2 = .99;
    private static final int LATENTS = 64;
    private static final int DEPTH = 2;

    private StyleGanRows() {}

    static List<Row> rows() {
        return List.of(styleGan2(32, 64, 32));
    }

    private static Row styleGan2(int side, int channels, int count) {
        String name = "training StyleGAN 2 " + side + "×" + side + ", " + channels + " channels, batch " + count;
        return new Row(name, Cost.UNKNOWN, () -> {
            var g = new StyleGan2.Generator(1, side, LATENTS, DEPTH, channels);
            Layer d = StyleGan2.discriminator(1, side, channels);
            var random = Random.seeded(0);
            g.initialize(random);
            d.initialize(random);
            Pair x = Pair.uniform(count, 1, side, side);
            Pair z = Pair.normal(count, LATENTS);
            List<Pair> noise = g.buffersByPath().entrySet().stream()
                    .filter(buffer -> buffer.getKey().endsWith("noise"))
                    .map(buffer -> Pair.of(buffer.getValue().value()))
                    .toList();
            return Sides.stateful(ours(g, d, x, z), () -> new TorchStyleGan(x, z, noise, weights(g), weights(d))::step)
                    .tolerance(1e-3);
        });
    }

    private static List<Pair> weights(Model model) {
        return model.parameters().stream().map(Pair::of).toList();
    }

    private static Supplier<?> ours(StyleGan2.Generator g, Layer d, Pair x, Pair z) {
        var mode = org.culebra.nn.Mode.training(Random.seeded(1));
        var batch = new Batch(x.ours(), org.culebra.tensor.Tensor.zeros(x.ours().dim(0)));
        Supplier<org.culebra.tensor.Tensor> fakes = () -> g.synthesize(g.styles(g.map(z.ours())), Noise.FIXED);
        var discriminator = Player.of(
                "discriminator",
                d,
                adam(d),
                turn -> GanLoss.NON_SATURATING.discriminator(
                        d.forward(turn.batch().inputs()), d.forward(turn.fixed(fakes))));
        var generator =
                Player.of("generator", g, adam(g), turn -> GanLoss.NON_SATURATING.generator(d.forward(fakes.get())));
        var game = Adversarial.of(discriminator, generator);
        return () -> {
            Map<String, Double> losses = game.step(batch, mode);
            return losses.getOrDefault(Task.LOSS, Double.NaN) + losses.getOrDefault("generator_loss", Double.NaN);
        };
    }

    private static org.culebra.optim.Adam adam(Model model) {
        return org.culebra.optim.Adam.of(model.parameters()).betas(0, BETA2).learningRate(RATE);
    }

    /** Both networks in PyTorch. */
    private static final class TorchStyleGan {
        private static final long[] TWO = {2, 2};
        private static final long[] ONE = {1, 1};
        private static final long[] NONE = {0, 0};
        private static final double GAIN = Math.sqrt(2);

        private final Tensor x;
        private final Tensor z;
        private final List<Tensor> noise;
        private final Tensor[] g;
        private final Tensor[] d;
        private final Adam adamG;
        private final Adam adamD;

        /** 1-3-3-1 along both axes, divided by its sum: [1, 1, 4, 4]. */
        private final Tensor filter;

        TorchStyleGan(Pair x, Pair z, List<Pair> noise, List<Pair> g, List<Pair> d) {
            this.x = x.theirs();
            this.z = z.theirs();
            this.noise = noise.stream().map(Pair::theirs).toList();
            this.g = g.stream().map(Pair::theirs).toArray(Tensor[]::new);
            this.d = d.stream().map(Pair::theirs).toArray(Tensor[]::new);
            adamG = adam(this.g);
            adamD = adam(this.d);
            var taps = org.culebra.tensor.Tensor.of(new float[] {.125f, .375f, .375f, .125f}, 4);
            filter = Pair.of(taps.outer(taps).reshape(1, 1, 4, 4)).theirs();
        }

        private static Adam adam(Tensor[] weights) {
            var options = new AdamOptions(RATE);
            TorchTrajectories.betas(options.betas(), 0, BETA2);
            return new Adam(new TensorVector(weights), options);
        }

        private static void learn(Tensor[] weights, boolean yes) {
            for (Tensor weight : weights) {
                weight.set_requires_grad(yes);
            }
        }

        // ------------------------------------------------------------ parts

        private static Tensor leaky(Tensor y, double gain) {
            return torch.leaky_relu(y, new Scalar(.2)).mul(new Scalar(gain));
        }

        /** x·(c·W)ᵀ + rate·b. */
        private static Tensor linear(Tensor x, Iterator<Tensor> p, double rate) {
            Tensor weight = p.next();
            Tensor scaled = weight.mul(new Scalar(rate / Math.sqrt((double) weight.size(1))));
            return torch.linear(x, scaled, new TensorOptional(p.next().mul(new Scalar(rate))));
        }

        private static Tensor scaled(Tensor weight, double gain) {
            double fan = (double) weight.size(1) * weight.size(2) * weight.size(3);
            return weight.mul(new Scalar(gain / Math.sqrt(fan)));
        }

        private static Tensor conv(Tensor x, Tensor weight, long stride, long padding) {
            return torch.conv2d(
                    x,
                    weight,
                    new TensorOptional(),
                    new long[] {stride, stride},
                    new long[] {padding, padding},
                    ONE,
                    1);
        }

        private static Tensor planes(Tensor bias) {
            return bias.view(-1, 1, 1);
        }

        /** Each plane by itself. */
        private Tensor filtered(Tensor x, double gain, long stride, long padding) {
            long channels = x.size(1);
            Tensor each = filter.mul(new Scalar(gain)).expand(channels, 1, 4, 4);
            return torch.conv2d(
                    x,
                    each,
                    new TensorOptional(),
                    new long[] {stride, stride},
                    new long[] {padding, padding},
                    ONE,
                    channels);
        }

        // ------------------------------------------------------------ the generator

        private Tensor toImage(Tensor x, Tensor w, Iterator<Tensor> p) {
            Tensor bias = p.next();
            Tensor s = linear(w, p, 1);
            Tensor y = conv(x.mul(s.view(s.size(0), -1, 1, 1)), scaled(p.next(), 1), 1, 0);
            return y.add(bias);
        }

        private Tensor styled(Tensor x, Tensor w, Iterator<Tensor> p, Tensor added, boolean up) {
            Tensor strength = p.next();
            Tensor bias = p.next();
            Tensor s = linear(w, p, 1);
            Tensor weight = scaled(p.next(), 1);
            Tensor modulated = x.mul(s.view(s.size(0), -1, 1, 1));
            Tensor y;
            if (up) {
                Tensor turned = weight.permute(1, 0, 2, 3);
                y = torch.conv_transpose2d(modulated, turned, new TensorOptional(), TWO, NONE, NONE, 1, ONE);
                y = filtered(y, 4, 1, 1);
            } else {
                y = conv(modulated, weight, 1, 1);
            }
            Tensor sums = torch.matmul(s.square(), weight.square().sum(2, 3).transpose(0, 1));
            Tensor roots = sums.add(new Scalar(1e-8)).rsqrt().view(s.size(0), -1, 1, 1);
            return leaky(y.mul(roots).add(added.mul(strength)).add(bias), GAIN);
        }

        private Tensor generated() {
            Iterator<Tensor> p = List.of(g).iterator();
            Iterator<Tensor> n = noise.iterator();
            Tensor constant = p.next();
            Tensor w = z.mul(z.square()
                    .mean(new long[] {1}, true, new org.bytedeco.pytorch.ScalarTypeOptional())
                    .add(new Scalar(1e-8))
                    .rsqrt());
            for (int i = 0; i < DEPTH; i++) {
                w = leaky(linear(w, p, .01), GAIN);
            }
            Tensor y = constant.expand(z.size(0), -1, -1, -1);
            y = styled(y, w, p, n.next(), false);
            Tensor image = toImage(y, w, p);
            while (p.hasNext()) {
                y = styled(y, w, p, n.next(), true);
                y = styled(y, w, p, n.next(), false);
                Tensor doubling = filter.mul(new Scalar(4)).expand(image.size(1), 1, 4, 4);
                Tensor larger = torch.conv_transpose2d(
                        image, doubling, new TensorOptional(), TWO, ONE, NONE, image.size(1), ONE);
                image = larger.add(toImage(y, w, p));
            }
            return image;
        }

        // ------------------------------------------------------------ the discriminator

        private static Tensor convLeaky(Tensor x, Iterator<Tensor> p, long stride, long padding, double gain) {
            Tensor y = conv(x, scaled(p.next(), 1), stride, padding);
            return leaky(y.add(planes(p.next())), gain);
        }

        private Tensor judged(Tensor images) {
            Iterator<Tensor> p = List.of(d).iterator();
            Tensor y = convLeaky(images, p, 1, 0, GAIN);
            while (y.size(2) > 4) {
                Tensor inner = convLeaky(y, p, 1, 1, GAIN);
                inner = convLeaky(filtered(inner, 1, 1, 2), p, 2, 0, 1);
                y = inner.add(conv(filtered(y, 1, 2, 1), scaled(p.next(), Math.sqrt(.5)), 1, 0));
            }
            y = convLeaky(withDeviation(y), p, 1, 1, GAIN);
            y = leaky(linear(y.flatten(1, -1), p, 1), GAIN);
            return linear(y, p, 1);
        }

        private static Tensor withDeviation(Tensor y) {
            long batch = y.size(0);
            Tensor grouped = y.reshape(4, batch / 4, y.size(1), 4, 4);
            Tensor centred =
                    grouped.sub(grouped.mean(new long[] {0}, true, new org.bytedeco.pytorch.ScalarTypeOptional()));
            Tensor deviation =
                    centred.square().mean(0).add(new Scalar(1e-8)).sqrt().mean(1, 2, 3);
            Tensor channel =
                    deviation.expand(4, batch / 4).reshape(batch, 1, 1, 1).expand(batch, 1, 4, 4);
            return torch.cat(new TensorVector(y, channel), 1);
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
