package org.culebra.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.culebra.data.Batch;
import org.culebra.data.Catalogue;
import org.culebra.data.DataPlaces;
import org.culebra.data.Loader;
import org.culebra.data.Splits;
import org.culebra.data.Transform;
import org.culebra.kernel.Machine;
import org.culebra.models.DropoutCnn;
import org.culebra.models.LeNet5;
import org.culebra.models.Mlp;
import org.culebra.models.SmallCnn;
import org.culebra.nn.Activation;
import org.culebra.nn.Layer;
import org.culebra.tensor.Random;

/**
 * The recipes that classify, and vae, trained by PyTorch: same data in the same order, same first weights, same configuration. Prints
 * the test accuracy, or loss, to be compared with that of {@code culebra train}.
 *
 * <pre>mvn -q -Pbench test-compile exec:exec
 *     -Dexec.args="@.jvmconfig -cp %classpath org.culebra.bench.TorchRecipes RECIPE SEED EPOCHS [DATA-DIR]"</pre>
 */
public final class TorchRecipes {
    private static final long[] ONE = {1, 1};
    private static final long[] NONE = {0, 0};
    private static final long[] TWO = {2, 2};
    private static final int TEST_BATCH = 1000;

    private TorchRecipes() {}

    /** Logits of x with parameters p, in training or not. */
    @FunctionalInterface
    private interface Net {
        Tensor of(Tensor[] p, Tensor x, boolean training);
    }

    /**
     * A recipe.
     *
     * @param data its name in the catalogue
     */
    private record Setting(
            String data, Transform transform, Supplier<? extends Layer> model, Net net, int batch, Steps steps) {}

    /** Makes an optimizer for so many epochs. */
    @FunctionalInterface
    private interface Steps {
        Step of(Tensor[] parameters, int epochs);
    }

    private static final Transform NORMALIZED = Transform.normalize(255, .1307, .3081);

    private static final Map<String, Setting> SETTINGS = Map.of(
            "fashion-cnn",
                    new Setting(
                            "fashion-mnist",
                            NORMALIZED,
                            SmallCnn::create,
                            (p, x, _) -> TorchNet.smallCnn(p, x),
                            1000,
                            TorchRecipes::adamAlongCosine),
            "fashion-cnn-constant", plain("fashion-mnist", NORMALIZED, SmallCnn::create, TorchNet::smallCnn, 1000),
            "mnist-cnn", plain("mnist", NORMALIZED, SmallCnn::create, TorchNet::smallCnn, 1000),
            "fashion-mlp",
                    plain(
                            "fashion-mnist",
                            Transform.unit(),
                            () -> Mlp.create(Activation.RELU, 784, 256, 128, 100, 10),
                            TorchRecipes::mlp,
                            128),
            "mnist-mlp",
                    plain(
                            "mnist",
                            Transform.unit(),
                            () -> Mlp.create(Activation.RELU, 784, 512, 10),
                            TorchRecipes::mlp,
                            128),
            "lenet5", plain("mnist", NORMALIZED, LeNet5::create, TorchNet::leNet, 128),
            "mnist-dropout-cnn",
                    new Setting(
                            "mnist",
                            NORMALIZED,
                            DropoutCnn::create,
                            TorchRecipes::dropoutCnn,
                            64,
                            (p, _) -> new Adadelta(p)));

    private static Setting plain(
            String data,
            Transform transform,
            Supplier<? extends Layer> model,
            BiFunction<Tensor[], Tensor, Tensor> net,
            int batch) {
        return new Setting(data, transform, model, (p, x, _) -> net.apply(p, x), batch, TorchRecipes::adam);
    }

    private static Tensor mlp(Tensor[] p, Tensor x) {
        return TorchNet.mlp(p, x.flatten(1, -1));
    }

    private static Tensor dropoutCnn(Tensor[] p, Tensor x, boolean training) {
        Tensor first = torch.relu(torch.conv2d(x, p[0], new TensorOptional(p[1]), ONE, NONE, ONE, 1));
        Tensor second = torch.relu(torch.conv2d(first, p[2], new TensorOptional(p[3]), ONE, NONE, ONE, 1));
        Tensor features = torch.dropout(torch.max_pool2d(second, TWO), .25, training);
        Tensor hidden = torch.relu(torch.linear(features.flatten(1, -1), p[4], new TensorOptional(p[5])));
        return torch.linear(torch.dropout(hidden, .5, training), p[6], new TensorOptional(p[7]));
    }

