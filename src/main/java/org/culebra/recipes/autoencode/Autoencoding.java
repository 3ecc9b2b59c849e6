package org.culebra.recipes.autoencode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.data.Batch;
import org.culebra.data.Dataset;
import org.culebra.data.Loader;
import org.culebra.models.Autoencoder;
import org.culebra.models.ConvAutoencoder;
import org.culebra.models.LatentNormal;
import org.culebra.models.Pca;
import org.culebra.nn.Losses;
import org.culebra.nn.Reduction;
import org.culebra.optim.Adam;
import org.culebra.optim.Schedule;
import org.culebra.recipes.Generating;
import org.culebra.recipes.Generator;
import org.culebra.recipes.IntermediateGenerator;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.RecipeOptions;
import org.culebra.recipes.SampleGrids;
import org.culebra.recipes.Training;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.Supervised;
import org.culebra.train.TrainingResult;

/**
 * {@code autoencoder}, {@code autoencoder-sampler} and {@code attribute-vector}: an autoencoder is trained to make ‖g(f(x)) − x‖² small;
 * then each looks at something else.
 */
public final class Autoencoding implements Generating {
    private static final RecipeOption<String> ARCHITECTURE = RecipeOption.choice(
            "architecture",
            List.of("dense", "convolutional"),
            "The networks: dense (1000-500-250 units) or convolutional.");
    static final RecipeOption<Integer> LATENTS = RecipeOption.integer("latents", 30, 1, "Numbers of a latent.");

    private static final double LAST_RATE = .01;
    private static final int COLUMNS = 10;
    private static final int PICTURED = 40;

    private final Card card;
    private final Look look;

    /** What is looked at after the training. */
    @FunctionalInterface
    interface Look {
        /** Figures, and pictures in the folder of the run. */
        Map<String, Object> at(Trained trained) throws IOException;

        /** Says before the training if the data do not do for that. */
        default void before(Images images) {}
    }

    /** What was trained, and on what. */
    record Trained(Job job, Images images, LatentNormal model) {
        Autoencoder autoencoder() {
            return model.autoencoder();
        }

        /** f(x) of some data: f32[N, n]. */
        Tensor latents(Dataset part) {
            var latents = new ArrayList<Tensor>();
            Loader loader = Loader.of(part).batchSize(1000).transform(images.transform());
            for (Batch batch : loader) {
                latents.add(Tape.scoped(() -> autoencoder().encoder().forward(batch.inputs())));
            }
            return Tensor.concat(0, latents);
        }

        /** g(z). */
        Tensor decode(Tensor latents) {
            return Tape.scoped(() -> autoencoder().decoder().forward(latents));
        }
    }

    private Autoencoding(Look look, String name, String description, RecipeOption<?>... changes) {
        this.look = look;
        card = Card.of(
                        name,
                        description,
                        Images.DATA,
                        Training.EXAMPLES,
                        ARCHITECTURE,
                        LATENTS,
                        Training.EPOCHS,
                        Training.BATCH_SIZE,
                        Training.LEARNING_RATE,
                        Training.SEED,
                        Training.CHECKPOINT_EVERY,
                        Training.MINUTES)
                .with(changes);
    }

    /** Beside principal components. */
    public static Recipe plain() {
        return new Autoencoding(
                Autoencoding::compare,
                "autoencoder",
                "An autoencoder, 784-1000-500-250-30, on MNIST, beside principal components.");
    }

    /** Sampled. */
    public static Recipe sampler() {
        return new Autoencoding(
                AutoencoderSamples::look,
                "autoencoder-sampler",
                "A normal distribution fitted to the latents of an autoencoder, sampled and decoded.",
                Images.JUDGE);
    }

    /** With a direction from one class to another. */
    public static Recipe attributes() {
        return new Autoencoding(
                new Look() {
                    @Override
                    public Map<String, Object> at(Trained trained) throws IOException {
                        return AttributeVector.look(trained);
                    }

                    @Override
                    public void before(Images images) {
                        AttributeVector.requireBoth(images);
                    }
                },
                "attribute-vector",
                "The direction from one class to another among the latents of an autoencoder: T-shirt to pullover.",
                Images.DATA.unlessTold(Images.FASHION),
                Images.JUDGE);
    }

    @Override
    public Card card() {
        return card;
    }

    @Override
    public String subject(RecipeOptions chosen) {
        return chosen.get(Images.DATA);
    }

