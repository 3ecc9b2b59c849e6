package org.culebra.recipes.stylegan;

import java.util.Map;
import org.culebra.models.StyleGan1;
import org.culebra.models.StyleGenerator;
import org.culebra.models.StyleGenerator.Noise;
import org.culebra.nn.GanLoss;
import org.culebra.nn.GradientPenalty;
import org.culebra.nn.Model;
import org.culebra.optim.Adam;
import org.culebra.optim.State;
import org.culebra.optim.WeightAverage;
import org.culebra.tensor.Order;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.culebra.train.Adversarial;
import org.culebra.train.Adversarial.Turn;
import org.culebra.train.Player;
import org.culebra.train.Stateful;

/**
 * How a StyleGAN learns: what discriminator and generator make small, in both generations (Karras et al. 2019, appendix C; Karras et
 * al. 2020, appendix B).
 */
final class StyleGame {
    /** Steps from one move against R1 to the next, in the second generation. */
    static final int SLOPE_EVERY = 16;

    /** Steps from one move against path lengths to the next. */
    static final int PATHS_EVERY = 4;

    private static final double BETA2 = .99;
    private static final double MIXING = .9;

    private final StyleNetworks networks;
    private final Settings settings;
    private final PathLength paths = new PathLength();
    private final WeightAverage average;
    private final Player discriminator;
    private final Player generator;

    /**
     * What can be chosen.
     *
     * @param batch images per step
     * @param rate of Adam
     * @param r1 γ
     * @param pathWeight of path lengths; 0 is none
     * @param halfLife of the averaged weights, in images
     * @param phase images between two ends of growing, first generation
     * @param last the doublings from 4×4 to whole images
     */
    record Settings(int batch, double rate, double r1, double pathWeight, double halfLife, long phase, int last) {
        /** Where growing begins: at 8×8, or at 4×4 where that is all there is. */
        int first() {
            return last > 1 ? 1 : 0;
        }
    }

    StyleGame(StyleNetworks networks, Settings settings) {
        this.networks = networks;
        this.settings = settings;
        StyleGenerator g = networks.generator();
        average = WeightAverage.halfLife(g.parameters(), settings.halfLife / settings.batch);
        boolean lazy = networks.generation() == 2;
        boolean sloped = lazy && settings.r1 > 0;
        boolean paced = lazy && settings.pathWeight > 0;
        discriminator = Player.of(
                "discriminator",
                networks.discriminator(),
                adam(networks.discriminator(), sloped ? SLOPE_EVERY : 0),
                lazy ? this::tell : this::tellWithSlope);
        generator = Player.of("generator", g, adam(g, paced ? PATHS_EVERY : 0), this::convince)
                .average(average);
        if (sloped) {
            discriminator.regularize(SLOPE_EVERY, this::slope);
        }
        if (paced) {
            generator.regularize(PATHS_EVERY, this::pathLengths);
        }
    }

    /**
     * β = (0, .99), ε = 1e-8. A regularizer at every k-th step is a step more for the optimizer: with c = k/(k + 1) the rate is c·η and
     * β is βᶜ, so that as much happens in k steps as before (Karras et al. 2020, appendix B, "lazy regularization").
     */
    private Adam adam(Model model, int every) {
        double c = every == 0 ? 1 : every / (every + 1.);
        Adam adam = Adam.of(model.parameters()).betas(0, Math.pow(BETA2, c)).epsilon(1e-8);
        adam.learningRate(c * settings.rate);
        return adam;
    }

    /** Both, in turn. */
    Adversarial players() {
        return Adversarial.of(discriminator, generator).remembering("path_length", paths);
    }

    /** The generator's weights as it is used. */
    WeightAverage average() {
        return average;
    }

    // ---------------------------------------------------------------- making images

    private Tensor latents(Turn turn, long count) {
        return Tensor.normal(turn.random(), 0, 1, count, networks.generator().latents());
    }

    /** Styles of new latents, nine times out of ten of two kinds (Karras et al. 2019, section 3.1): [B, L, n]. */
    private Tensor styles(Turn turn, long count, boolean tracked) {
        StyleGenerator g = networks.generator();
        Random random = turn.random();
        Tensor w = g.map(latents(turn, count));
        if (tracked) {
            g.track(w);
        }
        int active = g instanceof StyleGan1.Generator growing ? growing.activeLayers() : g.layers();
        double chance = turn.fixed(() -> Tensor.uniform(random, 0, 1)).item();
        long cut = turn.fixed(() -> Tensor.randint(random, 1, active)).itemAsLong();
        return chance < MIXING ? g.mix(w, g.map(latents(turn, count)), Math.toIntExact(cut)) : g.styles(w);
    }

