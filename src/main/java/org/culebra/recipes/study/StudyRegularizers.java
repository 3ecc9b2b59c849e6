package org.culebra.recipes.study;

import java.util.List;
import java.util.function.UnaryOperator;
import org.culebra.models.Mlp;
import org.culebra.nn.Activation;
import org.culebra.nn.Layer;
import org.culebra.optim.Penalty;
import org.culebra.optim.Sgd;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.report.Plot;
import org.culebra.train.Supervised;

/**
 * {@code study-regularizers}: an MLP that is too large for its few examples, with no regularizer, L1, L2, max-norm, dropout, and
 * dropout with max-norm: the order of Table 9 of Srivastava et al. 2014 on a smaller budget.
 */
public final class StudyRegularizers implements Study.Design {
    private static final RecipeOption<Integer> UNITS =
            RecipeOption.integer("units", 512, 1, "Units in each of the two hidden layers.");
    private static final RecipeOption<Double> RATE =
            RecipeOption.positive("learning-rate", .01, "Learning rate of SGD with a momentum of .9.");
    private static final RecipeOption<Double> L1 = RecipeOption.number("l1", 1e-5, 0, 1, "λ of the penalty λΣ|w|.");
    private static final RecipeOption<Double> L2 = RecipeOption.number("l2", 5e-4, 0, 1, "λ of the penalty λΣw².");
    private static final RecipeOption<Double> MAX_NORM =
            RecipeOption.positive("max-norm", 1, "Largest norm of the weights that lead to a unit.");
    private static final RecipeOption<Double> DROPOUT =
            RecipeOption.number("dropout", .5, 0, .95, "Share of the hidden units that dropout leaves out.");

    private StudyRegularizers() {}

    public static Recipe recipe() {
        return new Study(
                "study-regularizers",
                "A study: no regularizer, L1, L2, max-norm, dropout, and dropout with max-norm; minutes.",
                new StudyRegularizers(),
                List.of(UNITS, Study.BATCH_SIZE, RATE, L1, L2, MAX_NORM, DROPOUT),
                Study.DATA.unlessTold("mnist"),
                Study.EXAMPLES.unlessTold(5000),
                Study.EPOCHS.unlessTold(60),
                Study.SEEDS.unlessTold(3));
    }

    @Override
    public List<Variant> variants(Job job, StudyData data) {
        double bound = job.get(MAX_NORM);
        double share = job.get(DROPOUT);
        return List.of(
                variant(job, data, "none", "none", 0, task -> task),
                variant(job, data, "l1", "L1", 0, task -> task.penalty(Penalty.l1(job.get(L1)))),
                variant(job, data, "l2", "L2", 0, task -> task.penalty(Penalty.squaredL2(job.get(L2)))),
                variant(job, data, "max-norm", "max-norm", 0, task -> task.maxNorm(bound)),
                variant(job, data, "dropout", "dropout", share, task -> task),
                variant(job, data, "dropout-max-norm", "dropout + max-norm", share, task -> task.maxNorm(bound)));
    }

    private static Variant variant(
            Job job, StudyData data, String name, String what, double dropout, UnaryOperator<Supervised> change) {
        return new Variant(name, what, job.get(Study.BATCH_SIZE), (random, run) -> {
            Layer net = Mlp.create(
                    Activation.RELU, dropout, data.pixels(), job.get(UNITS), job.get(UNITS), StudyData.CLASSES);
            net.initialize(random);
            var steps = Sgd.of(net.parameters()).momentum(.9).learningRate(job.get(RATE));
            return new Variant.Learner(net, change.apply(Supervised.classifier(net, steps)));
        });
    }

    @Override
    public List<Measure> measures(Job job) {
        return List.of(
                Measure.testError(),
                new Measure("test_loss", "test loss", 4, course -> course.last("validation_loss")),
                Measure.trainLoss());
    }

    @Override
    public int readingsPerEpoch() {
        return 1;
    }

    @Override
    public List<StudyPlot> plots(Job job) {
        return List.of(
                StudyPlot.curves(
                        "test-loss",
                        "Test loss by regularizer",
                        Plot.of("Test loss by regularizer", "epoch", "cross-entropy"),
                        Course.Reading::epoch,
                        reading -> reading.figure("validation_loss")),
                StudyPlot.curves(
                        "test-error",
                        "Test error by regularizer",
                        Plot.of("Test error by regularizer", "epoch", "wrong answers, %")
                                .logY(),
                        Course.Reading::epoch,
                        reading -> 100 * (1 - reading.figure(Measure.ACCURACY))));
    }
}
