package org.culebra.bench;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.culebra.bench.Row.Cost;
import org.culebra.bench.Row.Sides;
import org.culebra.models.LeNet5;
import org.culebra.models.ResNet9;
import org.culebra.models.SmallCnn;
import org.culebra.nn.Activation;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Losses;
import org.culebra.nn.Mode;
import org.culebra.nn.Sequential;
import org.culebra.optim.Adam;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;

/** Whole steps of training, forward, backward and optimizer, and inference, beside eager PyTorch: the same weights, the same batch. */
final class TrainingRows {
    private TrainingRows() {}

    static List<Row> rows() {
        return List.of(
                training("small CNN", 128, SmallCnn::create, TorchNet::smallCnn, 1, 28, 28),
                training("small CNN", 1000, SmallCnn::create, TorchNet::smallCnn, 1, 28, 28),
                training("MLP 784-512-512-10", 128, TrainingRows::mlp, TorchNet::mlp, 784),
                training("MLP 784-512-512-10", 1000, TrainingRows::mlp, TorchNet::mlp, 784),
                training("LeNet-5", 128, LeNet5::create, TorchNet::leNet, 1, 28, 28),
                training("residual net of 8 convolutions", 64, () -> ResNet9.create(32), TorchNet::resNet, 3, 32, 32),
                inference("small CNN", 1, SmallCnn::create, TorchNet::smallCnn, 1, 28, 28),
                inference("small CNN", 256, SmallCnn::create, TorchNet::smallCnn, 1, 28, 28));
    }

    private static Layer mlp() {
        return new Sequential(
                Linear.of(784, 512), Activation.RELU, Linear.of(512, 512), Activation.RELU, Linear.of(512, 10));
    }

    private static Pair batch(long count, long... dims) {
        long[] all = new long[dims.length + 1];
        all[0] = count;
        System.arraycopy(dims, 0, all, 1, dims.length);
        return Pair.normal(all);
    }

    private static List<Pair> weights(Layer model) {
        return model.parameters().stream().map(Pair::of).toList();
    }

    private static Row training(
            String name,
            int count,
            Supplier<? extends Layer> maker,
            BiFunction<Tensor[], Tensor, Tensor> network,
            long... dims) {
        return new Row("training " + name + ", batch " + count, Cost.UNKNOWN, () -> {
            var random = Random.seeded(0);
            Pair x = batch(count, dims);
            Pair labels = Pair.indices(10, count);
            Layer model = maker.get();
            model.initialize(random);
            var adam = Adam.of(model.parameters());
            var mode = Mode.training(random);
            return Sides.stateful(
                    () -> {
                        try (var tape = Tape.open()) {
                            var loss = Losses.crossEntropy(model.forward(x.ours(), mode), labels.ours());
                            adam.step(tape.gradients(loss));
                            return loss.item();
                        }
                    },
                    () -> new TorchNet(x, labels, weights(model), network)::step);
        });
    }

    private static Row inference(
            String name,
            int count,
            Supplier<? extends Layer> maker,
            BiFunction<Tensor[], Tensor, Tensor> network,
            long... dims) {
        return new Row("inference " + name + ", batch " + count, Cost.UNKNOWN, () -> {
            Pair x = batch(count, dims);
            Layer model = maker.get();
            model.initialize(Random.seeded(0));
            return Sides.stateful(() -> model.forward(x.ours(), Mode.EVALUATION), () -> {
                var torch = new TorchNet(x, Pair.indices(10, count), weights(model), network);
                return () -> {
                    try (var guard = new NoGradGuard()) {
                        Tensor y = torch.forward();
                        return guard.isNull() ? null : y;
                    }
                };
            });
        });
    }
}
