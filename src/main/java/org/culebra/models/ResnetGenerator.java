package org.culebra.models;

import java.util.ArrayList;
import java.util.List;
import org.culebra.nn.Activation;
import org.culebra.nn.Conv2d;
import org.culebra.nn.ConvTranspose2d;
import org.culebra.nn.Convolution;
import org.culebra.nn.GroupNorm;
import org.culebra.nn.Initializer;
import org.culebra.nn.Layer;
import org.culebra.nn.Pad;
import org.culebra.nn.Residual;
import org.culebra.nn.Sequential;
import org.culebra.tensor.PadMode;

/**
 * The generator of CycleGAN (Zhu, Park, Isola and Efros 2017, section 4 and appendix 7.2, after Johnson et al. 2016): f32[B, C, H, W]
 * → f32[B, C′, H, W] in [−1, 1]. 6 blocks for images of 128×128, 9 for larger ones, fewer do for small ones. Padding is by reflection,
 * normalization by instance and without scaling.
 *
 * <p>The authors' code has biases before the normalizations, which take them away again; here there are none.
 */
public final class ResnetGenerator {
    private ResnetGenerator() {}

    /**
     * The network, not yet initialized.
     *
     * @param width channels of the first layer; 64 in the paper
     * @param blocks residual blocks, at least 1
     * @throws IllegalArgumentException if there is none
     */
    public static Sequential create(int inputs, int outputs, int width, int blocks) {
        if (blocks < 1) {
            throw new IllegalArgumentException("resnetGenerator: at least 1 block, not " + blocks);
        }
        var layers = new ArrayList<Layer>();
        layers.add(Sides.multiplesOf(4, "resnetGenerator"));
        layers.add(reflected(3));
        layers.add(plain(Conv2d.of(inputs, width, 7))); // c7s1-64: (B, C, H, W) -> (B, 64, H, W)
        normalized(layers, width);
        layers.add(plain(Conv2d.of(width, 2 * width, 3).stride(2).padding(1))); // d128: -> (B, 128, H/2, W/2)
        normalized(layers, 2 * width);
        layers.add(plain(Conv2d.of(2 * width, 4 * width, 3).stride(2).padding(1))); // d256: -> (B, 256, H/4, W/4)
        normalized(layers, 4 * width);
        for (int k = 0; k < blocks; k++) {
            layers.add(block(4 * width)); // R256
        }
        layers.add(doubling(4 * width, 2 * width)); // u128: -> (B, 128, H/2, W/2)
        normalized(layers, 2 * width);
        layers.add(doubling(2 * width, width)); // u64: -> (B, 64, H, W)
        normalized(layers, width);
        layers.add(reflected(3));
        layers.add(Conv2d.of(width, outputs, 7) // c7s1-3: -> (B, C', H, W)
                .initializer(Initializer.dcgan())
                .biasInitializer(Initializer.constant(0)));
        layers.add(Activation.TANH);
        return new Sequential(layers.toArray(Layer[]::new));
    }

    /** x + f(x), no ReLU after the sum: (B, 256, h, w) -> the same. */
    private static Layer block(int channels) {
        return Residual.of(
                reflected(1),
                plain(Conv2d.of(channels, channels, 3)),
                GroupNorm.instance(channels),
                Activation.RELU,
                reflected(1),
                plain(Conv2d.of(channels, channels, 3)),
                GroupNorm.instance(channels));
    }

    private static void normalized(List<Layer> layers, int channels) {
        layers.add(GroupNorm.instance(channels));
        layers.add(Activation.RELU);
    }

    private static Layer reflected(int n) {
        return Pad.of(PadMode.REFLECT, n, n, n, n);
    }

    /** 3×3, stride ½. */
    private static Convolution doubling(int from, int to) {
        return plain(ConvTranspose2d.of(from, to, 3).stride(2).padding(1).outputPadding(1));
    }

    private static Convolution plain(Convolution convolution) {
        return convolution.withoutBias().initializer(Initializer.dcgan());
    }
}
