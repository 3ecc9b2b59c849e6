package org.culebra.recipes.gan;

import java.util.List;
import org.culebra.nn.GanLoss;
import org.culebra.nn.GradientPenalty;
import org.culebra.optim.Adam;
import org.culebra.optim.Optimizer;
import org.culebra.optim.RmsProp;
import org.culebra.optim.WeightAverage;
import org.culebra.tensor.Tensor;
import org.culebra.train.Adversarial;
import org.culebra.train.Adversarial.Turn;
import org.culebra.train.Player;
import org.jspecify.annotations.Nullable;

/** A generator against a discriminator: whose turn it is, and what each makes small (Goodfellow et al. 2014, algorithm 1). */
record GanGame(GanNetworks nets, Rules rules) {
    /**
     * How it is played.
     *
     * @param loss of both
     * @param penalty λ of the penalty of slopes other than 1 (WGAN-GP); 0 for none
     * @param clip bound of the discriminator's weights (WGAN); infinite for none
     * @param r1 γ of the penalty of slopes at real examples; 0 for none
     * @param criticSteps steps of the discriminator for each of the generator
     */
    record Rules(GanLoss loss, double penalty, double clip, double r1, int criticSteps) {
        static final List<String> NAMES =
                List.of("non-saturating", "saturating", "least-squares", "hinge", "wasserstein-clip", "wasserstein-gp");

        /** The paper's bound (Arjovsky et al. 2017, algorithm 1). */
        private static final double CLIP = .01;

        /** The paper's critic steps, for both forms. */
        private static final int CRITIC_STEPS = 5;

        /**
         * By name, as the papers have it.
         *
         * @param points whether points are learned, for which λ is .1; of images it is 10 (Gulrajani et al. 2017)
         */
        static Rules named(String name, boolean points, double r1, int criticSteps) {
            boolean isClipped = name.equals("wasserstein-clip");
            boolean hasPenalty = name.equals("wasserstein-gp");
            GanLoss loss = switch (name) {
                case "non-saturating" -> GanLoss.NON_SATURATING;
                case "saturating" -> GanLoss.SATURATING;
                case "least-squares" -> GanLoss.LEAST_SQUARES;
                case "hinge" -> GanLoss.HINGE;
                default -> GanLoss.WASSERSTEIN;
            };
            int usual = loss == GanLoss.WASSERSTEIN ? CRITIC_STEPS : 1;
            return new Rules(
                    loss,
                    hasPenalty ? points ? .1 : 10 : 0,
                    isClipped ? CLIP : Double.POSITIVE_INFINITY,
                    r1,
                    criticSteps == 0 ? usual : criticSteps);
        }

        boolean isClipped() {
            return clip < Double.POSITIVE_INFINITY;
        }

        /** True if the score of one example must not depend on the others. */
        boolean hasSlopes() {
            return penalty > 0 || r1 > 0;
        }

        /** The optimizer of the paper: of WGAN (RMSprop), of WGAN-GP, of PacGAN for points, of DCGAN. */
        Optimizer optimizer(List<Tensor> parameters, boolean points, double rate) {
            if (isClipped()) {
                return RmsProp.of(parameters).learningRate(rate == 0 ? 5e-5 : rate);
            }
            if (penalty > 0) {
                return Adam.of(parameters).betas(.5, .9).learningRate(rate == 0 ? 1e-4 : rate);
            }
            return points
                    ? Adam.of(parameters).betas(.8, .999).learningRate(rate == 0 ? 1e-4 : rate)
                    : Adam.of(parameters).betas(.5, .999).learningRate(rate == 0 ? 2e-4 : rate);
        }
    }

    /** Both players. */
    Adversarial task(Optimizer discriminating, Optimizer generating, @Nullable WeightAverage average) {
        Player discriminator = Player.of("discriminator", nets.discriminator(), discriminating, this::tellApart);
        if (rules.isClipped()) {
            discriminator.clip(rules.clip());
        }
        Player generator =
                Player.of("generator", nets.generator(), generating, this::fool).every(rules.criticSteps());
        if (average != null) {
            generator.average(average);
        }
        return Adversarial.of(discriminator, generator);
    }

    private Tensor tellApart(Turn turn) {
        Tensor labels = turn.batch().targets();
        Tensor real = nets.packed(turn.batch().inputs());
        Tensor fake = nets.packed(turn.fixed(() -> made(turn)));
        List<Tensor> scores = scores(turn, real, fake, labels);
        Tensor realScores = turn.note("real_score", scores.get(0));
        Tensor fakeScores = turn.note("fake_score", scores.get(1));
        Tensor loss = rules.loss().discriminator(realScores, fakeScores);
        if (rules.penalty() > 0) {
            Tensor slope = GradientPenalty.wasserstein(
                    turn.tape(), x -> nets.judge().of(x, labels, turn.mode()), real, fake, turn.random());
            loss = loss.add(turn.note("penalty", slope).mul(rules.penalty()));
        }
        if (rules.r1() > 0) {
            Tensor slope = GradientPenalty.r1(turn.tape(), realScores, real);
            loss = loss.add(turn.note("r1", slope).mul(rules.r1()));
        }
        return loss;
    }

    /** Of real and generated examples; in one pass where that comes to the same and no slope at the real ones alone is needed. */
    private List<Tensor> scores(Turn turn, Tensor real, Tensor fake, Tensor labels) {
        if (nets.independent() && rules.r1() == 0) {
            Tensor both = Tensor.concat(0, real, fake);
            return nets.judge()
                    .of(both, Tensor.concat(0, labels, labels), turn.mode())
                    .split(0, real.dim(0));
        }
        return List.of(nets.judge().of(real, labels, turn.mode()), nets.judge().of(fake, labels, turn.mode()));
    }

    private Tensor fool(Turn turn) {
        Tensor fake = nets.packed(made(turn));
        return rules.loss().generator(nets.judge().of(fake, turn.batch().targets(), turn.mode()));
    }

    /** As many as there are real ones, of the same labels. */
    private Tensor made(Turn turn) {
        Tensor z = nets.draw(turn.random(), turn.batch().size());
        return nets.make().of(z, turn.batch().targets(), turn.mode());
    }
}
