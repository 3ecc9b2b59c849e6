package org.culebra.recipes.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.data.Batch;
import org.culebra.nn.Activation;
import org.culebra.nn.Flatten;
import org.culebra.nn.Initializer;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Losses;
import org.culebra.nn.Mode;
import org.culebra.nn.Sequential;
import org.culebra.optim.Sgd;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.report.Plot;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.HealthProbe;
import org.culebra.train.LayerHealth;
import org.culebra.train.Run;
import org.culebra.train.Supervised;

/**
 * {@code study-initialization}: a deep network of sigmoids and one of ReLUs, with first weights that are right, too large and too
 * small. Right is W ~ U(±4√(6/(in + out))) for the sigmoid, whose slope at 0 is a quarter (Glorot and Bengio 2010), and
 * N(0, 2/in) for the ReLU (He et al. 2015).
 */
public final class StudyInitialization implements Study.Design {
    private static final RecipeOption<Integer> LAYERS = RecipeOption.integer("hidden-layers", 4, 1, "Hidden layers.");
    private static final RecipeOption<Integer> UNITS = RecipeOption.integer("units", 100, 1, "Units in each of them.");
    private static final RecipeOption<Double> FACTOR =
            RecipeOption.number("factor", 10, 1, 1e6, "How many times too large and too small the wrong weights are.");
    private static final RecipeOption<Double> RATE =
            RecipeOption.positive("learning-rate", .02, "Learning rate of SGD with a momentum of .9.");

    private static final int PROBED = 256;
    private static final String DEVIATIONS = "activation_deviation";
    private static final String GRADIENTS = "gradient_rms";

    private StudyInitialization() {}

    public static Recipe recipe() {
        return new Study(
                "study-initialization",
                "A study: deep sigmoid and ReLU networks whose first weights are right, too large, too small; minutes.",
                new StudyInitialization(),
                List.of(LAYERS, UNITS, FACTOR, Study.BATCH_SIZE, RATE));
    }

    @Override
    public List<Variant> variants(Job job, StudyData data) {
        var variants = new ArrayList<Variant>();
        for (Activation activation : List.of(Activation.SIGMOID, Activation.RELU)) {
            double factor = job.get(FACTOR);
            String name = activation == Activation.RELU ? "relu" : "sigmoid";
            variants.add(variant(job, data, activation, name + "-right", "right", 1));
            variants.add(variant(job, data, activation, name + "-too-large", "too large", factor));
            variants.add(variant(job, data, activation, name + "-too-small", "too small", 1 / factor));
        }
        return List.copyOf(variants);
    }

    private static Variant variant(
            Job job, StudyData data, Activation activation, String name, String what, double factor) {
        return new Variant(name, activation + ", " + what, job.get(Study.BATCH_SIZE), (random, run) -> {
            Initializer initializer = activation == Activation.RELU
                    ? Initializer.kaimingNormal(factor * Initializer.RELU_GAIN)
                    : Initializer.xavierUniform(factor * 4);
            Layer net = net(job, data.pixels(), activation, initializer);
            net.initialize(random);
            Map<String, List<Double>> measured = measure(net, data, run);
            var steps = Sgd.of(net.parameters()).momentum(.9).learningRate(job.get(RATE));
            return new Variant.Learner(net, Supervised.classifier(net, steps), measured);
        });
    }

    private static Layer net(Job job, int pixels, Activation activation, Initializer initializer) {
        var layers = new ArrayList<Layer>();
        layers.add(new Flatten());
        int inputs = pixels;
        for (int k = 0; k < job.get(LAYERS); k++) {
            layers.add(linear(inputs, job.get(UNITS), initializer));
            layers.add(activation);
            inputs = job.get(UNITS);
        }
        layers.add(linear(inputs, StudyData.CLASSES, initializer));
        return new Sequential(layers.toArray(Layer[]::new));
    }

    private static Linear linear(int inputs, int outputs, Initializer initializer) {
        return Linear.of(inputs, outputs).initializer(initializer).biasInitializer(Initializer.constant(0));
    }

    /** What the layers compute of a batch, and the gradients of their weights, before the first step. */
    private static Map<String, List<Double>> measure(Layer net, StudyData data, Run run) throws IOException {
        var probe = HealthProbe.of(net).every(1).to(run.health());
        Batch batch = data.some(PROBED);
        try (var tape = Tape.open()) {
            // Nothing is drawn in these layers: the seed is of no consequence.
            Tensor logits = net.forward(batch.inputs(), probe.watch(Mode.training(Random.seeded(0))));
            probe.before(tape.gradients(Losses.crossEntropy(logits, batch.targets())));
            probe.after();
        }
        var deviations = new ArrayList<Double>();
        var gradients = new ArrayList<Double>();
        Map<String, Tensor> state = net.state();
        for (LayerHealth layer : probe.report().layers()) {
            LayerHealth.Reading reading = layer.readings().getFirst();
            Tensor weight = state.get(layer.path() + ".weight");
            if (weight != null) {
                double norm = layer.parameters().stream()
                        .filter(parameter -> parameter.path().endsWith(".weight"))
                        .mapToDouble(
                                parameter -> parameter.readings().getFirst().gradientNorm())
                        .sum();
                gradients.add(norm / Math.sqrt((double) weight.size()));
            } else if (!layer.type().equals("Flatten")) {
                deviations.add(reading.deviation());
            }
        }
        var measured = new LinkedHashMap<String, List<Double>>();
        measured.put(DEVIATIONS, List.copyOf(deviations));
        measured.put(GRADIENTS, List.copyOf(gradients));
        return measured;
    }

    @Override
    public List<Measure> measures(Job job) {
        return List.of(
                Measure.atInit("first_activation_deviation", "deviation of hidden layer 1", DEVIATIONS, 0),
                Measure.atInit("last_activation_deviation", "of the last", DEVIATIONS, -1),
                Measure.atInit("first_gradient", "gradient of layer 1", GRADIENTS, 0),
                Measure.atInit("last_gradient", "of the last", GRADIENTS, -1),
                Measure.trainLoss(),
                Measure.testError());
    }

    @Override
    public List<StudyPlot> plots(Job job) {
        return List.of(
                StudyPlot.layers(
                        "activations",
                        "Deviation of the activations before the first step, layer by layer",
                        Plot.of("Activations before the first step", "hidden layer", "standard deviation")
                                .logY(),
                        DEVIATIONS),
                StudyPlot.layers(
                        "gradients",
                        "Gradients of the weights before the first step, layer by layer",
                        Plot.of("Gradients of the weights before the first step", "layer", "root of the mean square")
                                .logY(),
                        GRADIENTS),
                StudyPlot.curves(
                        "training-loss",
                        "Training loss by initialization",
                        Plot.of(
                                        "Training loss by initialization",
                                        "epoch",
                                        "cross-entropy, mean since the reading before")
                                .logY(),
                        Course.Reading::epoch,
                        reading -> reading.figure("loss")),
                StudyPlot.curves(
                        "test-accuracy",
                        "Test accuracy by initialization",
                        Plot.of("Test accuracy by initialization", "epoch", "right answers, %"),
                        Course.Reading::epoch,
                        reading -> 100 * reading.figure(Measure.ACCURACY)));
    }
}
