package org.culebra.recipes.judge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.culebra.data.Dataset;
import org.culebra.data.Pictures;
import org.culebra.data.Splits;
import org.culebra.memory.DType;
import org.culebra.recipes.Classifying;
import org.culebra.recipes.Job;
import org.culebra.recipes.Prediction;
import org.culebra.recipes.Predictor;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.RecipeOptions;
import org.culebra.recipes.Training;
import org.culebra.tensor.Tensor;
import org.culebra.train.Evaluation;
import org.culebra.train.TrainingResult;

/**
 * {@code judge}: the classifier in whose features generated images are measured.
 *
 * <p>With its defaults it comes to the judge that all recipes use, bit by bit. What it says of the training images beside the test images is the
 * best that a generator can hope for.
 */
public final class JudgeRecipe implements Classifying {
    static final RecipeOption<String> DATA = RecipeOption.choice("data", JudgeData.NAMES, "What is learned.");
    static final RecipeOption<Integer> EPOCHS =
            RecipeOption.integer("epochs", 0, 0, "Passes over the training data; 0 is what suits them.");

    private JudgeRecipe() {}

    public static Classifying recipe() {
        return new JudgeRecipe();
    }

    @Override
    public Card card() {
        return Card.of(
                "judge",
                "The classifier in whose features generated images are measured.",
                DATA,
                EPOCHS,
                Training.EXAMPLES,
                Training.BATCH_SIZE.unlessTold(JudgeTraining.Settings.BATCH_SIZE),
                Training.LEARNING_RATE.unlessTold(JudgeTraining.Settings.LEARNING_RATE),
                Training.SEED,
                Training.CHECKPOINT_EVERY,
                Training.MINUTES);
    }

    @Override
    public Map<String, Object> train(Job told) throws IOException {
        JudgeData data = JudgeData.named(told.get(DATA));
        Job job = withEpochs(told, data);
        Splits splits = job.load(data.source());
        var training = JudgeTraining.of(
                data,
                splits,
                new JudgeTraining.Settings(
                        job.get(EPOCHS),
                        job.get(Training.EXAMPLES),
                        job.get(Training.BATCH_SIZE),
                        job.get(Training.LEARNING_RATE),
                        job.get(Training.SEED)));
        job.describe(
                this,
                training.net(),
                Map.of(
                        "data", splits.origin(),
                        "classes", splits.test().classes(),
                        "epochs", job.get(EPOCHS),
                        "steps", job.get(EPOCHS) * training.loader().batches()));
        job.out().println(training.net());
        TrainingResult result = Training.trainer(job, training.task(), training.loader())
                .random(training.layers())
                .validate(training.tests())
                .train();
        Judge judge = training.judge();
        Training.save(job, this, training.net(), judge.notes());
        var results = new LinkedHashMap<>(Training.results(job, this, training.net(), result));
        results.put("data", splits.origin());
        results.putAll(tested(job, judge.evaluation(splits), splits));
        results.put("is_the_usual_judge", judge.hash().equals(data.hash()));
        results.put("training_images_scored", realScore(judge, splits));
        job.out()
                .println(
                        judge.hash().equals(data.hash())
                                ? "this is the judge of " + data.name() + " that all recipes use"
                                : "this is not the judge of " + data.name() + " that all recipes use");
        job.run().finish(results);
        return results;
    }

    /** The epochs that 0 stands for. */
    private Job withEpochs(Job job, JudgeData data) {
        var values = new LinkedHashMap<>(job.options().asText());
        if (job.get(EPOCHS) == 0) {
            values.put(EPOCHS.name(), Integer.toString(data.epochs()));
        }
        return new Job(
                RecipeOptions.of(this, values),
                job.run(),
                job.resume(),
                job.places(),
                job.out(),
                job.progress(),
                job.callbacks());
    }

    /** As many training images as there are test images, as if they had been generated. */
    private static Map<String, Object> realScore(Judge judge, Splits splits) {
        Dataset some = Yardstick.drawn(splits.training(), splits.test().size());
        return judge.score(
                judge.data().unit(splits.test().images()), judge.data().unit(some.images()));
    }

    private static Map<String, Object> tested(Job job, Evaluation evaluation, Splits splits) {
        job.say(
                "test accuracy %.2f %%, test loss %.4f%n%nWhich class (row) was taken for which (column):%n%s",
                100 * evaluation.accuracy(), evaluation.loss(), evaluation.confusion());
        var results = new LinkedHashMap<String, Object>();
        results.put("test_accuracy", evaluation.accuracy());
        results.put("test_loss", evaluation.loss());
        results.put("test_images", splits.test().size());
        results.put("classes", splits.test().classes());
        results.put("confusion", evaluation.confusion().rows());
        return results;
    }

    @Override
    public Map<String, Object> evaluate(Job job, Path file) throws IOException {
        Judge judge = Judge.load(file);
        Splits splits = job.load(judge.data().source());
        var results = new LinkedHashMap<String, Object>();
        results.put("recipe", name());
        results.putAll(tested(job, judge.evaluation(splits), splits));
        results.put("parameter_hash", judge.hash());
        results.put("model", file.toString());
        return results;
    }

    @Override
    public Predictor predictor(Path file, RecipeOptions options) throws IOException {
        Judge judge = Judge.load(file);
        return (image, inverted) -> {
            Tensor read = Pictures.read(image, judge.data().channels() == 3)
                    .unsqueeze(0)
                    .to(DType.F32)
                    .div(255);
            double[] probabilities;
            try {
                probabilities =
                        judge.probabilities(inverted ? read.rsub(1) : read).toDoubleArray();
            } catch (IllegalArgumentException e) {
                throw new IOException(image + ": " + e.getMessage(), e);
            }
            return Prediction.all(probabilities, judge.classes()::get);
        };
    }
}
