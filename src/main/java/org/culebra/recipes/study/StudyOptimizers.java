package org.culebra.recipes.study;

import java.util.List;
import org.culebra.models.Mlp;
import org.culebra.nn.Activation;
import org.culebra.nn.Layer;
import org.culebra.optim.Adam;
import org.culebra.optim.Optimizer;
import org.culebra.optim.Sgd;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.report.Plot;
import org.culebra.tensor.Tensor;
import org.culebra.train.Supervised;

/**
 * {@code study-optimizers}: the same network by plain gradient descent, momentum, Nesterov's momentum and Adam. The first three have
 * the same learning rate.
 */
public final class StudyOptimizers implements Study.Design {
    private static final RecipeOption<Double> RATE =
            RecipeOption.positive("learning-rate", .02, "Learning rate of SGD, momentum and Nesterov.");
    private static final RecipeOption<Double> ADAM_RATE =
            RecipeOption.positive("adam-rate", 1e-3, "Learning rate of Adam.");
    private static final RecipeOption<Double> MOMENTUM =
            RecipeOption.number("momentum", .9, 0, .999, "Share of the velocity that is kept from step to step.");

    private StudyOptimizers() {}

    public static Recipe recipe() {
        return new Study(
                "study-optimizers",
                "A study: SGD, momentum, Nesterov and Adam on the same MLP; minutes.",
                new StudyOptimizers(),
                List.of(Study.BATCH_SIZE, RATE, ADAM_RATE, MOMENTUM, Study.TARGET, Study.WARM_UP),
                Study.SEEDS.unlessTold(3));
    }

    @Override
    public List<Variant> variants(Job job, StudyData data) {
        double rate = job.get(RATE);
        double momentum = job.get(MOMENTUM);
        return List.of(
                variant(job, data, "sgd", "SGD", w -> Sgd.of(w).learningRate(rate)),
                variant(
                        job,
                        data,
                        "momentum",
                        "momentum",
                        w -> Sgd.of(w).momentum(momentum).learningRate(rate)),
                variant(
                        job,
                        data,
                        "nesterov",
                        "Nesterov",
                        w -> nesterov(w, momentum).learningRate(rate)),
                variant(job, data, "adam", "Adam", w -> Adam.of(w).learningRate(job.get(ADAM_RATE))));
    }

    /** Without momentum there is none to look ahead by. */
    private static Sgd nesterov(List<Tensor> weights, double momentum) {
        Sgd plain = Sgd.of(weights).momentum(momentum);
        return momentum == 0 ? plain : plain.nesterov();
    }

    /** Makes an optimizer of parameters. */
    @FunctionalInterface
    private interface Steps {
        Optimizer of(List<Tensor> parameters);
    }

    private static Variant variant(Job job, StudyData data, String name, String what, Steps steps) {
        return new Variant(name, what, job.get(Study.BATCH_SIZE), (random, run) -> {
            Layer net = Mlp.create(Activation.RELU, data.pixels(), 128, 64, StudyData.CLASSES);
            net.initialize(random);
            return new Variant.Learner(net, Supervised.classifier(net, steps.of(net.parameters())));
        });
    }

    @Override
    public List<Measure> measures(Job job) {
        return List.of(
                Measure.stepsTo(job.get(Study.TARGET)),
                Measure.secondsTo(job.get(Study.TARGET)),
                Measure.trainLoss(),
                Measure.testError());
    }

    @Override
    public List<StudyPlot> plots(Job job) {
        return List.of(
                StudyPlot.curves(
                        "training-loss",
                        "Training loss by optimizer",
                        Plot.of("Training loss by optimizer", "step", "cross-entropy, mean since the reading before")
                                .logY(),
                        Course.Reading::step,
                        reading -> reading.figure("loss")),
                StudyPlot.curves(
                        "test-accuracy",
                        "Test accuracy by optimizer",
                        Plot.of("Test accuracy by optimizer", "step", "right answers, %"),
                        Course.Reading::step,
                        reading -> 100 * reading.figure(Measure.ACCURACY)));
    }
}
