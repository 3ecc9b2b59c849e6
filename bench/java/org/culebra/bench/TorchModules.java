package org.culebra.bench;

import java.util.Map;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.culebra.models.Mlp;
import org.culebra.nn.Activation;
import org.culebra.nn.Layer;
import org.culebra.nn.Sequential;
import org.culebra.tensor.Random;

/** The two modules of {@code end-to-end} in PyTorch: a denoiser and a classifier behind it, with noise of its own. */
final class TorchModules implements TorchLearner {
    private static final double NOISE = 1;
    private static final double RATE = 1e-3;

    /** What is made small: see the recipe. */
    enum Training {
        APART,
        IN_TURN,
        TOGETHER
    }

    private final Training training;
    private final Tensor[] denoiser;
    private final Tensor[] classifier;
    private final Adam denoising;
    private final Adam classifying;

    TorchModules(int pixels, Training training, Random random) {
        this.training = training;
        Layer first = Mlp.create(Activation.RELU, pixels, 128, 16, 128, pixels);
        Layer second = Mlp.create(Activation.RELU, pixels, 64, 10);
        new Sequential(first, second).initialize(random);
        denoiser = TorchLearner.parameters(first);
        classifier = TorchLearner.parameters(second);
        denoising = new Adam(new TensorVector(denoiser), new AdamOptions(RATE));
        classifying = new Adam(new TensorVector(classifier), new AdamOptions(RATE));
    }

    private Tensor denoised(Tensor clean) {
        Tensor noisy = clean.add(torch.randn_like(clean).mul(new Scalar(NOISE)));
        return TorchLearner.forward(denoiser, noisy, torch::relu);
    }

    private Tensor classified(Tensor image) {
        return TorchLearner.forward(classifier, image, torch::relu);
    }

    @Override
    public double step(Tensor x, Tensor labels) {
        TorchLearner.clear(denoiser);
        TorchLearner.clear(classifier);
        Tensor clean = x.flatten(1, -1);
        Tensor seen = denoised(clean);
        Tensor given = switch (training) {
            case APART -> clean;
            case IN_TURN -> seen.detach();
            case TOGETHER -> seen;
        };
        Tensor loss = torch.cross_entropy_loss(classified(given), labels);
        Tensor total = training == Training.TOGETHER ? loss : loss.add(torch.mse_loss(seen, clean));
        total.backward();
        try (var _ = new NoGradGuard()) {
            denoising.step();
            classifying.step();
        }
        return loss.item_double();
    }

    @Override
    public Map<String, Double> test(Tensor x, Tensor labels) {
        Tensor clean = x.flatten(1, -1);
        Tensor seen = denoised(clean);
        return Map.of(
                "accuracy", TorchLearner.right(classified(seen), labels),
                "clean_accuracy", TorchLearner.right(classified(clean), labels),
                "denoising_error", torch.mse_loss(seen, clean).item_double() * x.size(0));
    }
}