    private Tensor fakes(Turn turn, long count) {
        return networks.generator().synthesize(styles(turn, count, false), Noise.drawn(turn.random()));
    }

    /** Real images; in the first generation as small as both networks are by now. */
    private Tensor reals(Turn turn) {
        Tensor images = turn.batch().inputs();
        if (networks.generator() instanceof StyleGan1.Generator growing) {
            return turn.fixed(() -> growing.growth().shrink(images));
        }
        return images;
    }

    // ---------------------------------------------------------------- the discriminator

    /** ln(1 + e^d(fake)) + ln(1 + e^−d(real)). */
    private Tensor tell(Turn turn) {
        return tell(turn, networks.discriminator().forward(reals(turn), turn.mode()));
    }

    private Tensor tell(Turn turn, Tensor realScores) {
        Tensor made = turn.fixed(() -> fakes(turn, turn.batch().size()));
        Tensor fakeScores = networks.discriminator().forward(made, turn.mode());
        turn.note("real", realScores);
        turn.note("fake", fakeScores);
        return GanLoss.NON_SATURATING.discriminator(realScores, fakeScores);
    }

    /** The same with R1 in every step; this is where the first generation grows. */
    private Tensor tellWithSlope(Turn turn) {
        networks.grow(
                StyleGan1.Growth.after(turn.step() * settings.batch, settings.phase, settings.first(), settings.last));
        Tensor real = reals(turn);
        Tensor scores = networks.discriminator().forward(real, turn.mode());
        Tensor loss = tell(turn, scores);
        return settings.r1 > 0 ? loss.add(turn.note("r1", slope(turn.tape(), scores, real))) : loss;
    }

    private Tensor slope(Turn turn) {
        Tensor real = reals(turn);
        return slope(turn.tape(), networks.discriminator().forward(real, turn.mode()), real);
    }

    /** R1 = γ/2·E‖∂d/∂x‖² at real images. */
    private Tensor slope(Tape tape, Tensor scores, Tensor real) {
        return GradientPenalty.r1(tape, scores, real).mul(settings.r1);
    }

    // ---------------------------------------------------------------- the generator

    /** ln(1 + e^−d(g(z))): the loss that does not saturate. */
    private Tensor convince(Turn turn) {
        Tensor styles = styles(turn, turn.batch().size(), true);
        Tensor made = networks.generator().synthesize(styles, Noise.drawn(turn.random()));
        return networks.discriminator()
                .forward(made, turn.mode())
                .neg()
                .softplus()
                .mean();
    }

    /** weight·E(‖Jᵀy‖ − a)² over half a batch (Karras et al. 2020, equation 4). */
    private Tensor pathLengths(Turn turn) {
        Tensor styles = styles(turn, Math.max(1, turn.batch().size() / 2), false);
        Tensor made = networks.generator().synthesize(styles, Noise.drawn(turn.random()));
        Tensor lengths = PathLength.of(turn.tape(), made, styles, turn.random());
        paths.track(turn.note("path_length", lengths));
        return lengths.sub(paths.mean).square().mean().mul(settings.pathWeight);
    }

    /** ‖Jᵀy‖, and a, what it has been in the mean: how far an image moves with its w should be the same everywhere. */
    static final class PathLength implements Stateful {
        private static final double DECAY = .01;
        private static final String MEAN = "mean";

        private double mean;

        /**
         * √(mean over layers of ‖∂(x·y)/∂w‖²) with y ~ N(0, I)/√(H·W): [B].
         *
         * @param made x, [B, C, H, W]
         * @param styles w of each layer, [B, L, n]
         */
        static Tensor of(Tape tape, Tensor made, Tensor styles, Random random) {
            double deviation = 1 / Math.sqrt((double) made.dim(2) * made.dim(3));
            Tensor y = Tensor.normal(random, 0, deviation, made.shape().dims());
            Tensor gradient = tape.gradient(made.mul(y).sum(), styles, Order.DIFFERENTIABLE); // (B, L, n)
            return gradient.square().sum(2).mean(1).sqrt();
        }

        /** a ← a + .01·(mean length − a). */
        private void track(Tensor lengths) {
            mean += DECAY * (lengths.mean().item() - mean);
        }

        @Override
        public State state() {
            return new State(Map.of(), Map.of(MEAN, mean));
        }

        @Override
        public void load(State state) {
            mean = state.numbers().getOrDefault(MEAN, 0.);
        }
    }
}
