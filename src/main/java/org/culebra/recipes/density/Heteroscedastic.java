package org.culebra.recipes.density;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.culebra.data.Batch;
import org.culebra.data.Dataset;
import org.culebra.data.Loader;
import org.culebra.distributions.Kl;
import org.culebra.distributions.MultivariateNormal;
import org.culebra.memory.DType;
import org.culebra.memory.Scope;
import org.culebra.models.Mlp;
import org.culebra.models.MultivariateNormalHead;
import org.culebra.nn.Activation;
import org.culebra.nn.Layer;
import org.culebra.nn.Parallel;
import org.culebra.optim.Adam;
import org.culebra.optim.Schedule;
import org.culebra.recipes.Job;
import org.culebra.recipes.Recipe;
import org.culebra.recipes.RecipeOption;
import org.culebra.recipes.Training;
import org.culebra.report.Plot;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.culebra.train.Supervised;
import org.culebra.train.TrainingResult;

/**
 * {@code heteroscedastic}: a network as a probability distribution, by its outputs, which are the parameters of a multivariate normal
 * one: −ln N(y; μ(x), Σ(x)) is made small, so that it learns how uncertain it has to be and not only what to expect. Two networks side
 * by side, with diagonal and with full Σ, on a {@link NoisyCurve} whose Σ is known.
 *
 * <p>The optimum is in closed form: −E H(y | x), and with diagonal Σ less by −½·E ln(1 − ρ²).
 */
public final class Heteroscedastic implements Recipe {
    private static final RecipeOption<Integer> EXAMPLES =
            RecipeOption.integer("examples", 4000, 1, "Points to learn from.");
    private static final RecipeOption<Integer> HIDDEN =
            RecipeOption.integer("hidden", 64, 1, "Units of each of the two hidden layers.");

    private static final int TEST = 4000;
    private static final int GRID = 121;
    private static final int LEVELS = 19;

    private static final MultivariateNormalHead DIAGONAL = MultivariateNormalHead.diagonal(2);
    private static final MultivariateNormalHead FULL = MultivariateNormalHead.full(2);

    private Heteroscedastic() {}

    public static Recipe recipe() {
        return new Heteroscedastic();
    }

    @Override
    public Card card() {
        return Card.of(
                "heteroscedastic",
                "Regression that learns its own uncertainty, with diagonal and with full covariance; seconds.",
                Training.EPOCHS.unlessTold(150),
                Training.BATCH_SIZE.unlessTold(100),
                Training.LEARNING_RATE.unlessTold(3e-3),
                EXAMPLES,
                HIDDEN,
                Training.SEED,
                Training.CHECKPOINT_EVERY,
                Training.MINUTES);
    }

    private static MultivariateNormal diagonal(Tensor outputs) {
        return DIAGONAL.of(outputs.narrow(1, 0, DIAGONAL.outputs()));
    }

    private static MultivariateNormal full(Tensor outputs) {
        return FULL.of(outputs.narrow(1, DIAGONAL.outputs(), FULL.outputs()));
    }

    /** The networks share no parameter, so each learns as if it were alone. */
    private static Tensor loss(Tensor outputs, Tensor y) {
        Tensor both = diagonal(outputs).logDensity(y).add(full(outputs).logDensity(y));
        return both.mean().neg();
    }

    @Override
    public Map<String, Object> train(Job job) throws IOException {
        // Also where the data are made here: whoever names a folder means it.
        job.places().requireChosen();
        Random random = Random.seeded(job.get(Training.SEED));
        Dataset training = NoisyCurve.data(random, job.get(EXAMPLES));
        Dataset test = NoisyCurve.data(random, TEST);
        int hidden = job.get(HIDDEN);
        Layer net = Parallel.concat(
                1,
                Mlp.create(Activation.TANH, 1, hidden, hidden, DIAGONAL.outputs()),
                Mlp.create(Activation.TANH, 1, hidden, hidden, FULL.outputs()));
        net.initialize(random.split());
        Loader loader =
                Loader.of(training).batchSize(job.get(Training.BATCH_SIZE)).shuffle(random);
        long steps = job.get(Training.EPOCHS) * loader.batches();
        var task = Supervised.of(
                        net,
                        Heteroscedastic::loss,
                        Adam.of(net.parameters()).learningRate(job.get(Training.LEARNING_RATE)))
                .schedule(Schedule.cosine(steps, .01));
        job.describe(this, net, Map.of("data", training.name(), "epochs", job.get(Training.EPOCHS), "steps", steps));
        job.out().println(net);

        TrainingResult result = Training.trainer(job, task, loader)
                .random(random.split())
                .validate(Loader.of(test).batchSize(TEST))
                .train();
        Training.save(job, this, net, Map.of());
        Map<String, Object> results = Training.results(job, this, net, result);
        results.putAll(judge(job, net, test.get(all())));
        draw(job, net, test.get(all()));
        job.run().finish(results);
        return results;
    }

    private static long[] all() {
        return Tensor.arange(TEST).toLongArray();
    }

    // ---------------------------------------------------------------- against the truth

