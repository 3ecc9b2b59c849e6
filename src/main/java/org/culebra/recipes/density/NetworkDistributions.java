package org.culebra.recipes.density;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.culebra.data.Dataset;
import org.culebra.data.Loader;
import org.culebra.data.ToyData;
import org.culebra.distributions.Categorical;
import org.culebra.distributions.Distribution;
import org.culebra.distributions.Mixture;
import org.culebra.distributions.MultivariateNormal;
import org.culebra.memory.DType;
import org.culebra.memory.Scope;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.Training;
import org.culebra.report.Plot;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.TrainingResult;

/**
 * {@code network-distributions}: a network as a probability distribution by its inputs, which are noise, on two moons. The second way is
 * a sampler without a density, the third, with the parameters of a distribution as outputs too, a latent variable model; the first is
 * {@link Heteroscedastic}. Beside them what there is without a network, a normal distribution, and what would be perfect: the moons' own,
 * whose density is known.
 */
public final class NetworkDistributions implements Recipe {
    private static final RecipeOption<Integer> EXAMPLES =
            RecipeOption.integer("examples", 4000, 2, "Points to learn from.");
    private static final RecipeOption<Double> NOISE =
            RecipeOption.number("noise", .1, .01, 1, "Deviation of the points from their half circles.");
    private static final RecipeOption<Integer> HIDDEN =
            RecipeOption.integer("hidden", 64, 1, "Units of each of the two hidden layers.");
    private static final RecipeOption<Integer> SAMPLES = RecipeOption.integer(
            "samples", 5, 1, "Draws of z per point for the bound that the latent variable model climbs.");

    /** Points of the test, and samples that are held against them. */
    private static final int TEST = 2500;

    /** Those of them whose density is looked at. */
    private static final int WEIGHED = 1000;

    /** Draws of z per point for the log-density in the test. */
    private static final int MANY = 500;

    /** Points at a time, so that all their draws together stay in the cache. */
    private static final int PART = 100;

    /** Places along the half circles, so near each other that noise of .01 covers the gaps. */
    private static final int CENTRES = 1000;

    /** Of samples and draws in the test, which are the same in every test. */
    private static final long TEST_SEED = 8128;

    private NetworkDistributions() {}

    public static Recipe recipe() {
        return new NetworkDistributions();
    }

    @Override
    public Card card() {
        return Card.of(
                "network-distributions",
                "Networks of noise: a sampler without a density, and a latent variable model, on two moons; a minute.",
                Training.EPOCHS.unlessTold(250),
                Training.BATCH_SIZE.unlessTold(400),
                Training.LEARNING_RATE.unlessTold(2e-3),
                EXAMPLES,
                NOISE,
                HIDDEN,
                SAMPLES,
                Training.SEED,
                Training.CHECKPOINT_EVERY,
                Training.MINUTES);
    }

    /** The distribution that the points come from, but for gaps far smaller than the noise. */
    private static Distribution moons(double noise) {
        Tensor centres = ToyData.moons(Random.seeded(0), CENTRES, 0)
                .get(Tensor.arange(CENTRES).toLongArray())
                .inputs();
        return Mixture.of(
                Categorical.ofLogits(Tensor.zeros(CENTRES)),
                MultivariateNormal.ofDeviation(centres, Tensor.full(DType.F32, noise, 2)));
    }

    /** The normal distribution with the mean and the covariance of the points. */
    private static MultivariateNormal normal(Tensor x) {
        Tensor apart = x.sub(x.mean(0));
        return MultivariateNormal.ofCovariance(
                x.mean(0), apart.transpose().matmul(apart).div((double) x.dim(0)));
    }

