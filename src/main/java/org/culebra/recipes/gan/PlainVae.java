package org.culebra.recipes.gan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.culebra.nn.Initializer;
import org.culebra.nn.Layer;
import org.culebra.nn.Losses;
import org.culebra.nn.Mode;
import org.culebra.nn.Model;
import org.culebra.nn.Parameter;
import org.culebra.nn.Reduction;
import org.culebra.tensor.Elementwise;
import org.culebra.tensor.Tensor;
import org.culebra.train.Adversarial.Turn;

/**
 * A variational autoencoder whose decoder is a GAN's generator: q(z|x) = N(μ(x), diag σ²(x)), p(x|z) = N(g(z), s²I) with one s for all
 * that is learned, p(z) = N(0, I) (Kingma and Welling 2014).
 *
 * @param encoder x → (μ, ln σ²), [B, 2n]
 * @param logVariance ln s², [1]
 */
record PlainVae(Layer encoder, GanNetworks nets, Parameter logVariance) implements Model {
    /** Inputs μ, ln σ² and ε ~ N(0, 1): μ + σε (Kingma and Welling 2014, section 2.4). */
    private static final Elementwise REPARAMETERIZED = Elementwise.withScalars(
            "reparameterized", 3, 0, (x, none) -> List.of(x.get(1).mul(.5).exp().fma(x.get(2), x.get(0))));

    /** Inputs μ and ln σ²: ½(μ² + σ² − 1 − ln σ²) (the same, appendix B). */
    private static final Elementwise DIVERGENCE = Elementwise.withScalars(
            "gaussianDivergence",
            2,
            0,
            (x, none) -> List.of(
                    x.get(0).square().add(x.get(1).exp()).sub(1).sub(x.get(1)).mul(.5)));

    PlainVae(Layer encoder, GanNetworks nets) {
        this(encoder, nets, Parameter.of(Initializer.constant(0), 1));
    }

    /** −ELBO, the mean over the batch, but for its constant D/2·ln 2π. */
    Tensor loss(Turn turn) {
        Tensor x = turn.batch().inputs();
        Mode mode = turn.mode();
        Tensor code = encoder.forward(x, mode); // (B, ...) -> (B, 2n)
        int n = nets.latents();
        Tensor mean = code.narrow(1, 0, n);
        Tensor logVariances = code.narrow(1, n, n);
        Tensor noise = Tensor.normal(turn.random(), 0, 1, x.dim(0), n);
        Tensor z = REPARAMETERIZED.apply(mean, logVariances, noise); // -> (B, n)
        Tensor made = nets.make().of(z, turn.batch().targets(), mode); // -> (B, ...)
        Tensor kl = DIVERGENCE.sum(List.of(mean, logVariances)).div((double) x.dim(0));
        Tensor error = Losses.gaussianNll(made, x, logVariance.value().exp(), 1e-8, Reduction.BATCH_MEAN);
        return turn.note("reconstruction", error).add(turn.note("kl", kl));
    }

    @Override
    public Map<String, Model> children() {
        var all = new LinkedHashMap<String, Model>();
        all.put("encoder", encoder);
        all.put("decoder", nets.generator());
        return all;
    }

    @Override
    public Map<String, Parameter> ownParameters() {
        return Map.of("log_variance", logVariance);
    }
}
