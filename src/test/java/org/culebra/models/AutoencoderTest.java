package org.culebra.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.culebra.nn.Layer;
import org.culebra.tensor.Random;
import org.culebra.tensor.Shape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class AutoencoderTest {
    @Test
    void theDeepOneHasTheSizesOfThePaper() {
        Autoencoder deep = Autoencoder.create(Shape.of(1, 28, 28), 30);
        assertEquals(
                784 * 1000 + 1000 + 500_500 + 125_250 + 7_530 + 7_750 + 125_500 + 501_000 + 784 * 1000 + 784,
                deep.parameterCount());
        deep.initialize(Random.seeded(0));
        Tensor image = Tensor.uniform(Random.seeded(1), 0, 1, 2, 1, 28, 28);
        assertArrayEquals(
                new long[] {2, 30}, deep.encoder().forward(image).shape().dims());
        assertArrayEquals(image.shape().dims(), deep.forward(image).shape().dims());
    }

    @Test
    void theConvolutionalOneTakesImagesOfManySizes() {
        for (long[] image : List.of(new long[] {1, 28, 28}, new long[] {3, 32, 32}, new long[] {1, 8, 8})) {
            Autoencoder conv = ConvAutoencoder.create(Shape.of(image), 5);
            conv.initialize(Random.seeded(0));
            Tensor x = Tensor.zeros(2, image[0], image[1], image[2]);
            assertArrayEquals(
                    new long[] {2, 5}, conv.encoder().forward(x).shape().dims());
            assertArrayEquals(x.shape().dims(), conv.forward(x).shape().dims());
        }
        assertEquals(
                "conv autoencoder: the sides must be even and above 4, but images are [1, 7, 8]",
                assertThrows(IllegalArgumentException.class, () -> ConvAutoencoder.create(Shape.of(1, 7, 8), 5))
                        .getMessage());
    }

    @Test
    void aFittedNormalHasTheMomentsOfTheLatents() {
        Layer same = (x, _) -> x;
        LatentNormal normal = LatentNormal.of(new Autoencoder(same, same), 3);
        normal.initialize(Random.seeded(0));
        Tensor noise = Tensor.normal(Random.seeded(1), 0, 1, 2000, 3);
        Tensor mix = Tensor.of(new float[] {1, 0, 0, .8f, .5f, 0, -.3f, .2f, 0}, 3, 3); // of rank 2
        Tensor latents = noise.matmul(mix.transpose()).add(Tensor.of(new float[] {1, -2, 3}));
        normal.fit(latents);
        Tensor drawn = normal.generate(Tensor.normal(Random.seeded(2), 0, 1, 200_000, 3));
        assertArrayEquals(latents.mean(0).toDoubleArray(), drawn.mean(0).toDoubleArray(), .02);
        assertArrayEquals(covariance(latents), covariance(drawn), .02);
        assertEquals(
                "latent normal: a covariance needs at least 2 latents, not 1",
                assertThrows(IllegalArgumentException.class, () -> normal.fit(latents.narrow(0, 0, 1)))
                        .getMessage());
    }

    private static double[] covariance(Tensor x) {
        Tensor centred = x.sub(x.mean(0));
        return centred.transpose().matmul(centred).div((double) x.dim(0)).toDoubleArray();
    }

    @Test
    void principalComponentsLeaveTheLeastError() {
        Tensor plane =
                Tensor.normal(Random.seeded(3), 0, 1, 5000, 2).matmul(Tensor.of(new float[] {3, 0, 4, 0, 1, 0}, 2, 3));
        Tensor x = plane.add(Tensor.normal(Random.seeded(4), 0, .1, 5000, 3)).add(7);
        Pca pca = Pca.fit(x, 1);
        double[] direction = pca.components().toDoubleArray();
        assertArrayEquals(new double[] {.6, 0, .8}, direction, .01); // (3, 0, 4)/5
        Pca both = Pca.fit(x, 2);
        assertEquals(.01, error(both, x), 2e-3); // what is off the plane
        assertEquals(1.02, error(pca, x), .06);
        assertTrue(error(Pca.fit(x, 3), x) < 1e-8);
        assertArrayEquals(direction, both.components().select(1, 0).toDoubleArray(), 1e-6);
        assertEquals(
                "pca: from 1 to 3 components of at least one example, not 4 of f32[5000, 3]",
                assertThrows(IllegalArgumentException.class, () -> Pca.fit(x, 4))
                        .getMessage());
    }

    private static double error(Pca pca, Tensor x) {
        return pca.decode(pca.encode(x)).sub(x).square().sum(1).mean().item();
    }
}