    @Override
    public Map<String, Object> train(Job job) throws IOException {
        // Also where the data are made here: whoever names a folder means it.
        job.places().requireChosen();
        Random random = Random.seeded(job.get(Training.SEED));
        Dataset training = ToyData.moons(random, job.get(EXAMPLES), job.get(NOISE));
        Tensor test = moons(job.get(NOISE)).sample(random, TEST);
        var networks = new NoiseNetworks(job.get(HIDDEN), random.split());
        Loader loader =
                Loader.of(training).batchSize(job.get(Training.BATCH_SIZE)).shuffle(random);
        long steps = job.get(Training.EPOCHS) * loader.batches();
        var task = NoiseNetworks.Learning.of(networks, job.get(Training.LEARNING_RATE), steps, job.get(SAMPLES));
        job.describe(
                this, networks, Map.of("data", training.name(), "epochs", job.get(Training.EPOCHS), "steps", steps));
        job.out().println(networks.describe());

        TrainingResult result =
                Training.trainer(job, task, loader).random(random.split()).train();
        Training.save(job, this, networks, Map.of());
        Map<String, Object> results = Training.results(job, this, networks, result);
        Tensor seen = training.get(Tensor.arange(training.size()).toLongArray()).inputs();
        results.putAll(judge(job, networks, seen, test));
        job.run().finish(results);
        return results;
    }

    // ---------------------------------------------------------------- what came of it

    private static Map<String, Object> judge(Job job, NoiseNetworks networks, Tensor seen, Tensor test)
            throws IOException {
        try (var _ = Scope.open("judge")) {
            Distribution truth = moons(job.get(NOISE));
            var judge = new Judge(job, truth, test);
            MultivariateNormal normal = normal(seen);
            Random random = Random.seeded(TEST_SEED);
            job.out().println();
            job.out().println("                 energy distance   good samples   log-density");
            judge.report("normal", normal.sample(random, TEST), density(normal, test));
            judge.report("sampler", networks.sample(random, TEST), Double.NaN);
            judge.report("latent", networks.sampleLatentModel(random, TEST), density(networks, test, random));
            judge.report("truth", truth.sample(random, TEST), density(truth, test));
            judge.figures.put("bound_of_the_training", bound(networks, test, job.get(SAMPLES), random));
            judge.figures.put("bound_of_one_draw", bound(networks, test, 1, random));
            return judge.figures;
        }
    }

    /** Holds samples against points of the truth that none has seen. */
    private static final class Judge {
        private final Map<String, Object> figures = new LinkedHashMap<>();
        private final Job job;
        private final Distribution truth;
        private final Tensor test;

        /** What the true density is above at all but one in a hundred points. */
        private final double least;

        Judge(Job job, Distribution truth, Tensor test) {
            this.job = job;
            this.truth = truth;
            this.test = test;
            Tensor sorted = truth.logDensity(test).sort(0, false).values();
            least = sorted.get(TEST / 100);
        }

        /**
         * Figures of one distribution, and a picture of its samples. A sample is good where the true density is one that 99 of 100 true
         * points have.
         *
         * @param density mean ln p(x) of the test, NaN if it is unknown
         */
        void report(String name, Tensor samples, double density) throws IOException {
            double distance = NoiseNetworks.energyDistance(samples, test).item();
            double good =
                    truth.logDensity(samples).ge(least).to(DType.F64).mean().item();
            boolean known = !Double.isNaN(density);
            figures.put(name + "_energy_distance", distance);
            figures.put(name + "_good_share", good);
            if (known) {
                figures.put(name + "_log_density", density);
            }
            job.say(
                    "%-15s  %15.5f   %10.1f %%   %11s",
                    name, distance, 100 * good, known ? String.format(Locale.ROOT, "%.4f", density) : "unknown");
            Plot.of("Samples: " + name, "x₁", "x₂")
                    .points(
                            name,
                            samples.select(1, 0).toDoubleArray(),
                            samples.select(1, 1).toDoubleArray())
                    .save(job.run().picture("samples-" + name + ".png", "plots", "Samples: " + name, null));
        }
    }

    private static double density(Distribution d, Tensor x) {
        return d.logDensity(x.narrow(0, 0, WEIGHED)).mean().item();
    }

    /** ln p(x) from below, and at so many draws hardly below. */
    private static double density(NoiseNetworks networks, Tensor x, Random random) {
        double sum = 0;
        for (Tensor part : x.narrow(0, 0, WEIGHED).split(0, PART)) {
            sum += Tape.scoped(() -> networks.bound(part, MANY, random).sum()).item();
        }
        return sum / WEIGHED;
    }

    private static double bound(NoiseNetworks networks, Tensor x, int k, Random random) {
        return Tape.scoped(
                        () -> networks.bound(x.narrow(0, 0, WEIGHED), k, random).mean())
                .item();
    }
}
