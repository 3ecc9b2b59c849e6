package org.culebra.recipes.autoencode;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.culebra.data.Dataset;
import org.culebra.data.Loader;
import org.culebra.data.Sampler;
import org.culebra.models.JudgeCnn;
import org.culebra.nn.Mode;
import org.culebra.optim.Adam;
import org.culebra.optim.Schedule;
import org.culebra.recipes.Training;
import org.culebra.recipes.judge.Judge;
import org.culebra.report.Plot;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.Evaluation;
import org.culebra.train.Neighbours;
import org.culebra.train.ParameterHash;
import org.culebra.train.Supervised;
import org.culebra.train.Trainer;

/**
 * z + s·(m₁ − m₀): held-out images of one class are moved along the direction between the mean latents of two classes (Larsen et al. 2016,
 * section 4.1.1; White 2016).
 *
 * <p>A step has succeeded with an image if a classifier that was trained apart assigns what is decoded to the target class, and the rest is
 * kept: it is nearer to the image it was made of than any training image of the target class is. The same steps in a random direction of the
 * same length say what would succeed by chance.
 */
final class AttributeVector {
    private static final int STEPS = 9;
    private static final double FURTHEST = 2;
    private static final int ROWS = 8;
    private static final int FACE_EPOCHS = 40;
    private static final String TO_TARGET = "share_target";
    private static final String KEPT = "share_kept";
    private static final String BOTH = "share_success";
    private static final String BY_CHANCE = "share_success_random_direction";
    private static final String STEP = "step";

    private final Autoencoding.Trained trained;
    private final int source;
    private final int target;
    private final Classifier classifier;

    private AttributeVector(Autoencoding.Trained trained, int source, int target, Classifier classifier) {
        this.trained = trained;
        this.source = source;
        this.target = target;
        this.classifier = classifier;
    }

    /**
     * One that was trained apart.
     *
     * @param classes of images: i64[N]
     * @param accuracy on held-out images
     */
    private record Classifier(UnaryOperator<Tensor> classes, double accuracy, String hash) {}

    static Map<String, Object> look(Autoencoding.Trained trained) throws IOException {
        String data = trained.images().name();
        Way way = Way.of(data);
        Classifier classifier = data.equals(Images.EMOJI) ? faces(trained) : judge(trained);
        return new AttributeVector(trained, way.source, way.target, classifier).look();
    }

    /** From one class to another. */
    private record Way(int source, int target) {
        static Way of(String data) {
            return switch (data) {
                case Images.FASHION -> new Way(0, 2); // T-shirt to pullover
                case Images.EMOJI -> new Way(Faces.OTHER, Faces.SMILING);
                default -> new Way(3, 8);
            };
        }
    }

    /**
     * Looks for images of both classes.
     *
     * @throws IllegalArgumentException if there are none
     */
    static void requireBoth(Images images) {
        Way way = Way.of(images.name());
        if (Images.ofClass(images.test(), way.source).size() == 0
                || Images.ofClass(images.training(), way.target).size() == 0
                || Images.ofClass(images.training(), way.source).size() == 0) {
            throw new IllegalArgumentException("attribute-vector: there are no images of both classes among "
                    + images.training().size() + " examples; say more");
        }
    }

    private static Classifier judge(Autoencoding.Trained trained) throws IOException {
        Judge judge = trained.images().judge(trained.job());
        return new Classifier(judge::classify, judge.accuracy(), judge.hash());
    }

    /** Smiling or not: judges know of emoji only what kind of picture they are. */
    private static Classifier faces(Autoencoding.Trained trained) throws IOException {
        Images images = trained.images();
        Dataset training = faces(images.training());
        Random random = Random.seeded(trained.job().get(Training.SEED));
        var net = JudgeCnn.create(3, 32, Faces.CLASSES.size());
        net.initialize(random.split());
        Loader loader = Loader.of(training)
                .batchSize(16)
                .sample(Sampler.balanced(), random)
                .transform(images.transform());
        var task = Supervised.classifier(net, Adam.of(net.parameters()).learningRate(1e-3))
                .schedule(Schedule.cosine(FACE_EPOCHS * loader.batches(), 0));
        Trainer.of(task, loader).epochs(FACE_EPOCHS).random(random.split()).train();
        Loader tests = Loader.of(faces(images.test())).batchSize(500).transform(images.transform());
        return new Classifier(
                made -> Tape.scoped(() -> net.forward(made, Mode.EVALUATION).argMax(1)),
                Evaluation.of(net, tests).accuracy(),
                ParameterHash.of(net));
    }

    private static Dataset faces(Dataset all) {
        return Dataset.concat(Images.ofClass(all, Faces.OTHER), Images.ofClass(all, Faces.SMILING));
    }

