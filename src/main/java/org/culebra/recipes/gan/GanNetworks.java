package org.culebra.recipes.gan;

import java.util.ArrayList;
import java.util.List;
import org.culebra.models.ConditionalDcgan;
import org.culebra.models.Dcgan;
import org.culebra.models.PacGan;
import org.culebra.nn.Layer;
import org.culebra.nn.Mode;
import org.culebra.nn.Model;
import org.culebra.nn.Parameter;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;

/**
 * A generator and a discriminator.
 *
 * @param make x = g(z, y)
 * @param judge s = d(x, y)
 * @param latents numbers of z
 * @param packing examples that the discriminator sees at a time
 * @param independent whether the score of one example, or pack of them, depends on no other
 */
record GanNetworks(
        Model generator, Model discriminator, Net make, Net judge, int latents, int packing, boolean independent) {
    private static final int CHUNK = 500;

    /** What labels may take part in. */
    @FunctionalInterface
    interface Net {
        Tensor of(Tensor x, Tensor labels, Mode mode);
    }

    private static GanNetworks unlabelled(Layer g, Layer d, int latents, int packing, boolean independent) {
        return new GanNetworks(
                g,
                d,
                (z, y, mode) -> g.forward(z, mode),
                (x, y, mode) -> d.forward(x, mode),
                latents,
                packing,
                independent);
    }

    static GanNetworks points(boolean spectral, int packing) {
        return unlabelled(PacGan.generator(), PacGan.discriminator(packing, spectral), PacGan.LATENTS, packing, true);
    }

    static GanNetworks images(Dcgan dcgan, Dcgan.Normalization normalization, int packing) {
        return unlabelled(
                dcgan.generator(),
                dcgan.discriminator(normalization, packing),
                dcgan.latents(),
                packing,
                isIndependent(normalization));
    }

    static GanNetworks conditional(ConditionalDcgan model, Dcgan.Normalization normalization) {
        var g = model.generator();
        var d = model.discriminator(normalization);
        return new GanNetworks(g, d, g::forward, d::forward, model.dcgan().latents(), 1, isIndependent(normalization));
    }

    private static boolean isIndependent(Dcgan.Normalization normalization) {
        return normalization != Dcgan.Normalization.BATCH;
    }

    void initialize(Random random) {
        generator.initialize(random.split());
        discriminator.initialize(random.split());
    }

    /** z ~ N(0, I), [B, n]. */
    Tensor draw(Random random, long count) {
        return Tensor.normal(random, 0, 1, count, latents);
    }

    /**
     * x = g(z) alone.
     *
     * @throws IllegalStateException if it takes labels, too
     */
    Layer decoder() {
        if (generator instanceof Layer layer) {
            return layer;
        }
        throw new IllegalStateException("gan: a generator that is told labels decodes no latents alone");
    }

    /** What a trained generator makes, piece by piece: [N, n] → [N, ...]. */
    Tensor samples(Tensor z, Tensor labels) {
        return Tape.scoped(() -> {
            var parts = new ArrayList<Tensor>();
            for (long start = 0; start < z.dim(0); start += CHUNK) {
                long first = start;
                long length = Math.min(CHUNK, z.dim(0) - start);
                parts.add(Tape.scoped(
                        () -> make.of(z.narrow(0, first, length), labels.narrow(0, first, length), Mode.EVALUATION)));
            }
            return Tensor.concat(0, parts);
        });
    }

    /** What the discriminator sees at a time: [m·B, D, ...] → [B, m·D, ...]. */
    Tensor packed(Tensor x) {
        return PacGan.pack(x, packing);
    }

    /** All that makes a generator's samples what they are: its weights, and running averages of its activations. */
    List<Tensor> averaged() {
        var all = new ArrayList<>(generator.parameters());
        generator.buffersByPath().values().stream()
                .map(Parameter::value)
                .filter(buffer -> buffer.dtype().isFloating())
                .forEach(all::add);
        return all;
    }
}
