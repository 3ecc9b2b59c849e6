package org.culebra.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.culebra.models.StyleGenerator.Noise;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Mixing regularization, as both StyleGANs have it. */
class StyleGeneratorTest {
    private static final int DRAWS = 2000;

    private static <G extends StyleGenerator> G ready(G generator) {
        generator.initialize(Random.seeded(1));
        return generator;
    }

    /** How often each cut came in so many draws, the number of layers standing for none. */
    private static int[] cuts(StyleGenerator g, Tensor w) {
        int[] counts = new int[g.layers() + 1];
        Random random = Random.seeded(7);
        float[] own = w.toFloatArray();
        for (int draw = 0; draw < DRAWS; draw++) {
            Tensor styles = g.mixed(w, random); // (B, L, n)
            int cut = 0;
            while (cut < g.layers() && Arrays.equals(own, styles.select(1, cut).toFloatArray())) {
                cut++;
            }
            counts[cut]++;
            for (int layer = cut + 1; layer < g.layers(); layer++) {
                assertArrayEquals(
                        styles.select(1, cut).toFloatArray(),
                        styles.select(1, layer).toFloatArray(),
                        "all layers from the cut on have the other style");
            }
        }
        return counts;
    }

    /** Binomial counts, within four of their deviations. */
    private static void assertShare(double expected, int count, String what) {
        double deviation = Math.sqrt(DRAWS * expected * (1 - expected));
        assertEquals(DRAWS * expected, count, 4 * deviation, what);
    }

    @Test
    void nineTimesOutOfTenStylesAreOfTwoLatentsCutAnywhere() {
        var g = ready(new StyleGan2.Generator(1, 16, 4, 1, 2));
        int[] counts = cuts(g, Tensor.normal(Random.seeded(2), 0, 1, 2, 4));
        assertEquals(0, counts[0], "the first layer has the first style");
        assertShare(.1, counts[6], "not mixed");
        for (int cut = 1; cut < 6; cut++) {
            assertShare(.9 / 5, counts[cut], "cut in front of layer " + cut);
        }
    }

    @Test
    void whatStillGrowsIsCutWhereItHasLayers() {
        var g = ready(new StyleGan1.Generator(1, 16, 4, 1, 2));
        g.grow(1);
        assertEquals(4, g.activeLayers());
        int[] counts = cuts(g, Tensor.normal(Random.seeded(2), 0, 1, 2, 4));
        assertShare(.1, counts[6], "not mixed");
        for (int cut = 1; cut < 4; cut++) {
            assertShare(.9 / 3, counts[cut], "cut in front of layer " + cut);
        }
    }

    /** Of each layer, the style decides: with a cut one layer further up, the image is another one. */
    @Test
    void everyCutMakesAnotherImage() {
        var g = ready(new StyleGan2.Generator(1, 16, 8, 2, 8));
        Tensor a = g.map(Tensor.normal(Random.seeded(2), 0, 1, 1, 8));
        Tensor b = g.map(Tensor.normal(Random.seeded(3), 0, 1, 1, 8));
        for (int cut = 0; cut < g.layers(); cut++) {
            Tensor before = g.synthesize(g.mix(a, b, cut), Noise.NONE);
            Tensor after = g.synthesize(g.mix(a, b, cut + 1), Noise.NONE);
            assertTrue(before.sub(after).abs().max().item() > 1e-3, "layer " + cut);
        }
    }
}
