package org.culebra.models;

import java.util.ArrayList;
import org.culebra.nn.Activation;
import org.culebra.nn.BatchNorm;
import org.culebra.nn.Conv2d;
import org.culebra.nn.ConvTranspose2d;
import org.culebra.nn.Convolution;
import org.culebra.nn.Dropout;
import org.culebra.nn.Initializer;
import org.culebra.nn.Layer;
import org.culebra.nn.Parallel;
import org.culebra.nn.Sequential;

/**
 * The generator of pix2pix (Isola, Zhu, Zhou and Efros 2017, section 3.2.1 and appendix 6.1.1): f32[B, C, H, W] → f32[B, C′, H, W] in
 * [−1, 1]. Images are halved n times and doubled n times; what is halved at a level goes past all that is deeper, straight to where it
 * is doubled again (the skips of a U-Net, section 3.2.1). 54,413,955 parameters with 3 channels, width 64 and 8 halvings, as the
 * authors' own.
 *
 * <p>The noise z of section 3 is dropout alone, in training; in evaluation the same image makes the same image, and batch
 * normalization takes its running averages: an answer does not depend on what else is asked.
 */
public final class UNet {
    /** Appendix 6.1.1: "the first three layers of the decoder have dropout"; never more than half of them in a shallower one. */
    private static final int DROPPED = 3;

    private static final double DROPOUT = .5;
    private static final double SLOPE = .2;

    private UNet() {}

    /**
     * The network, not yet initialized.
     *
     * @param width channels after the first halving; 64 in the paper
     * @param halvings n, at least 2; with log₂ of the side the innermost images are 1×1, as in the paper
     * @throws IllegalArgumentException if there are fewer than 2
     */
    public static Sequential create(int inputs, int outputs, int width, int halvings) {
        if (halvings < 2) {
            throw new IllegalArgumentException("unet: at least 2 halvings, not " + halvings);
        }
        return new Sequential(
                Sides.multiplesOf(1 << halvings, "unet"),
                down(inputs, width), // C64, without batch norm: (B, C, H, W) -> (B, 64, H/2, W/2)
                level(1, width, halvings), // -> (B, 128, H/2, W/2)
                Activation.RELU,
                up(2 * width, outputs).biasInitializer(Initializer.constant(0)), // -> (B, C', H, W)
                Activation.TANH);
    }

    /** x → [x, what is made of x at this level and all below]: (B, c, h, w) -> (B, 2c, h, w). */
    private static Layer level(int k, int width, int halvings) {
        int outer = channels(width, k - 1);
        int own = channels(width, k);
        boolean innermost = k == halvings - 1;
        var path = new ArrayList<Layer>();
        path.add(Activation.leakyRelu(SLOPE)); // encoder: leaky, slope .2
        path.add(down(outer, own)); // -> (B, c', h/2, w/2)
        if (!innermost) { // "the bottleneck layer has no batch norm" (errata): of one number per channel nothing would
            // be left
            path.add(norm(own));
            path.add(level(k + 1, width, halvings)); // -> (B, 2c', h/2, w/2)
        }
        path.add(Activation.RELU); // decoder: not leaky
        path.add(up(innermost ? own : 2 * own, outer)); // -> (B, c, h, w)
        path.add(norm(outer));
        if (halvings - k <= Math.min(DROPPED, halvings / 2)) {
            path.add(new Dropout(DROPOUT)); // CD512
        }
        Layer skip = Activation.named("Skip", x -> x);
        return Parallel.concat(1, skip, new Sequential(path.toArray(Layer[]::new)));
    }

    /** C64-C128-C256-C512-C512-… */
    private static int channels(int width, int k) {
        return width * Math.min(1 << k, 8);
    }

    /** 4×4, stride 2: (B, c, h, w) -> (B, c', h/2, w/2). */
    private static Convolution down(int from, int to) {
        return Conv2d.of(from, to, 4).stride(2).padding(1).withoutBias().initializer(Initializer.dcgan());
    }

    /** 4×4, stride ½: (B, c, h, w) -> (B, c', 2h, 2w). */
    private static Convolution up(int from, int to) {
        return ConvTranspose2d.of(from, to, 4)
                .stride(2)
                .padding(1)
                .withoutBias()
                .initializer(Initializer.dcgan());
    }

    private static Layer norm(int channels) {
        return BatchNorm.of(channels).initializer(Initializer.dcganScale());
    }
}