    private static LatentNormal model(RecipeOptions chosen) {
        Shape image = Images.shape(chosen.get(Images.DATA));
        int latents = chosen.get(LATENTS);
        return LatentNormal.of(
                chosen.get(ARCHITECTURE).equals("dense")
                        ? Autoencoder.create(image, latents)
                        : ConvAutoencoder.create(image, latents),
                latents);
    }

    // ---------------------------------------------------------------- training

    @Override
    public Map<String, Object> train(Job job) throws IOException {
        Random random = Random.seeded(job.get(Training.SEED));
        Images images = Images.load(job, job.get(Images.DATA));
        look.before(images);
        LatentNormal model = model(job.options());
        model.initialize(random.split());
        Autoencoder autoencoder = model.autoencoder();
        Loader loader = images.pairs(job.get(Training.BATCH_SIZE), random);
        long steps = job.get(Training.EPOCHS) * loader.batches();
        Adam adam = Adam.of(autoencoder.parameters()).learningRate(job.get(Training.LEARNING_RATE));
        var task = Supervised.of(autoencoder, Autoencoding::squaredError, adam)
                .schedule(Schedule.cosine(steps, LAST_RATE));
        job.describe(this, autoencoder, Map.of("data", images.origin(), "steps", steps));
        job.out().println(autoencoder.describe());
        job.out().println();
        Tensor seen = images.first(images.test(), PICTURED);
        var progress = new SampleGrids(
                job.run(),
                "reconstructions",
                () -> SampleGrids.grid(LatentPictures.inTurn(seen, autoencoder.forward(seen), COLUMNS), COLUMNS));
        TrainingResult result = Training.trainer(job, task, loader, progress)
                .validate(images.testPairs())
                .random(random.split())
                .train();
        var trained = new Trained(job, images, model);
        model.fit(trained.latents(images.training()));
        Training.save(job, this, model, Map.of());
        LatentPictures.reconstructions(job.run(), seen, autoencoder.forward(seen), COLUMNS);
        Map<String, Object> results = Training.results(job, this, model, result);
        double error = task.evaluate(images.testPairs()).getOrDefault("loss", Double.NaN);
        results.put("test_squared_error", error);
        results.put("test_images", images.test().size());
        job.out().println();
        job.say("squared error per test image: %.2f", error);
        results.putAll(look.at(trained));
        job.run().finish(results);
        return results;
    }

    /** ‖x̂ − x‖², the mean over the images. */
    private static Tensor squaredError(Tensor made, Tensor images) {
        return Losses.mse(made, images, Reduction.BATCH_MEAN);
    }

    // ---------------------------------------------------------------- the recipe autoencoder

    /** Beside as many principal components of the same data; the latents in the plane of their own first two components. */
    private static Map<String, Object> compare(Trained trained) throws IOException {
        Images images = trained.images;
        Tensor test = images.all(images.test());
        long most = Math.min(trained.model.latents(), test.flatten(1).dim(1));
        Pca pca = Pca.fit(images.all(images.training()), most);
        double error = Tape.scoped(() -> squaredError(pca.decode(pca.encode(test)), test.flatten(1)))
                .item();
        var figures = new LinkedHashMap<String, Object>();
        figures.put("pca_components", most);
        figures.put("pca_squared_error", error);
        figures.put(
                "mean_squared_error",
                Tape.scoped(() -> squaredError(pca.mean().expand(test.flatten(1).shape()), test.flatten(1)))
                        .item());
        trained.job.say("by %d principal components of the same data: %.2f", most, error);
        Tensor latents = trained.latents(images.test());
        if (trained.model.latents() > 1) {
            LatentPictures.map(
                    trained.job.run(),
                    "Latents of the test images" + (trained.model.latents() == 2 ? "" : ", first two components"),
                    trained.model.latents() == 2 ? latents : Pca.fit(latents, 2).encode(latents),
                    images.test().labels().toLongArray(),
                    images.test().classes());
        }
        LatentPictures.interpolation(
                trained.job.run(),
                latents.narrow(0, 0, COLUMNS),
                latents.narrow(0, COLUMNS, COLUMNS),
                COLUMNS,
                trained::decode);
        return figures;
    }

    // ---------------------------------------------------------------- using what was learned

    @Override
    public Generator generator(Path file, RecipeOptions chosen) throws IOException {
        LatentNormal model = model(chosen);
        Training.load(file, this, model);
        // By noise N(0, I), of which the fitted distribution makes latents.
        return new IntermediateGenerator(
                model.latents(), model::latents, model.autoencoder().decoder()::forward);
    }
}
