package org.culebra.recipes.stylegan;

import java.util.LinkedHashMap;
import java.util.Map;
import org.culebra.models.StyleGan1;
import org.culebra.models.StyleGan2;
import org.culebra.models.StyleGenerator;
import org.culebra.nn.Layer;
import org.culebra.nn.Model;

/**
 * The two networks of a StyleGAN.
 *
 * @param generation 1 or 2
 */
record StyleNetworks(int generation, StyleGenerator generator, Layer discriminator) implements Model {
    /** For images of this kind, with as many layers in the mapping network as the papers have: 8, or 2 for small images. */
    static StyleNetworks of(int generation, StyleData data, int latents, int channels) {
        int colours = data.kind().channels();
        return generation == 1
                ? new StyleNetworks(
                        1,
                        new StyleGan1.Generator(colours, data.side(), latents, 8, channels),
                        new StyleGan1.Discriminator(colours, data.side(), channels))
                : new StyleNetworks(
                        2,
                        new StyleGan2.Generator(colours, data.side(), latents, 2, channels),
                        StyleGan2.discriminator(colours, data.side(), channels));
    }

    /** Lets those of the first generation grow to a size; those of the second are of their size from the beginning. */
    void grow(double size) {
        if (generator instanceof StyleGan1.Generator growing
                && discriminator instanceof StyleGan1.Discriminator judging) {
            growing.grow(size);
            judging.grow(size);
        }
    }

    @Override
    public Map<String, Model> children() {
        var children = new LinkedHashMap<String, Model>();
        children.put("generator", generator);
        children.put("discriminator", discriminator);
        return children;
    }
}
