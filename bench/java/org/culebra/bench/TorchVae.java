package org.culebra.bench;

import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.culebra.data.Batch;
import org.culebra.data.Loader;
import org.culebra.data.Splits;
import org.culebra.data.Transform;
import org.culebra.models.Likelihood;
import org.culebra.models.Vae;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;

/** The recipe {@code vae} by PyTorch: same data in the same order, same first weights, its own noise. */
final class TorchVae {
    private static final int HIDDEN = 400;
    private static final int LATENTS = 20;
    private static final int BATCH = 128;
    private static final int TEST_BATCH = 1000;

    /** Reduction of a loss: the sum of its terms. */
    private static final long SUM = 2;

    private TorchVae() {}

    /** The test loss after so many epochs: −L, nats per image. */
    static double train(long seed, int epochs, Splits splits) {
        // The draws of the recipe, in its order.
        Random random = Random.seeded(seed);
        Vae model = Vae.create(Shape.of(1, 28, 28), Likelihood.bernoulli(), HIDDEN, LATENTS);
        model.initialize(random.split());
        Tensor[] p = model.parameters().stream()
                .map(weight -> Pair.of(weight).theirs().set_requires_grad(true))
                .toArray(Tensor[]::new);
        Loader loader =
                Loader.of(splits.training()).batchSize(BATCH).shuffle(random).transform(Transform.unit());
        var adam = new Adam(new TensorVector(p), new AdamOptions(1e-3));
        for (int epoch = 0; epoch < epochs; epoch++) {
            for (Batch batch : loader) {
                try (var _ = new PointerScope()) {
                    for (Tensor parameter : p) {
                        parameter.mutable_grad().reset();
                    }
                    loss(p, Pair.of(batch.inputs()).theirs().flatten(1, -1), TorchVae::noise)
                            .backward();
                    try (var _ = new NoGradGuard()) {
                        adam.step();
                    }
                }
            }
        }
        double total = 0;
        for (Batch batch : Loader.of(splits.test()).batchSize(TEST_BATCH).transform(Transform.unit())) {
            try (var _ = new PointerScope();
                    var _ = new NoGradGuard()) {
                total += loss(p, Pair.of(batch.inputs()).theirs().flatten(1, -1), TorchVae::noise)
                        .item_double();
            }
        }
        return total / splits.test().size();
    }

    private static Tensor noise(Tensor deviation) {
        return torch.randn_like(deviation);
    }

    /**
     * −L, summed over the batch, as in PyTorch's example.
     *
     * @param noise makes standard normal numbers of a tensor's shape
     */
    static Tensor loss(Tensor[] p, Tensor x, UnaryOperator<Tensor> noise) {
        Tensor hidden = torch.relu(torch.linear(x, p[0], new TensorOptional(p[1])));
        Tensor both = torch.linear(hidden, p[2], new TensorOptional(p[3]));
        Tensor mean = both.narrow(1, 0, LATENTS);
        Tensor logVariance = both.narrow(1, LATENTS, LATENTS);
        Tensor deviation = logVariance.mul(new Scalar(.5)).exp();
        Tensor z = mean.add(deviation.mul(noise.apply(deviation)));
        Tensor back = torch.relu(torch.linear(z, p[4], new TensorOptional(p[5])));
        Tensor logits = torch.linear(back, p[6], new TensorOptional(p[7]));
        Tensor reconstruction =
                torch.binary_cross_entropy_with_logits(logits, x, new TensorOptional(), new TensorOptional(), SUM);
        Tensor divergence = logVariance
                .add(new Scalar(1.))
                .sub(mean.pow(new Scalar(2.)))
                .sub(logVariance.exp())
                .sum()
                .mul(new Scalar(-.5));
        return reconstruction.add(divergence);
    }
}
