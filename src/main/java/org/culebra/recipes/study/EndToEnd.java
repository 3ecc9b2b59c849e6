package org.culebra.recipes.study;

import java.util.List;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.report.Plot;

/**
 * {@code end-to-end}: noisy images go through two modules, one that takes the noise away and one that names what is left. Trained
 * apart, each is good at a task of its own, and the errors of the first pile up in the second, which has never seen any; trained
 * together, each step makes the final answer better.
 */
public final class EndToEnd implements Study.Design {
    private static final RecipeOption<Double> NOISE =
            RecipeOption.number("noise", 1, 0, 100, "Deviation of the noise; that of the pixels is 1.");
    private static final RecipeOption<Integer> LATENT =
            RecipeOption.integer("latent", 16, 1, "Numbers that the first module makes of an image on its way.");
    private static final RecipeOption<Double> RATE =
            RecipeOption.positive("learning-rate", 1e-3, "Learning rate of Adam.");

    private EndToEnd() {}

    public static Recipe recipe() {
        return new Study(
                "end-to-end",
                "A study: a denoiser and a classifier trained apart, one after the other, and together; minutes.",
                new EndToEnd(),
                List.of(Study.BATCH_SIZE, NOISE, LATENT, RATE),
                Study.SEEDS.unlessTold(3));
    }

    @Override
    public List<Variant> variants(Job job, StudyData data) {
        return List.of(
                variant(job, data, "apart", "apart", TwoModules.Training.APART),
                variant(job, data, "in-turn", "one on top of the other", TwoModules.Training.IN_TURN),
                variant(job, data, "together", "together", TwoModules.Training.TOGETHER));
    }

    private static Variant variant(Job job, StudyData data, String name, String what, TwoModules.Training training) {
        return new Variant(name, what, job.get(Study.BATCH_SIZE), (random, run) -> {
            var modules =
                    new TwoModules(data.pixels(), job.get(LATENT), job.get(NOISE), job.get(RATE), training, random);
            return new Variant.Learner(modules.model(), modules);
        });
    }

    @Override
    public List<Measure> measures(Job job) {
        return List.of(
                Measure.testError(),
                new Measure(
                        "error_on_clean",
                        "second module on clean images, %",
                        2,
                        course -> 100 * (1 - course.last("validation_clean_accuracy"))),
                new Measure(
                        "denoising_error",
                        "first module, mean square",
                        3,
                        course -> course.last("validation_denoising_error")));
    }

    @Override
    public List<StudyPlot> plots(Job job) {
        return List.of(
                StudyPlot.curves(
                        "test-error",
                        "Test error of both modules by how they were trained",
                        Plot.of("Test error of both modules, trained", "epoch", "wrong answers, %"),
                        Course.Reading::epoch,
                        reading -> 100 * (1 - reading.figure(Measure.ACCURACY))),
                StudyPlot.curves(
                        "denoising-error",
                        "Error of the first module by how both were trained",
                        Plot.of("Error of the first module, trained", "epoch", "mean square; that of the pixels is 1")
                                .logY(),
                        Course.Reading::epoch,
                        reading -> reading.figure("validation_denoising_error")));
    }
}
