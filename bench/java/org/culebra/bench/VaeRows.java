package org.culebra.bench;

import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.culebra.bench.Row.Cost;
import org.culebra.bench.Row.Sides;
import org.culebra.models.Likelihood;
import org.culebra.models.Vae;
import org.culebra.nn.Mode;
import org.culebra.optim.Adam;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tape;

/** A step of a variational autoencoder beside eager PyTorch: the same weights, the same images, the same noise. */
final class VaeRows {
    private static final int COUNT = 128;
    private static final int HIDDEN = 400;
    private static final int LATENTS = 20;

    private VaeRows() {}

    static List<Row> rows() {
        return List.of(new Row("training VAE 784-400-20-400-784, batch " + COUNT, Cost.UNKNOWN, () -> {
            Vae model = Vae.create(Shape.of(1, 28, 28), Likelihood.bernoulli(), HIDDEN, LATENTS);
            var random = Random.seeded(0);
            model.initialize(random);
            Pair x = Pair.uniform(COUNT, 1, 28, 28);
            Pair noise = Pair.normal(COUNT, LATENTS);
            var adam = Adam.of(model.parameters());
            var mode = Mode.training(random);
            return Sides.stateful(
                    () -> {
                        try (var tape = Tape.open()) {
                            var loss = model.bound(x.ours(), noise.ours(), mode).loss(1, 0);
                            adam.step(tape.gradients(loss));
                            return loss.item();
                        }
                    },
                    () -> theirs(model, x, noise));
        }));
    }

    private static Supplier<?> theirs(Vae model, Pair x, Pair noise) {
        Tensor[] p = model.parameters().stream()
                .map(weight -> Pair.of(weight).theirs().set_requires_grad(true))
                .toArray(Tensor[]::new);
        var adam = new org.bytedeco.pytorch.Adam(new TensorVector(p), new AdamOptions(1e-3));
        return () -> {
            try (var _ = new PointerScope()) {
                adam.zero_grad();
                Tensor loss = TorchVae.loss(p, x.theirs().flatten(1, -1), _ -> noise.theirs())
                        .div(new Scalar((double) COUNT));
                loss.backward();
                adam.step();
                return (double) loss.item_float();
            }
        };
    }
}
