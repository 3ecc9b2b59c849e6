package org.culebra.models;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.culebra.nn.Activation;
import org.culebra.nn.Conv2d;
import org.culebra.nn.ConvTranspose2d;
import org.culebra.nn.Flatten;
import org.culebra.nn.Layer;
import org.culebra.nn.Linear;
import org.culebra.nn.Sequential;
import org.culebra.nn.Unflatten;
import org.culebra.tensor.Shape;

/**
 * A convolutional autoencoder: images [B, C, H, W] are halved as long as both sides are even and above 4, with 32, 64, 128 and 256
 * channels, then mapped to n numbers; the decoder is the mirror image.
 */
public final class ConvAutoencoder {
    private static final int FIRST = 32;
    private static final long SMALLEST = 4;
    private static final int KERNEL = 4;

    private ConvAutoencoder() {}

    /**
     * The networks, not yet initialized.
     *
     * @param image C, H, W
     * @param latents n
     * @throws IllegalArgumentException if the sides cannot be halved even once
     */
    public static Autoencoder create(Shape image, long latents) {
        var down = new ArrayList<Layer>();
        var up = new ArrayList<Layer>(List.of(Activation.SIGMOID));
        int channels = Math.toIntExact(image.dim(0));
        long h = image.dim(1);
        long w = image.dim(2);
        int wide = FIRST;
        while (h % 2 == 0 && w % 2 == 0 && Math.min(h, w) > SMALLEST) {
            // (B, C, H, W) -> (B, 32, H/2, W/2) -> (B, 64, H/4, W/4) …, and back in the reverse order
            down.add(Conv2d.of(channels, wide, KERNEL).stride(2).padding(1));
            down.add(Activation.RELU);
            up.add(ConvTranspose2d.of(wide, channels, KERNEL).stride(2).padding(1));
            up.add(Activation.RELU);
            channels = wide;
            wide *= 2;
            h /= 2;
            w /= 2;
        }
        if (down.isEmpty()) {
            throw new IllegalArgumentException(
                    "conv autoencoder: the sides must be even and above 4, but images are " + image);
        }
        down.add(new Flatten()); // -> (B, C′·H′·W′)
        down.add(Linear.of(channels * h * w, latents)); // -> (B, n)
        up.add(Unflatten.to(channels, h, w)); // -> (B, C′, H′, W′)
        up.add(Linear.of(latents, channels * h * w)); // (B, n) ->
        Collections.reverse(up);
        return new Autoencoder(new Sequential(down.toArray(Layer[]::new)), new Sequential(up.toArray(Layer[]::new)));
    }
}
