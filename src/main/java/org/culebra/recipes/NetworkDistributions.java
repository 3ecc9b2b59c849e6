package org.culebra.recipes;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
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
final class NetworkDistributions implements Recipe {
    private static final RecipeOption<Integer> EXAMPLES =
            RecipeOption.integer("examples", 4000, 2, "Points to learn from.");
    private static final RecipeOption<Double> NOISE =
            RecipeOption.number("noise", .1, .01, 1, "Deviation of the points from their half circles.");
    private static final RecipeOption<Integer> HIDDEN =
            RecipeOption.integer("hidden", 64, 1, "Units of each of the two hidden layers.");
    private static final RecipeOption<Integer> SAMPLES = RecipeOption.integer(
            "samples", 8, 1, "Draws of z per point for the bound that the latent variable model climbs.");

    private static final int TEST = 1000;

    /** Draws of z per point for the log-density in the test. */
    private static final int MANY = 1000;

    /** Points at a time, so that all their draws together stay in the cache. */
    private static final int PART = 50;

    /** Places along the half circles, so near each other that noise of .01 covers the gaps. */
    private static final int CENTRES = 1000;

    /** Of samples and draws in the test, which are the same in every test. */
    private static final long TEST_SEED = 8128;

    private NetworkDistributions() {}

    static Recipe recipe() {
        return new NetworkDistributions();
    }

    @Override
    public String name() {
        return "network-distributions";
    }

    @Override
    public String description() {
        return "Networks of noise: a sampler without a density, and a latent variable model, on two moons; a minute.";
    }

    @Override
    public List<RecipeOption<?>> options() {
        return List.of(
                Training.EPOCHS.unlessTold(150),
                Training.BATCH_SIZE.unlessTold(200),
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
            MultivariateNormal normal = normal(seen);
            var figures = new LinkedHashMap<String, Object>();
            Random random = Random.seeded(TEST_SEED);
            job.out().println();
            job.out().println("                 energy distance   log-density");
            String noNetwork = "normal";
            report(job, figures, noNetwork, normal.sample(random, TEST), test, density(normal, test));
            report(job, figures, "sampler", networks.sample(random, TEST), test, Double.NaN);
            report(
                    job,
                    figures,
                    "latent",
                    networks.sampleLatentModel(random, TEST),
                    test,
                    density(networks, test, random));
            report(job, figures, "truth", truth.sample(random, TEST), test, density(truth, test));
            figures.put("bound_" + job.get(SAMPLES), bound(networks, test, job.get(SAMPLES), random));
            figures.put("bound_1", bound(networks, test, 1, random));
            return figures;
        }
    }

    /** Figures of one distribution, and a picture of its samples; the energy distance is to points that none has seen. */
    private static void report(
            Job job, Map<String, Object> figures, String name, Tensor samples, Tensor test, double density)
            throws IOException {
        double distance = NoiseNetworks.energyDistance(samples, test).item();
        figures.put(name + "_energy_distance", distance);
        boolean known = !Double.isNaN(density);
        if (known) {
            figures.put(name + "_log_density", density);
        }
        job.out()
                .println(String.format(
                        Locale.ROOT,
                        "%-15s  %15.5f   %11s",
                        name,
                        distance,
                        known ? String.format(Locale.ROOT, "%.4f", density) : "-"));
        Plot.of("Samples: " + name, "x₁", "x₂")
                .points(
                        name,
                        samples.select(1, 0).toDoubleArray(),
                        samples.select(1, 1).toDoubleArray())
                .save(job.run().picture("samples-" + name + ".png", "plots", "Samples: " + name, null));
    }

    private static double density(Distribution d, Tensor x) {
        return d.logDensity(x).mean().item();
    }

    /** ln p(x) from below, and at so many draws hardly below. */
    private static double density(NoiseNetworks networks, Tensor x, Random random) {
        double sum = 0;
        for (Tensor part : x.split(0, PART)) {
            sum += Tape.scoped(() -> networks.bound(part, MANY, random).sum()).item();
        }
        return sum / TEST;
    }

    private static double bound(NoiseNetworks networks, Tensor x, int k, Random random) {
        return Tape.scoped(() -> networks.bound(x, k, random).mean()).item();
    }
}
