package org.culebra.recipes.stylegan;

import java.util.Map;
import org.culebra.models.StyleGan1;
import org.culebra.models.StyleGan2;
import org.culebra.models.StyleGenerator;
import org.culebra.models.StyleGenerator.Noise;
import org.culebra.nn.GanLoss;
import org.culebra.nn.GradientPenalty;
import org.culebra.nn.Model;
import org.culebra.optim.Adam;
import org.culebra.optim.State;
import org.culebra.optim.WeightAverage;
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
    private static final double BETA2 = .99;

    private final StyleNetworks networks;
    private final Settings settings;
    private final Paths paths = new Paths();
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
                adam(networks.discriminator(), sloped ? StyleGan2.R1_EVERY : 0),
                lazy ? this::tell : this::tellWithSlope);
        generator = Player.of("generator", g, adam(g, paced ? StyleGan2.PATHS_EVERY : 0), this::convince)
                .average(average);
        if (sloped) {
            discriminator.regularize(StyleGan2.R1_EVERY, this::slope);
        }
        if (paced) {
            generator.regularize(StyleGan2.PATHS_EVERY, this::pathLengths);
        }
    }

    /** β = (0, .99), ε = 1e-8; with a regularizer at every k-th step c·η and βᶜ, see {@link StyleGan2#lazy}. */
    private Adam adam(Model model, int every) {
        double c = every == 0 ? 1 : StyleGan2.lazy(every);
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

    /** Styles of new latents, mixed: [B, L, n]. */
    private Tensor styles(Turn turn, long count, boolean tracked) {
        StyleGenerator g = networks.generator();
        Tensor w = g.map(Tensor.normal(turn.random(), 0, 1, count, g.latents()));
        if (tracked) {
            g.track(w);
        }
        return g.mixed(w, turn.random());
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
        return GanLoss.NON_SATURATING.generator(networks.discriminator().forward(made, turn.mode()));
    }

    /** weight·E(‖Jᵀy‖ − a)² over half a batch (Karras et al. 2020, equation 4 and appendix B). */
    private Tensor pathLengths(Turn turn) {
        Tensor styles = styles(turn, Math.max(1, turn.batch().size() / 2), false);
        Tensor made = networks.generator().synthesize(styles, Noise.drawn(turn.random()));
        Tensor lengths = StyleGan2.PathLength.of(turn.tape(), made, styles, turn.random());
        paths.known = paths.known.after(turn.note("path_length", lengths));
        return paths.known.penalty(lengths).mul(settings.pathWeight);
    }

    /** What path lengths have been, from one step to the next. */
    private static final class Paths implements Stateful {
        private static final String MEAN = "mean";

        private StyleGan2.PathLength known = StyleGan2.PathLength.NONE;

        @Override
        public State state() {
            return new State(Map.of(), Map.of(MEAN, known.mean()));
        }

        @Override
        public void load(State state) {
            known = new StyleGan2.PathLength(state.numbers().getOrDefault(MEAN, 0.));
        }
    }
}
