package org.culebra.recipes.translate;

import org.culebra.data.Loader;
import org.culebra.models.PatchGan;
import org.culebra.nn.Layer;
import org.culebra.nn.Losses;
import org.culebra.recipes.Job;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.culebra.train.Adversarial;
import org.culebra.train.ImagePool;
import org.culebra.train.Player;
import org.jspecify.annotations.Nullable;

/**
 * L(G, F, D_X, D_Y) = L_GAN(G, D_Y) + L_GAN(F, D_X) + λ·L_cyc(G, F) (Zhu et al. 2017, equation 3), with least squares for L_GAN (section
 * 4) and the identity mapping of section 5.2: both generators against a discriminator for each kind of picture.
 */
final class CycleGame {
    private final Job job;
    private final CycleGan.Pair generators;
    private final double cycle;
    private final Critic ofX;
    private final Critic ofY;

    CycleGame(Job job, CycleGan.Pair generators, int channels, int side, double cycle, Random random) {
        this.job = job;
        this.generators = generators;
        this.cycle = cycle;
        int halvings = Translation.patchHalvings(side);
        ofX = new Critic(
                PatchGan.instanceNormalized(channels, job.get(CycleGan.WIDTH), halvings), job.get(CycleGan.POOL));
        ofY = new Critic(
                PatchGan.instanceNormalized(channels, job.get(CycleGan.WIDTH), halvings), job.get(CycleGan.POOL));
        ofX.net.initialize(random);
        ofY.net.initialize(random);
    }

    String describe() {
        return ofX.net.describe();
    }

    Adversarial task(Loader loader) {
        Player makers = Player.of(
                        "generators", generators, Translation.adam(job, generators.parameters()), this::generatorLoss)
                .schedule(Translation.decay(job, loader));
        return Adversarial.of(
                        makers,
                        player(
                                "discriminator_x",
                                ofX,
                                loader,
                                turn -> turn.batch().inputs()),
                        player(
                                "discriminator_y",
                                ofY,
                                loader,
                                turn -> turn.batch().targets()))
                .remembering("pool_x", ofX.pool)
                .remembering("pool_y", ofY.pool);
    }

    private Player player(String name, Critic critic, Loader loader, Reals reals) {
        return Player.of(
                        name,
                        critic.net,
                        Translation.adam(job, critic.net.parameters()),
                        turn -> critic.loss(turn, reals.of(turn)))
                .schedule(Translation.decay(job, loader));
    }

    private interface Reals {
        Tensor of(Adversarial.Turn turn);
    }

    private Tensor generatorLoss(Adversarial.Turn turn) {
        Layer g = generators.there();
        Layer f = generators.back();
        Tensor x = turn.batch().inputs(); // (B, C, S, S)
        Tensor y = turn.batch().targets();
        Tensor fakeY = g.forward(x, turn.mode());
        Tensor fakeX = f.forward(y, turn.mode());
        Tensor loss = ofY.fooledBy(fakeY, turn).add(ofX.fooledBy(fakeX, turn)); // section 4: E (D(G(x)) - 1)²
        turn.note("generators_gan", loss);
        if (cycle > 0) { // equation 2: |F(G(x)) - x| + |G(F(y)) - y|
            Tensor loops = Losses.l1(f.forward(fakeY, turn.mode()), x).add(Losses.l1(g.forward(fakeX, turn.mode()), y));
            loss = loss.add(turn.note("generators_cycle", loops).mul(cycle));
        }
        double identity = job.get(CycleGan.IDENTITY);
        if (identity > 0) { // section 5.2: |G(y) - y| + |F(x) - x|
            Tensor kept = Losses.l1(g.forward(y, turn.mode()), y).add(Losses.l1(f.forward(x, turn.mode()), x));
            loss = loss.add(turn.note("generators_identity", kept).mul(identity));
        }
        ofY.show(fakeY, turn);
        ofX.show(fakeX, turn);
        return loss;
    }

    /** A discriminator, and the fakes that it is shown next. */
    private static final class Critic {
        private final Layer net;
        private final ImagePool pool;
        private @Nullable Tensor shown;

        Critic(Layer net, int remembered) {
            this.net = net;
            this.pool = ImagePool.of(remembered);
        }

        Tensor fooledBy(Tensor fake, Adversarial.Turn turn) {
            return net.forward(fake, turn.mode()).sub(1).square().mean();
        }

        /** What was made for the generators' loss is not made again for this one's. */
        void show(Tensor fake, Adversarial.Turn turn) {
            if (shown != null) {
                shown.release();
            }
            shown = turn.tape().keep(pool.exchange(fake, turn.random()));
        }

        /** Section 4: E (D(y) - 1)² + E D(G(x))², halved. */
        Tensor loss(Adversarial.Turn turn, Tensor real) {
            Tensor fake = shown;
            if (fake == null) {
                throw new IllegalStateException("cyclegan: the generators move first");
            }
            Tensor right = net.forward(real, turn.mode()).sub(1).square().mean();
            Tensor wrong = net.forward(fake, turn.mode()).square().mean();
            return right.add(wrong).div(2);
        }
    }
}
