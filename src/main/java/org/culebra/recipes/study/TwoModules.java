package org.culebra.recipes.study;

import java.util.LinkedHashMap;
import java.util.Map;
import org.culebra.data.Batch;
import org.culebra.data.Batches;
import org.culebra.data.Loader;
import org.culebra.memory.Scope;
import org.culebra.models.Mlp;
import org.culebra.nn.Activation;
import org.culebra.nn.Layer;
import org.culebra.nn.Losses;
import org.culebra.nn.Mode;
import org.culebra.nn.Sequential;
import org.culebra.optim.Adam;
import org.culebra.optim.State;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.Metrics;
import org.culebra.train.Task;

/**
 * A denoiser d and a classifier c, one behind the other: c(d(x + noise)), x: [B, 1, H, W] → logits [B, 10].
 *
 * <p>Each module makes one step per batch, however they are trained.
 */
final class TwoModules implements Task {
    /** Of the noise in the test, which is the same in every test. */
    private static final long TEST_SEED = 8128;

    /** What is made small. */
    enum Training {
        /** ‖d(x + noise) − x‖² by d; the cross-entropy of c(x) by c. */
        APART,
        /** ‖d(x + noise) − x‖² by d; the cross-entropy of c(d(x + noise)) by c alone. */
        IN_TURN,
        /** The cross-entropy of c(d(x + noise)) by both. */
        TOGETHER
    }

    private final Layer denoiser;
    private final Layer classifier;
    private final Layer both;
    private final Adam denoising;
    private final Adam classifying;
    private final double noise;
    private final Training training;

    TwoModules(int pixels, int latent, double noise, double rate, Training training, Random random) {
        this.noise = noise;
        this.training = training;
        denoiser = Mlp.create(Activation.RELU, pixels, 128, latent, 128, pixels);
        classifier = Mlp.create(Activation.RELU, pixels, 64, StudyData.CLASSES);
        both = new Sequential(denoiser, classifier);
        both.initialize(random);
        denoising = Adam.of(denoiser.parameters()).learningRate(rate);
        classifying = Adam.of(classifier.parameters()).learningRate(rate);
    }

    Layer model() {
        return both;
    }

    private Tensor noisy(Tensor clean, Random random) {
        return clean.add(Tensor.normal(random, 0, noise, clean.shape().dims()));
    }

    @Override
    public Map<String, Double> step(Batch batch, Mode mode) {
        try (var tape = Tape.open()) {
            Tensor clean = batch.inputs().flatten(1); // (B, 1, H, W) -> (B, HW)
            Tensor seen = denoiser.forward(noisy(clean, mode.random()), mode); // -> (B, HW)
            Tensor denoisingLoss = Losses.mse(seen, clean);
            Tensor given = training == Training.APART ? clean : training == Training.IN_TURN ? seen.detach() : seen;
            Tensor logits = classifier.forward(given, mode); // -> (B, 10)
            Tensor loss = Losses.crossEntropy(logits, batch.targets());
            double value = loss.item();
            if (Double.isFinite(value)) {
                // One sum: where nothing is shared, each module gets the gradient of its own loss.
                var gradients = tape.gradients(training == Training.TOGETHER ? loss : loss.add(denoisingLoss));
                denoising.step(gradients);
                classifying.step(gradients);
            }
            return Map.of(LOSS, value);
        }
    }

    @Override
    public Map<String, Double> evaluate(Loader data) {
        Random random = Random.seeded(TEST_SEED);
        var accuracy = Metrics.accuracy();
        var clean = Metrics.accuracy();
        double loss = 0;
        double error = 0;
        long count = 0;
        try (Batches batches = data.iterator()) {
            while (batches.hasNext()) {
                Batch batch = batches.next();
                try (var _ = Scope.open("two modules")) {
                    Tensor image = batch.inputs().flatten(1);
                    Tensor seen = denoiser.forward(noisy(image, random));
                    Tensor logits = classifier.forward(seen);
                    accuracy.add(logits, batch.targets());
                    clean.add(classifier.forward(image), batch.targets());
                    loss += batch.size()
                            * Losses.crossEntropy(logits, batch.targets()).item();
                    error += batch.size() * Losses.mse(seen, image).item();
                }
                count += batch.size();
            }
        }
        var figures = new LinkedHashMap<String, Double>();
        figures.put(LOSS, loss / count);
        figures.put("accuracy", accuracy.value());
        figures.put("clean_accuracy", clean.value());
        figures.put("denoising_error", error / count);
        return figures;
    }

    @Override
    public State state() {
        return new State(both.state(), Map.of())
                .prefixed("model")
                .and(denoising.state().prefixed("denoising"))
                .and(classifying.state().prefixed("classifying"));
    }

    @Override
    public void load(State state) {
        both.load(state.under("model").tensors());
        denoising.load(state.under("denoising"));
        classifying.load(state.under("classifying"));
    }
}
