package org.culebra.bench;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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
            return Sides.stateful(ours(g, d, x, z), () -> theirs(g, d, x, z)).tolerance(1e-3);
        });
    }

    static List<Pair> weights(Layer model) {
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
        return org.culebra.optim.Adam.of(model.parameters())
                .betas(TorchDcgan.BETA1, TorchDcgan.BETA2)
                .learningRate(RATE);
    }

    private static Supplier<?> theirs(Layer g, Layer d, Pair x, Pair z) {
        var net = new TorchDcgan(weights(g), weights(d), RATE);
        return () -> {
            TorchDcgan.Losses losses = net.step(x.theirs(), z.theirs(), z.theirs());
            return losses.discriminator() + losses.generator();
        };
    }
}