    private static Map<String, Object> judge(Job job, Layer net, Batch test) {
        try (var _ = Scope.open("judge")) {
            Tensor x = test.inputs().to(DType.F64);
            Tensor y = test.targets().to(DType.F64);
            Tensor outputs = net.forward(test.inputs()).to(DType.F64);
            var figures = new LinkedHashMap<String, Object>();
            job.out().println();
            job.out().println("              log-density   of the best   KL to truth   error of σ   of coverage");
            judge(job, figures, "diagonal", diagonal(outputs), NoisyCurve.bestDiagonal(x), x, y);
            judge(job, figures, "full", full(outputs), NoisyCurve.truth(x), x, y);
            Tensor rho = correlation(full(outputs));
            double error =
                    rho.sub(NoisyCurve.correlation(x).squeeze(-1)).abs().mean().item();
            figures.put("full_correlation_error", error);
            job.say("error of the correlation, which is within ±0.9: %.4f", error);
            return figures;
        }
    }

    private static void judge(
            Job job,
            Map<String, Object> figures,
            String kind,
            MultivariateNormal learned,
            MultivariateNormal best,
            Tensor x,
            Tensor y) {
        MultivariateNormal truth = NoisyCurve.truth(x);
        double density = learned.logDensity(y).mean().item();
        // E ln q(y) = −H(p) − KL(p‖q), with nothing left to chance but the places x.
        double optimum = truth.entropy().add(Kl.of(truth, best)).mean().neg().item();
        double divergence = Kl.of(truth, learned).mean().item();
        Tensor sigma = NoisyCurve.deviations(x);
        double deviation =
                learned.standardDeviation().sub(sigma).abs().div(sigma).mean().item();
        double coverage = 0;
        for (double level : levels()) {
            coverage += Math.abs(coverage(learned, y, level) - level) / LEVELS;
        }
        figures.put(kind + "_log_density", density);
        figures.put(kind + "_best_log_density_here", best.logDensity(y).mean().item());
        figures.put(kind + "_optimum", optimum);
        figures.put(kind + "_kl_to_truth", divergence);
        figures.put(kind + "_kl_of_the_best", Kl.of(truth, best).mean().item());
        figures.put(kind + "_deviation_error", deviation);
        figures.put(kind + "_coverage_error", coverage);
        job.say(
                "%-12s  %11.4f   %11.4f   %11.4f   %8.2f %%   %9.2f %%",
                kind, density, best.logDensity(y).mean().item(), divergence, 100 * deviation, 100 * coverage);
    }

    private static double[] levels() {
        double[] levels = new double[LEVELS];
        for (int k = 0; k < LEVELS; k++) {
            levels[k] = (k + 1.) / (LEVELS + 1);
        }
        return levels;
    }

    /** The share of points within the ellipse that should hold so many: χ² with 2 degrees is below −2·ln(1 − level). */
    private static double coverage(MultivariateNormal learned, Tensor y, double level) {
        Tensor within = learned.squaredDistance(y).le(-2 * StrictMath.log1p(-level));
        return within.to(DType.F64).mean().item();
    }

    private static Tensor correlation(MultivariateNormal d) {
        Tensor sigma = d.standardDeviation();
        return d.covariance()
                .select(-1, 0)
                .select(-1, 1)
                .div(sigma.select(-1, 0).mul(sigma.select(-1, 1)));
    }

    // ---------------------------------------------------------------- pictures

    private static void draw(Job job, Layer net, Batch test) throws IOException {
        try (var _ = Scope.open("draw")) {
            Tensor x = Tensor.linspace(DType.F32, -NoisyCurve.EDGE, NoisyCurve.EDGE, GRID)
                    .unsqueeze(1);
            Tensor outputs = net.forward(x).to(DType.F64);
            MultivariateNormal truth = NoisyCurve.truth(x.to(DType.F64));
            save(job, "deviations", "Deviations, learned and true", deviations(x, outputs, truth));
            double[] places = x.toDoubleArray();
            save(
                    job,
                    "correlation",
                    "Correlation, learned and true",
                    Plot.of("Correlation of the two numbers", "x", "ρ")
                            .line("true", places, correlation(truth).toDoubleArray())
                            .line("full Σ", places, correlation(full(outputs)).toDoubleArray()));
            Tensor onTest = net.forward(test.inputs()).to(DType.F64);
            save(job, "calibration", "Coverage, expected and observed", calibration(onTest, test.targets()));
        }
    }

    private static Plot deviations(Tensor x, Tensor outputs, MultivariateNormal truth) {
        double[] places = x.toDoubleArray();
        var plot = Plot.of("Deviations", "x", "σ");
        for (int k = 0; k < 2; k++) {
            int which = k;
            Function<MultivariateNormal, double[]> sigma =
                    d -> d.standardDeviation().select(-1, which).toDoubleArray();
            String name = k == 0 ? "σ₁" : "σ₂";
            plot.line(name + " true", places, sigma.apply(truth))
                    .line(name + " diagonal Σ", places, sigma.apply(diagonal(outputs)))
                    .line(name + " full Σ", places, sigma.apply(full(outputs)));
        }
        return plot;
    }

    private static Plot calibration(Tensor outputs, Tensor y) {
        double[] levels = levels();
        double[] ofDiagonal = new double[LEVELS];
        double[] ofFull = new double[LEVELS];
        for (int k = 0; k < LEVELS; k++) {
            ofDiagonal[k] = coverage(diagonal(outputs), y, levels[k]);
            ofFull[k] = coverage(full(outputs), y, levels[k]);
        }
        return Plot.of("Calibration", "share of points that an ellipse should hold", "share that it holds")
                .line("as it should be", levels, levels)
                .line("diagonal Σ", levels, ofDiagonal)
                .line("full Σ", levels, ofFull);
    }

    private static void save(Job job, String file, String caption, Plot plot) throws IOException {
        plot.save(job.run().picture(file + ".png", "plots", caption, null));
    }
}
