package org.culebra.recipes.density;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.data.Batch;
import org.culebra.distributions.Distribution;
import org.culebra.distributions.MultivariateNormal;
import org.culebra.distributions.Normal;
import org.culebra.memory.DType;
import org.culebra.models.Mlp;
import org.culebra.models.MultivariateNormalHead;
import org.culebra.nn.Activation;
import org.culebra.nn.Layer;
import org.culebra.nn.Mode;
import org.culebra.nn.Model;
import org.culebra.optim.Adam;
import org.culebra.optim.Schedule;
import org.culebra.optim.Scheduler;
import org.culebra.optim.State;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.Task;

/**
 * Two distributions of points of the plane that are networks of noise z ~ N(0, 1), z: [B, 2].
 *
 * <p>The <b>sampler</b> is x = g(z). Its density is unknown, so it learns from samples alone, by the energy distance. The <b>latent
 * variable model</b> is x ~ N(μ(z), Σ(z)), with a density p(x) = ∫ p(x | z)·p(z) dz that importance sampling bounds from below.
 */
final class NoiseNetworks implements Model {
    /** Numbers of z. */
    private static final int LATENT = 2;

    private static final int POINT = 2;

    private static final MultivariateNormalHead POSTERIOR = MultivariateNormalHead.diagonal(LATENT);
    private static final MultivariateNormalHead LIKELIHOOD = MultivariateNormalHead.full(POINT);

    private static final Elementwise SQUARED_DIFFERENCE =
            Elementwise.of((a, b) -> a.sub(b).square());

    /** √s with derivative 0 at 0, where the distance of a point to itself is. */
    private static final Elementwise ROOT = Elementwise.of(s -> s.gt(0).select(s.sqrt(), 0));

    private final Layer sampler;
    private final Layer encoder;
    private final Layer decoder;

    /**
     * The networks, initialized.
     *
     * @param hidden units of each of their two hidden layers
     */
    NoiseNetworks(int hidden, Random random) {
        sampler = Mlp.create(Activation.RELU, LATENT, hidden, hidden, POINT);
        encoder = Mlp.create(Activation.RELU, POINT, hidden, hidden, POSTERIOR.outputs());
        decoder = Mlp.create(Activation.RELU, LATENT, hidden, hidden, LIKELIHOOD.outputs());
        initialize(random);
    }

    @Override
    public Map<String, Layer> children() {
        var networks = new LinkedHashMap<String, Layer>();
        networks.put("sampler", sampler);
        networks.put("encoder", encoder);
        networks.put("decoder", decoder);
        return networks;
    }

    private static Distribution prior() {
        return Normal.standard(DType.F32, LATENT).independent(1);
    }

    // ---------------------------------------------------------------- the second way: noise in, no density

    /** x = g(z): [n, 2]. */
    Tensor sample(Random random, long n) {
        return sampler.forward(prior().sample(random, n));
    }

    /**
     * 2·E‖x − y‖ − E‖x − x′‖ − E‖y − y′‖, estimated without bias (Székely and Rizzo 2013, eq. 5): 0 if and only if both have the same
     * distribution, and nothing but samples is needed, not even a kernel's width, as MMD would.
     *
     * <p>x: [N, 2], y: [M, 2] → [].
     */
    static Tensor energyDistance(Tensor x, Tensor y) {
        return distances(x, y).mean().mul(2).sub(withinMean(x)).sub(withinMean(y));
    }

    private static Tensor distances(Tensor x, Tensor y) {
        return ROOT.apply(SQUARED_DIFFERENCE.sum(List.of(x.unsqueeze(1), y.unsqueeze(0)), -1)); // (N, M)
    }

    /** Over pairs of different points: those of a point with itself are 0, and not counted. */
    private static Tensor withinMean(Tensor x) {
        double n = (double) x.dim(0);
        return distances(x, x).sum().div(Math.max(1, n * (n - 1)));
    }

    // ---------------------------------------------------------------- the third way: noise in, parameters out

    /** z ~ N(0, 1), x ~ N(μ(z), Σ(z)): [n, 2]. */
    Tensor sampleLatentModel(Random random, long n) {
        return LIKELIHOOD.of(decoder.forward(prior().sample(random, n))).sample(random);
    }

    /**
     * ln 1/k Σ p(x | zᵢ)·p(zᵢ)/q(zᵢ | x), zᵢ ~ q: at most ln p(x) on average, and the nearer the larger k (Burda et al. 2016, eq. 8).
     *
     * <p>x: [B, 2] → [B].
     */
    Tensor bound(Tensor x, int k, Random random) {
        MultivariateNormal posterior = POSTERIOR.of(encoder.forward(x));
        Tensor z = posterior.sampleReparameterized(random, k); // (k, B, 2)
        Tensor outputs = decoder.forward(z.reshape(k * x.dim(0), LATENT));
        MultivariateNormal likelihood = LIKELIHOOD.of(outputs.reshape(k, x.dim(0), LIKELIHOOD.outputs()));
        Tensor weights = likelihood.logDensity(x).add(prior().logDensity(z)).sub(posterior.logDensity(z)); // (k, B)
        return weights.logSumExp(0).sub(Math.log(k));
    }

    // ---------------------------------------------------------------- learning

    /**
     * Both learn, each as if it were alone: they share no parameter.
     *
     * @param samples k of the bound
     */
    record Learning(NoiseNetworks networks, Adam adam, Scheduler scheduler, int samples) implements Task {
        static Learning of(NoiseNetworks networks, double rate, long steps, int samples) {
            Adam adam = Adam.of(networks.parameters()).learningRate(rate);
            return new Learning(networks, adam, Scheduler.of(adam, Schedule.cosine(steps, .01)), samples);
        }

        @Override
        public Map<String, Double> step(Batch batch, Mode mode) {
            try (var tape = Tape.open()) {
                Tensor x = batch.inputs();
                Tensor distance = energyDistance(networks.sample(mode.random(), x.dim(0)), x);
                Tensor bound = networks.bound(x, samples, mode.random()).mean();
                Tensor loss = distance.sub(bound);
                var figures = new LinkedHashMap<String, Double>();
                figures.put(LOSS, loss.item());
                figures.put("energy_distance", distance.item());
                figures.put("bound", bound.item());
                if (Double.isFinite(loss.item())) {
                    adam.step(tape.gradients(loss));
                    scheduler.step();
                }
                return figures;
            }
        }

        @Override
        public State state() {
            return new State(networks.state(), Map.of())
                    .prefixed("model")
                    .and(adam.state().prefixed("optimizer"))
                    .and(scheduler.state().prefixed("scheduler"));
        }

        @Override
        public void load(State state) {
            networks.load(state.under("model").tensors());
            scheduler.load(state.under("scheduler"));
            adam.load(state.under("optimizer"));
        }
    }
}