    private Map<String, Object> look() throws IOException {
        Images images = trained.images();
        Dataset held = Images.ofClass(images.test(), source);
        Dataset targets = Images.ofClass(images.training(), target);
        Dataset sources = Images.ofClass(images.training(), source);
        Tensor direction = Tape.scoped(() -> trained.latents(targets)
                .mean(true, 0)
                .sub(trained.latents(sources).mean(true, 0))); // (1, n)
        Tensor other = Tape.scoped(() -> {
            Tensor any = Tensor.normal(Random.seeded(trained.job().get(Training.SEED)), 0, 1, 1, direction.dim(1));
            return any.mul(direction.norm().div(any.norm()));
        });
        Tensor originals = images.all(held);
        Tensor latents = trained.latents(held);
        double[] nearest =
                Neighbours.nearest(originals, images.all(targets)).distances().toDoubleArray();
        List<Map<String, Object>> steps = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            double size = FURTHEST * i / (STEPS - 1);
            Map<String, Object> step = step(originals, latents, direction, size, nearest);
            step.put(BY_CHANCE, step(originals, latents, other, size, nearest).getOrDefault(BOTH, 0.));
            steps.add(step);
        }
        draw(originals, latents, direction, steps);
        return results(held, steps);
    }

    /** What becomes of all held-out images by one step. */
    private Map<String, Object> step(
            Tensor originals, Tensor latents, Tensor direction, double size, double[] nearest) {
        Tensor made = trained.decode(latents.add(direction.mul(size)));
        long[] classes = classifier.classes.apply(made).toLongArray();
        double[] moved = Tape.scoped(
                        () -> made.sub(originals).flatten(1).square().sum(1).sqrt())
                .toDoubleArray();
        int count = classes.length;
        int assigned = 0;
        int kept = 0;
        int both = 0;
        double squares = 0;
        for (int i = 0; i < count; i++) {
            boolean isTarget = classes[i] == target;
            boolean isKept = moved[i] < nearest[i];
            assigned += isTarget ? 1 : 0;
            kept += isKept ? 1 : 0;
            both += isTarget && isKept ? 1 : 0;
            squares += moved[i] * moved[i];
        }
        var step = new LinkedHashMap<String, Object>();
        step.put(STEP, size);
        step.put(TO_TARGET, (double) assigned / count);
        step.put(KEPT, (double) kept / count);
        step.put(BOTH, (double) both / count);
        step.put("squared_distance", squares / count);
        return step;
    }

    private Map<String, Object> results(Dataset held, List<Map<String, Object>> steps) {
        Map<String, Object> best = steps.getFirst();
        for (Map<String, Object> step : steps) {
            best = Training.number(step, BOTH) > Training.number(best, BOTH) ? step : best;
        }
        var results = new LinkedHashMap<String, Object>();
        results.put("from", held.classes().get(source));
        results.put("to", held.classes().get(target));
        results.put("held_out_images", held.size());
        results.put("classifier_accuracy", classifier.accuracy);
        results.put("classifier_hash", classifier.hash);
        best.forEach((name, value) -> results.put(name.equals(STEP) ? "best_step" : name, value));
        results.put("steps_along", steps);
        trained.job()
                .say(
                        "%s to %s: %.1f %% of %d held-out images at %.2f of the way, %.1f %% in a random direction;"
                                + " the classifier names %.1f %% right",
                        results.get("from"),
                        results.get("to"),
                        100 * Training.number(best, BOTH),
                        held.size(),
                        Training.number(best, STEP),
                        100 * Training.number(best, BY_CHANCE),
                        100 * classifier.accuracy);
        return results;
    }

    private void draw(Tensor originals, Tensor latents, Tensor direction, List<Map<String, Object>> steps)
            throws IOException {
        var rows = new ArrayList<Tensor>();
        long count = Math.min(ROWS, originals.dim(0));
        for (long row = 0; row < count; row++) {
            rows.add(originals.narrow(0, row, 1));
            for (Map<String, Object> step : steps) {
                rows.add(trained.decode(latents.narrow(0, row, 1).add(direction.mul(Training.number(step, STEP)))));
            }
        }
        List<String> classes = trained.images().test().classes();
        String way = classes.get(source) + " to " + classes.get(target);
        LatentPictures.write(
                trained.job().run(),
                "attribute",
                way + ": held-out images, then steps of a quarter from 0 to 2 along the direction",
                Tensor.concat(0, rows),
                STEPS + 1);
        double[] sizes =
                steps.stream().mapToDouble(step -> Training.number(step, STEP)).toArray();
        var plot = Plot.of(way, "step, in distances between the means", "share of held-out images");
        for (String name : List.of(TO_TARGET, KEPT, BOTH, BY_CHANCE)) {
            plot.line(
                    switch (name) {
                        case TO_TARGET -> "of the target class";
                        case KEPT -> "the rest kept";
                        case BOTH -> "both";
                        default -> "both, random direction";
                    },
                    sizes,
                    steps.stream()
                            .mapToDouble(step -> Training.number(step, name))
                            .toArray());
        }
        plot.save(trained.job().run().picture("attribute-plot.png", "plots", "Success by the size of the step", null));
    }
}