    /** RECIPE SEED EPOCHS [DATA-DIR]. */
    public static void main(String[] args) throws IOException {
        boolean isVae = args[0].equals("vae");
        Setting setting = isVae ? SETTINGS.get("mnist-mlp") : SETTINGS.get(args[0]); // vae has the data of mnist-mlp
        if (setting == null) {
            throw new IllegalArgumentException("known are vae and " + SETTINGS.keySet());
        }
        long seed = Long.parseLong(args[1]);
        int epochs = Integer.parseInt(args[2]);
        Optional<Path> folder = args.length > 3 ? Optional.of(Path.of(args[3])) : Optional.empty();
        Splits splits = Catalogue.named(setting.data)
                .source()
                .load(DataPlaces.standard().chosen(folder));
        torch.manual_seed(seed);
        torch.set_num_threads(Machine.threads()); // of its own accord it takes more on some machines, and is slower
        long start = System.nanoTime();
        double figure = isVae ? TorchVae.train(seed, epochs, splits) : train(setting, seed, epochs, splits);
        System.out.printf(
                Locale.ROOT,
                "%s by PyTorch, seed %d, %d epochs: test %s %.4f, %.0f s%n",
                args[0],
                seed,
                epochs,
                isVae ? "loss" : "accuracy",
                figure,
                (System.nanoTime() - start) / 1e9);
    }

    private static double train(Setting setting, long seed, int epochs, Splits splits) {
        // The draws of the recipe, in its order.
        Random random = Random.seeded(seed);
        Layer model = setting.model.get();
        model.initialize(random.split());
        Tensor[] parameters = model.parameters().stream()
                .map(weight -> Pair.of(weight).theirs().set_requires_grad(true))
                .toArray(Tensor[]::new);
        Loader loader = Loader.of(splits.training())
                .batchSize(setting.batch)
                .shuffle(random)
                .transform(setting.transform);
        Step step = setting.steps.of(parameters, epochs);
        for (int epoch = 0; epoch < epochs; epoch++) {
            for (Batch batch : loader) {
                try (var _ = new PointerScope()) {
                    for (Tensor parameter : parameters) {
                        parameter.mutable_grad().reset();
                    }
                    Tensor x = Pair.of(batch.inputs()).theirs();
                    torch.cross_entropy_loss(setting.net.of(parameters, x, true), labels(batch))
                            .backward();
                    try (var _ = new NoGradGuard()) {
                        step.step(epoch);
                    }
                }
            }
        }
        return accuracy(setting, parameters, splits);
    }

    private static Tensor labels(Batch batch) {
        return torch.tensor(batch.targets().toLongArray());
    }

    private static double accuracy(Setting setting, Tensor[] parameters, Splits splits) {
        long right = 0;
        Loader test = Loader.of(splits.test()).batchSize(TEST_BATCH).transform(setting.transform);
        for (Batch batch : test) {
            try (var _ = new PointerScope();
                    var _ = new NoGradGuard()) {
                Tensor x = Pair.of(batch.inputs()).theirs();
                Tensor predicted = setting.net.of(parameters, x, false).argmax(new LongOptional(1), false);
                right += predicted.eq(labels(batch)).sum().item_long();
            }
        }
        return (double) right / splits.test().size();
    }

    /** A step of an optimizer in some epoch, from 0. */
    @FunctionalInterface
    private interface Step {
        void step(int epoch);
    }

    private static Step adam(Tensor[] parameters, int epochs) {
        var adam = new Adam(new TensorVector(parameters), new AdamOptions(1e-3));
        return _ -> adam.step();
    }

    private static Step adamAlongCosine(Tensor[] parameters, int epochs) {
        double rate = 3e-3;
        var adam = new Adam(new TensorVector(parameters), new AdamOptions(rate));
        return epoch -> {
            adam.param_groups().get(0).options().set_lr(rate * (1 + Math.cos(Math.PI * epoch / epochs)) / 2);
            adam.step();
        };
    }

    /** torch.optim.Adadelta, which PyTorch has in Python only: lr 1, ρ .9, ε 1e-6, and lr·.7 per epoch. */
    private static final class Adadelta implements Step {
        private static final double RHO = .9;
        private static final double EPSILON = 1e-6;
        private static final double GAMMA = .7;

        private final Tensor[] parameters;
        private final List<Tensor> squares = new ArrayList<>();
        private final List<Tensor> changes = new ArrayList<>();

        private Adadelta(Tensor[] parameters) {
            this.parameters = parameters;
            for (Tensor parameter : parameters) {
                squares.add(torch.zeros_like(parameter));
                changes.add(torch.zeros_like(parameter));
            }
        }

        @Override
        public void step(int epoch) {
            double rate = Math.pow(GAMMA, epoch);
            for (int i = 0; i < parameters.length; i++) {
                Tensor gradient = parameters[i].grad();
                Tensor square = squares.get(i);
                Tensor change = changes.get(i);
                square.mul_(new Scalar(RHO)).addcmul_(gradient, gradient, new Scalar(1 - RHO));
                Tensor delta = change.add(new Scalar(EPSILON))
                        .sqrt_()
                        .div_(square.add(new Scalar(EPSILON)).sqrt_())
                        .mul_(gradient);
                change.mul_(new Scalar(RHO)).addcmul_(delta, delta, new Scalar(1 - RHO));
                parameters[i].add_(delta, new Scalar(-rate));
            }
        }
    }
}
