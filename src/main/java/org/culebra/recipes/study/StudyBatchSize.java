package org.culebra.recipes.study;

import java.util.ArrayList;
import java.util.List;
import org.culebra.models.Mlp;
import org.culebra.nn.Activation;
import org.culebra.nn.Layer;
import org.culebra.optim.Sgd;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.report.Plot;
import org.culebra.train.Supervised;

/**
 * {@code study-batch-size}: plain SGD with batches of 1 to 512: the time and the steps that it takes to come as far. The learning rate
 * is η√B, so that the noise of the steps is comparable.
 */
public final class StudyBatchSize implements Study.Design {
    private static final RecipeOption<Integer> LEAST =
            RecipeOption.integer("least", 1, 1, "Images per step at the least.");
    private static final RecipeOption<Integer> MOST =
            RecipeOption.integer("most", 512, 1, "Images per step at the most; between them are factors of 2.");
    private static final RecipeOption<Double> RATE =
            RecipeOption.positive("learning-rate", .01, "η: the learning rate of one image per step.");

    private StudyBatchSize() {}

    public static Recipe recipe() {
        return new Study(
                "study-batch-size",
                "A study: SGD with 1 to 512 images per step, time against steps; minutes.",
                new StudyBatchSize(),
                List.of(LEAST, MOST, RATE, Study.TARGET, Study.WARM_UP),
                Study.EPOCHS.unlessTold(5));
    }

    @Override
    public List<Variant> variants(Job job, StudyData data) {
        int least = job.get(LEAST);
        int most = job.get(MOST);
        if (most < least) {
            throw new IllegalArgumentException("most: at least as many images as least, " + least + ", not " + most);
        }
        if (most > data.training().size()) {
            throw new IllegalArgumentException("most: at most as many images as there are examples, "
                    + data.training().size() + ", not " + most);
        }
        var variants = new ArrayList<Variant>();
        for (long size = least; size <= most; size *= 2) {
            variants.add(variant(data, (int) size, job.get(RATE) * Math.sqrt((double) size)));
        }
        return List.copyOf(variants);
    }

    private static Variant variant(StudyData data, int size, double rate) {
        return new Variant("batch-" + size, size + (size == 1 ? " image" : " images"), size, (random, run) -> {
            Layer net = Mlp.create(Activation.RELU, data.pixels(), 128, StudyData.CLASSES);
            net.initialize(random);
            return new Variant.Learner(
                    net, Supervised.classifier(net, Sgd.of(net.parameters()).learningRate(rate)));
        });
    }

    @Override
    public List<Measure> measures(Job job) {
        return List.of(
                Measure.stepsTo(job.get(Study.TARGET)),
                Measure.secondsTo(job.get(Study.TARGET)),
                Measure.steps(),
                Measure.seconds(),
                Measure.testError());
    }

    @Override
    public List<StudyPlot> plots(Job job) {
        double target = job.get(Study.TARGET);
        return List.of(
                StudyPlot.measures(
                        "time-and-steps",
                        "Time and steps to the target by batch size",
                        Plot.of("Time and steps to the target", "images per step", "steps; seconds")
                                .logX()
                                .logY(),
                        Variant::batchSize,
                        List.of(Measure.stepsTo(target), Measure.secondsTo(target))),
                StudyPlot.curves(
                        "accuracy-by-step",
                        "Test accuracy over the steps by batch size",
                        Plot.of("Test accuracy by images per step", "step", "right answers, %")
                                .logX(),
                        Course.Reading::step,
                        reading -> 100 * reading.figure(Measure.ACCURACY)),
                StudyPlot.curves(
                        "accuracy-by-time",
                        "Test accuracy over the time by batch size",
                        Plot.of("Test accuracy by images per step", "seconds of training", "right answers, %")
                                .logX(),
                        Course.Reading::seconds,
                        reading -> 100 * reading.figure(Measure.ACCURACY)));
    }
}
