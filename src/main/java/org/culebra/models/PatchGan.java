package org.culebra.models;

import java.util.ArrayList;
import java.util.function.IntFunction;
import org.culebra.nn.Activation;
import org.culebra.nn.BatchNorm;
import org.culebra.nn.Conv2d;
import org.culebra.nn.Convolution;
import org.culebra.nn.GroupNorm;
import org.culebra.nn.Initializer;
import org.culebra.nn.Layer;
import org.culebra.nn.Sequential;

/**
 * The discriminator of pix2pix and CycleGAN (Isola et al. 2017, section 3.2.2 and appendix 6.1.2): f32[B, C, H, W] → logits f32[B, 1,
 * h, w], one for each patch, so that only the style of patches is judged. With three halvings a patch is 70×70, and there are 2,768,705
 * parameters for 6 channels, as in the authors' own.
 */
public final class PatchGan {
    private static final double SLOPE = .2;

    private PatchGan() {}

    /** With batch normalization, as pix2pix has it. */
    public static Sequential create(int channels, int width, int halvings) {
        return create(channels, width, halvings, n -> BatchNorm.of(n).initializer(Initializer.dcganScale()));
    }

    /** With instance normalization without scaling, as CycleGAN has it (Zhu et al. 2017, appendix 7.2). */
    public static Sequential instanceNormalized(int channels, int width, int halvings) {
        return create(channels, width, halvings, GroupNorm::instance);
    }

    /**
     * The network, not yet initialized.
     *
     * @param channels of the image; of input and output together in pix2pix
     * @param width channels of the first layer; 64 in the papers
     * @param halvings of the sides, 3 in the papers: a patch is 16, 34 or 70 wide for 1, 2 or 3
     * @param norm a normalization of so many channels
     * @throws IllegalArgumentException if there are no halvings
     */
    public static Sequential create(int channels, int width, int halvings, IntFunction<Layer> norm) {
        if (halvings < 1) {
            throw new IllegalArgumentException("patchGan: at least 1 halving, not " + halvings);
        }
        var layers = new ArrayList<Layer>();
        layers.add(convolution(channels, width, 2)); // C64, never normalized: (B, C, H, W) -> (B, 64, H/2, W/2)
        layers.add(Activation.leakyRelu(SLOPE));
        for (int k = 1; k <= halvings; k++) {
            int stride = k < halvings ? 2 : 1;
            int to = channels(width, k);
            // C128-C256-C512: -> (B, 128, H/4, W/4) -> (B, 256, H/8, W/8) -> (B, 512, H/8 - 1, W/8 - 1)
            layers.add(convolution(channels(width, k - 1), to, stride).withoutBias());
            layers.add(norm.apply(to));
            layers.add(Activation.leakyRelu(SLOPE));
        }
        layers.add(convolution(channels(width, halvings), 1, 1)); // -> (B, 1, H/8 - 2, W/8 - 2)
        return new Sequential(layers.toArray(Layer[]::new));
    }

    private static int channels(int width, int k) {
        return width * Math.min(1 << k, 8);
    }

    private static Convolution convolution(int from, int to, int stride) {
        return Conv2d.of(from, to, 4)
                .stride(stride)
                .padding(1)
                .initializer(Initializer.dcgan())
                .biasInitializer(Initializer.constant(0));
    }
}
