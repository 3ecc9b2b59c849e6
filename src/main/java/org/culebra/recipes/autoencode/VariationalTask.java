package org.culebra.recipes.autoencode;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.culebra.data.Batch;
import org.culebra.data.Batches;
import org.culebra.data.Loader;
import org.culebra.memory.Scope;
import org.culebra.models.Vae;
import org.culebra.nn.Mode;
import org.culebra.nn.Model;
import org.culebra.optim.Optimizer;
import org.culebra.optim.Scheduler;
import org.culebra.optim.State;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.Task;

/**
 * Makes −L small, the bound of a {@link Vae} (Kingma and Welling 2014, algorithm 1), or −L_K by several samples (Burda et al. 2016).
 *
 * <p>Figures: {@code loss}, what was made small; by one sample {@code reconstruction}, −ln p(x|z), and {@code divergence}, KL(q ‖ p),
 * nats per image. An evaluation has −L as its loss, whatever was made small.
 */
final class VariationalTask implements Task {
    /** Of noise and binarization in evaluations, which are the same each time. */
    private static final long TEST_SEED = 8128;

    private final Model model;
    private final Function<Tensor, Vae> given;
    private final Optimizer optimizer;
    private final Scheduler scheduler;
    private final Objective objective;
    private long steps;

    /**
     * What is made small.
     *
     * @param beta weight of the divergence
     * @param warmUp steps in which it rises from 0
     * @param freeBits nats that each latent may use for nothing
     * @param samples K
     * @param binarized whether pixels are drawn anew, 0 or 1, each time an image is seen
     */
    record Objective(double beta, long warmUp, double freeBits, int samples, boolean binarized) {
        double betaAt(long step) {
            return step < warmUp ? beta * step / warmUp : beta;
        }

        Tensor seen(Tensor images, Random random) {
            return binarized ? Tensor.bernoulli(random, images) : images;
        }
    }

    /**
     * A task.
     *
     * @param model what learns
     * @param given the model of images of these classes: i64[B]
     */
    VariationalTask(
            Model model, Function<Tensor, Vae> given, Optimizer optimizer, Scheduler scheduler, Objective objective) {
        this.model = model;
        this.given = given;
        this.optimizer = optimizer;
        this.scheduler = scheduler;
        this.objective = objective;
    }

    @Override
    public Map<String, Double> step(Batch batch, Mode mode) {
        var figures = new LinkedHashMap<String, Double>();
        try (var tape = Tape.open()) {
            Tensor x = tape.withoutRecording(() -> objective.seen(batch.inputs(), mode.random()));
            Vae vae = given.apply(batch.targets());
            Tensor loss = objective.samples == 1
                    ? byOneSample(vae, x, mode, tape, figures)
                    : Vae.importanceBound(vae.logWeights(x, noise(mode.random(), vae, x, objective.samples), mode))
                            .mean()
                            .neg();
            double value = loss.item();
            figures.put(LOSS, value);
            if (Double.isFinite(value)) {
                optimizer.step(tape.gradients(loss));
                scheduler.step();
                steps++;
            }
        }
        figures.put("learning_rate", optimizer.learningRate());
        return figures;
    }

    private Tensor byOneSample(Vae vae, Tensor x, Mode mode, Tape tape, Map<String, Double> figures) {
        Vae.Bound bound = vae.bound(x, noise(mode.random(), vae, x, 1).squeeze(0), mode);
        double beta = objective.betaAt(steps);
        tape.withoutRecording(() ->
                figures.put("reconstruction", -bound.logLikelihood().mean().item()));
        tape.withoutRecording(() ->
                figures.put("divergence", bound.posterior().totalDivergence().item() / x.dim(0)));
        if (objective.warmUp > 0) {
            figures.put("beta", beta);
        }
        return bound.loss(beta, objective.freeBits);
    }

    private static Tensor noise(Random random, Vae vae, Tensor x, long samples) {
        return Tensor.normal(random, 0, 1, samples, x.dim(0), vae.latents());
    }

    @Override
    public Map<String, Double> evaluate(Loader data) {
        Random random = Random.seeded(TEST_SEED);
        double reconstruction = 0;
        double divergence = 0;
        long count = 0;
        try (Batches batches = data.iterator()) {
            while (batches.hasNext()) {
                Batch batch = batches.next();
                try (var _ = Scope.open("variational")) {
                    Tensor x = objective.seen(batch.inputs(), random);
                    Vae vae = given.apply(batch.targets());
                    Vae.Bound bound = vae.bound(x, noise(random, vae, x, 1).squeeze(0), Mode.EVALUATION);
                    reconstruction -= bound.logLikelihood().sum().item();
                    divergence += bound.posterior().totalDivergence().item();
                }
                count += batch.size();
            }
        }
        var figures = new LinkedHashMap<String, Double>();
        figures.put(LOSS, (reconstruction + divergence) / count);
        figures.put("reconstruction", reconstruction / count);
        figures.put("divergence", divergence / count);
        return figures;
    }

    /** Mean of −L_K over some data, by so many samples for each image. */
    double bound(Loader data, long samples) {
        Random random = Random.seeded(TEST_SEED);
        double sum = 0;
        long count = 0;
        try (Batches batches = data.iterator()) {
            while (batches.hasNext()) {
                Batch batch = batches.next();
                try (var _ = Scope.open("bound")) {
                    Tensor x = objective.seen(batch.inputs(), random);
                    for (double value : given.apply(batch.targets()).logDensity(x, samples, random)) {
                        sum -= value;
                    }
                }
                count += batch.size();
            }
        }
        return sum / count;
    }

    @Override
    public State state() {
        return new State(model.state(), Map.of("steps", (double) steps))
                .prefixed("model")
                .and(optimizer.state().prefixed("optimizer"))
                .and(scheduler.state().prefixed("scheduler"));
    }

    @Override
    public void load(State state) {
        State own = state.under("model");
        steps = own.numbers().getOrDefault("steps", 0.).longValue();
        model.load(own.tensors());
        scheduler.load(state.under("scheduler"));
        // After the scheduler, which sets the rate: what counts is what the rate was.
        optimizer.load(state.under("optimizer"));
    }

    @Override
    public Map<String, String> signature() {
        var all = new LinkedHashMap<String, String>(); // in this order in every process
        all.put("model", model.describe());
        all.put("objective", objective.toString());
        return all;
    }
}
