package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.culebra.memory.DType;
import org.culebra.tensor.PadMode;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TransformTest {
    private static Tensor ramp(long... dims) {
        long size = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
        return Tensor.arange(DType.F32, 0, (double) size, 1).reshape(dims);
    }

    private static Draws draws(long seed, int count) {
        return Draws.of(Random.seeded(seed), count);
    }

    private static void close(double[] expected, Tensor found) {
        assertArrayEquals(expected, found.toDoubleArray(), 1e-5);
    }

    // ---------------------------------------------------------------- numbers

    @Test
    void bytesAreScaled() {
        Tensor bytes = Tensor.of(new byte[] {0, 51, (byte) 255}, 1, 1, 1, 3);
        close(new double[] {0, .2, 1}, Transform.unit().apply(bytes));
        close(new double[] {-1, -.6, 1}, Transform.scale(-1, 1).apply(bytes));
        close(new double[] {2, 2.2, 3}, Transform.scale(2, 3).apply(bytes));
        close(new double[] {-.5, .3, 3.5}, Transform.normalize(255, .125, .25).apply(bytes));
        assertEquals(
                "Normalize[scale=255.0, mean=0.0, deviation=1.0]",
                Transform.unit().toString());
    }

    @Test
    void standardizedChannelsHaveMeanZeroAndDeviationOne() {
        // More examples than are looked at together, far from zero, and a channel that never varies.
        Tensor x = Tensor.normal(Random.seeded(1), DType.F64, 1000, 2, 1500, 3, 2, 2);
        x.narrow(1, 1, 1).fill(7);
        Standardize fitted = Transform.standardize(Column.of(x));
        assertEquals(x.narrow(1, 0, 1).mean().item(), fitted.mean()[0], 1e-9);
        assertEquals(Math.sqrt(x.narrow(1, 2, 1).variance(0, false).item()), fitted.deviation()[2], 1e-9);
        assertEquals(1, fitted.deviation()[1]);
        Tensor y = fitted.apply(x);
        close(new double[] {0, 0, 0}, y.mean(0, 2, 3));
        close(new double[] {1, 0, 1}, y.square().mean(0, 2, 3));
    }

    @Test
    void featuresAndBytesAreStandardizedToo() {
        Standardize features = Standardize.fit(Column.of(Tensor.of(new float[] {1, 10, 3, 30}, 2, 2)));
        close(new double[] {0, 2}, features.apply(Tensor.of(new float[] {2, 40}, 1, 2)));
        Tensor bytes = Tensor.of(new byte[] {0, (byte) 200}, 2, 1, 1, 1);
        assertEquals(DType.F32, Standardize.fit(Column.of(bytes)).apply(bytes).dtype());
        close(new double[] {-1, 1}, Standardize.fit(Column.of(bytes)).apply(bytes));
    }

    @Test
    void noiseHasItsDeviation() {
        Tensor x = Tensor.ones(4, 1, 50, 50);
        double[] noise = Transform.noise(.5).apply(x, draws(1, 4)).sub(1).toDoubleArray();
        double square = Arrays.stream(noise).map(n -> n * n).sum() / noise.length;
        // 10,000 numbers: 5 standard deviations of their mean square
        assertEquals(.25, square, 5 * .25 * Math.sqrt(2. / 10_000));
        assertEquals(10_000.0, (double) Arrays.stream(noise).distinct().count(), 50.0);
    }

    // ---------------------------------------------------------------- colours

    private static Tensor colour(double r, double g, double b) {
        return Tensor.of(new float[] {(float) r, (float) g, (float) b}, 1, 3, 1, 1);
    }

    @Test
    void aJitterOfNothingChangesNothing() {
        Tensor x = Tensor.uniform(Random.seeded(1), 0, 1, 2, 3, 4, 4);
        close(x.toDoubleArray(), Transform.colorJitter(0, 0, 0, 0).apply(x, draws(1, 2)));
    }

    @Test
    void brightnessMultipliesAndClamps() {
        Tensor x = Tensor.full(DType.F32, .4, 200, 1, 1, 1);
        double[] y = Transform.colorJitter(2, 0, 0, 0).apply(x, draws(1, 200)).toDoubleArray();
        // Factors from 0 to 3: 0 to 1.2, of which a sixth is clamped.
        assertEquals(200 / 6., (double) Arrays.stream(y).filter(v -> v == 1).count(), 25);
        assertTrue(Arrays.stream(y).allMatch(v -> v >= 0 && v <= 1));
    }

    @Test
    void contrastKeepsTheMeanAndSaturationKeepsTheGreyOfEachPixel() {
        Tensor x = Tensor.uniform(Random.seeded(1), .3, .7, 3, 3, 5, 5);
        Tensor grey =
                x.mul(Tensor.of(new float[] {.299f, .587f, .114f}, 3, 1, 1)).sum(1);
        Tensor contrasted = Transform.colorJitter(0, .4, 0, 0).apply(x, draws(2, 3));
        Tensor saturated = Transform.colorJitter(0, 0, .4, 0).apply(x, draws(3, 3));
        var luma = Tensor.of(new float[] {.299f, .587f, .114f}, 3, 1, 1);
        close(grey.mean(1, 2).toDoubleArray(), contrasted.mul(luma).sum(1).mean(1, 2));
        close(grey.toDoubleArray(), saturated.mul(luma).sum(1));
        assertTrue(contrasted.sub(x).abs().max().item() > .01);
        assertTrue(saturated.sub(x).abs().max().item() > .01);
    }

    @Test
    void aHueTurnsAboutTheGreyAxis() {
        Transform turn = Transform.colorJitter(0, 0, 0, .5);
        close(new double[] {.3, .3, .3}, turn.apply(colour(.3, .3, .3), draws(1, 1)));
        Tensor turned = turn.apply(colour(.5, .4, .4), draws(1, 1));
        close(
                new double[] {.299 * .5 + .701 * .4},
                turned.mul(colour(.299, .587, .114)).sum());
        assertTrue(turned.sub(colour(.5, .4, .4)).abs().max().item() > .01);
    }

    // ---------------------------------------------------------------- geometry

    @Test
    void planesArePadded() {
        Tensor padded = Transform.pad(1).apply(Tensor.ones(DType.U8, 1, 1, 2, 2));
        assertEquals("u8[1, 1, 4, 4]", padded.describe());
        assertEquals(4, padded.to(DType.F32).sum().item());
        close(
                new double[] {3, 2, 3, 2, 1, 0, 1, 0, 3, 2, 3, 2, 1, 0, 1, 0},
                Transform.pad(1, PadMode.REFLECT).apply(ramp(1, 1, 2, 2)));
    }

    @Test
    void theMiddleIsCropped() {
        close(new double[] {5, 6, 9, 10}, Transform.crop(2, 2).apply(ramp(1, 1, 4, 4)));
        close(new double[] {0, 1, 2}, Transform.crop(1, 3).apply(ramp(1, 1, 2, 3)));
    }

    @Test
    void randomCropsAreEverywhere() {
        Tensor x = ramp(1, 1, 3, 3).expand(200, 1, 3, 3);
        Tensor y = Transform.randomCrop(2, 2).apply(x, draws(1, 200));
        double[] corners = y.narrow(2, 0, 1).narrow(3, 0, 1).toDoubleArray();
        assertArrayEquals(
                new double[] {0, 1, 3, 4},
                Arrays.stream(corners).sorted().distinct().toArray());
        for (int i = 0; i < 200; i++) {
            double first = corners[i];
            close(new double[] {first, first + 1, first + 3, first + 4}, y.select(0, i));
        }
        assertEquals(
                "u8[2, 1, 3, 3]",
                Transform.randomCrop(3, 3, 1)
                        .apply(Tensor.ones(DType.U8, 2, 1, 3, 3), draws(1, 2))
                        .describe());
    }

    @Test
    void flipsExchangeSides() {
        Tensor x = ramp(1, 1, 2, 2);
        close(new double[] {1, 0, 3, 2}, Transform.flip().apply(x));
        close(new double[] {1, 0, 3, 2}, Transform.randomFlip(1).apply(x, draws(1, 1)));
        close(new double[] {2, 3, 0, 1}, Transform.randomFlipVertical(1).apply(x, draws(1, 1)));
        close(new double[] {0, 1, 2, 3}, Transform.randomFlip(0).apply(x, draws(1, 1)));
        Tensor many = Transform.randomFlip(.3).apply(x.expand(400, 1, 2, 2), draws(1, 400));
        double flipped = many.select(3, 0).select(2, 0).sum().item();
        // 120 ± 5 standard deviations
        assertEquals(120, flipped, 46);
    }

    @Test
    void sizesChange() {
        Tensor half = Transform.resize(1, 2).apply(Tensor.of(new byte[] {0, 2, 4, 6, 8, 10, 12, 14}, 1, 1, 2, 4));
        close(new double[] {5, 9}, half);
        assertEquals("f32[1, 1, 1, 2]", half.describe());
    }

    @Test
    void aQuarterTurnIsCounterClockwise() {
        close(new double[] {2, 5, 8, 1, 4, 7, 0, 3, 6}, Transform.rotate(90).apply(ramp(1, 1, 3, 3)));
        close(new double[] {1, 3, 0, 2}, Transform.rotate(90).apply(ramp(1, 1, 2, 2)));
        close(new double[] {3, 2, 1, 0}, Transform.rotate(180).apply(ramp(1, 1, 2, 2)));
    }

    @Test
    void imagesAreScaledMovedAndSheared() {
        Tensor dot = Tensor.zeros(1, 1, 5, 5);
        dot.select(3, 3).select(2, 2).fill(1); // one pixel right of the middle
        Tensor twice = Affine.of().scale(2, 2).apply(dot);
        assertEquals(1, twice.get(0, 0, 2, 4), 1e-6);
        assertEquals(.5, twice.get(0, 0, 2, 3), 1e-6);
        double[] rows =
                Affine.of().shear(45).apply(ramp(1, 1, 3, 3), draws(1, 1)).toDoubleArray();
        assertArrayEquals(new double[] {3, 4, 5}, Arrays.copyOfRange(rows, 3, 6), 1e-5);
        assertFalse(Arrays.equals(new double[] {0, 1, 2}, Arrays.copyOf(rows, 3)));
        Tensor moved = Affine.of().translation(.4).apply(dot.expand(50, 1, 5, 5), draws(1, 50));
        assertTrue(moved.sum(1, 2, 3).max().item() <= 1 + 1e-6);
        assertEquals(
                50, Arrays.stream(moved.sum(1, 2).argMax(1).toDoubleArray()).count());
        assertTrue(Arrays.stream(moved.sum(1, 2).argMax(1).toDoubleArray())
                        .distinct()
                        .count()
                > 2);
    }

    @Test
    void rectanglesAreErased() {
        Tensor x = Tensor.ones(DType.F32, 300, 2, 16, 16);
        Tensor y = Transform.randomErasing(.5).apply(x, draws(1, 300));
        double[] left = y.mean(1, 2, 3).toDoubleArray();
        // 150 ± 5 standard deviations are touched, each by 2 % to 33 %, up to the rounding to whole pixels
        assertEquals(
                150.0, (double) Arrays.stream(left).filter(part -> part < 1).count(), 44.0);
        assertTrue(Arrays.stream(left).min().orElse(0) > .62);
        assertArrayEquals(y.select(1, 0).toFloatArray(), y.select(1, 1).toFloatArray());
        assertEquals(1, x.min().item());
        Tensor all = Erasing.of(1).area(1, 1).value(3).apply(Tensor.ones(5, 1, 1, 1), draws(1, 5));
        close(new double[] {3, 3, 3, 3, 3}, all);
    }

    // ---------------------------------------------------------------- random numbers

    static Stream<Transform> random() {
        return Stream.of(
                Transform.noise(1),
                Transform.colorJitter(.5, .5, .5, .1),
                Transform.randomCrop(3, 3),
                Transform.randomFlip(.5),
                Transform.randomFlipVertical(.5),
                Transform.randomRotation(30),
                Affine.of().translation(.2).scale(.8, 1.2).shear(10),
                Transform.randomErasing(.9),
                Transform.compose(Transform.randomFlip(.5), Transform.noise(1)));
    }

    /** Image i of epoch e gets the same numbers in whatever batch, on whatever thread; others in another epoch. */
    @ParameterizedTest
    @MethodSource("random")
    void theNumbersOfAnImageDependOnItAndTheEpochOnly(Transform transform) {
        var data = new Dataset(
                "images",
                Tensor.uniform(Random.seeded(1), 0, 1, 12, 3, 6, 6),
                Tensor.arange(12),
                java.util.stream.IntStream.range(0, 12)
                        .mapToObj(Integer::toString)
                        .toList());
        var inOrder = Loader.of(data).random(Random.seeded(7)).transform(transform);
        float[][] whole = byLabel(inOrder.batchSize(12).prefetch(0));
        var shuffled =
                Loader.of(data).shuffle(Random.seeded(7)).transform(transform).batchSize(5);
        assertArrayEquals(whole, byLabel(shuffled));
        float[][] other = byLabel(shuffled);
        assertFalse(Arrays.deepEquals(whole, other));
    }

    private static float[][] byLabel(Loader loader) {
        float[][] images = new float[12][];
        for (Batch batch : loader) {
            long[] labels = batch.labels().toLongArray();
            for (int i = 0; i < labels.length; i++) {
                images[(int) labels[i]] = batch.images().select(0, i).toFloatArray();
            }
        }
        return images;
    }

    @Test
    void aPairIsTransformedAlike() {
        Tensor x = Tensor.uniform(Random.seeded(1), 0, 1, 6, 1, 5, 5);
        var pairs = Dataset.pairs("pairs", Column.of(x), Column.of(x.mul(2)));
        var moves = Transform.compose(Transform.randomCrop(4, 4), Transform.randomFlip(.5));
        for (Batch batch :
                Loader.of(pairs).shuffle(Random.seeded(2)).transform(moves).transformTargets(moves)) {
            assertArrayEquals(
                    batch.inputs().mul(2).toFloatArray(), batch.targets().toFloatArray());
        }
    }

    @Test
    void drawsAreUniform() {
        Random source = Random.seeded(3);
        double sum = 0;
        double square = 0;
        int[] counts = new int[5];
        for (int i = 0; i < 10_000; i++) {
            double u = Draws.next(source);
            assertTrue(u >= 0 && u < 1);
            sum += u;
            square += u * u;
            counts[(int) Draws.nextBelow(source, 5)]++;
        }
        assertEquals(.5, sum / 10_000, 5 * Math.sqrt(1 / 12. / 10_000));
        assertEquals(1 / 3., square / 10_000, 5 * Math.sqrt(4 / 45. / 10_000));
        for (int count : counts) {
            assertEquals(2000.0, (double) count, 200.0);
        }
    }

    // ---------------------------------------------------------------- mistakes

    private static void says(String message, Executable action) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, action).getMessage());
    }

    @Test
    void randomTransformsNeedNumbers() {
        assertEquals(
                "transform: it draws random numbers, but was given none; hint: Loader.shuffle or Loader.random",
                assertThrows(
                                IllegalStateException.class,
                                () -> Transform.randomFlip(.5).apply(ramp(1, 1, 2, 2)))
                        .getMessage());
    }

    @Test
    void imagesOfTheWrongSizeAreSaid() {
        says(
                "crop: a piece of 3×2 is larger than the images, f32[1, 1, 2, 2]",
                () -> Transform.crop(3, 2).apply(ramp(1, 1, 2, 2)));
        Tensor points = ramp(2, 3);
        for (var named : List.of(
                List.of("pad", Transform.pad(1)),
                List.of("crop", Transform.crop(1, 1)),
                List.of("flip", Transform.randomFlip(.5)),
                List.of("resize", Transform.resize(1, 1)),
                List.of("affine", Transform.rotate(1)),
                List.of("erasing", Transform.randomErasing(1)),
                List.of("colorJitter", Transform.colorJitter(0, 0, 0, 0)))) {
            says(
                    named.get(0) + ": needs images [B, C, H, W], but was given f32[2, 3]",
                    () -> ((Transform) named.get(1)).apply(points, draws(1, 2)));
        }
        says(
                "standardize: was fitted to 1 channels, which are the second axis, but was given f32[2, 3]",
                () -> new Standardize(new double[] {0}, new double[] {1}).apply(points));
        says(
                "colorJitter: needs floating numbers from 0 to 1 with 3 channels (or 1 without saturation and hue), but"
                        + " was given f32[1, 1, 2, 2]",
                () -> Transform.colorJitter(0, 0, .1, 0).apply(ramp(1, 1, 2, 2), draws(1, 1)));
    }

    @Test
    void optionsOutOfRangeAreSaid() {
        says("normalize: scale 0.0 and deviation 1.0 must be positive", () -> Transform.normalize(0, 0, 1));
        says("scale: low 1.0 must be below high 1.0", () -> Transform.scale(1, 1));
        says("noise: a deviation is finite and at least 0, not -1.0", () -> Transform.noise(-1));
        says(
                "colorJitter: amounts are at least 0, the hue's at most 0.5, not 0.0, 0.0, 0.0, 0.6",
                () -> Transform.colorJitter(0, 0, 0, .6));
        says("pad: the padding is at least 0, not -1", () -> Transform.pad(-1));
        says("crop: a piece of 0×2 is none", () -> Transform.crop(0, 2));
        says("resize: a size of 2×0 is none", () -> Transform.resize(2, 0));
        says("flip: a probability is between 0 and 1, not 1.5", () -> Transform.randomFlip(1.5));
        says("erasing: a probability is between 0 and 1, not -1.0", () -> Transform.randomErasing(-1));
        says(
                "erasing: areas from 0.5 to 0.2 and aspects from 0.3 to 3.3333333333333335: ranges must be positive and"
                        + " not empty, areas at most 1",
                () -> Erasing.of(1).area(.5, .2));
        says(
                "affine: angles from -1.0 to 1.0, translation 0.0, scale from 0.0 to 1.0, shear 0.0: ranges must not be"
                        + " empty, scales positive, shears below 90",
                () -> Affine.of().degrees(1).scale(0, 1));
        says(
                "standardize: needs at least one example with an axis of channels, not 0 of f32[2]",
                () -> Standardize.fit(Column.of(Tensor.zeros(0, 2))));
        says(
                "standardize: needs a finite mean and a positive deviation per channel, not [NaN] and [NaN]",
                () -> Standardize.fit(Column.of(Tensor.full(DType.F32, Double.NaN, 2, 1))));
    }
}
