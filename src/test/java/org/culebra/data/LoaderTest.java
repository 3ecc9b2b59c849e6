package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class LoaderTest {
    private static Dataset dataset(int size) {
        return new Dataset(
                "numbers",
                Tensor.arange(DType.F32, 0, 4 * size, 1).to(DType.U8).reshape(size, 1, 2, 2),
                Tensor.arange(size),
                java.util.stream.IntStream.range(0, size)
                        .mapToObj(Integer::toString)
                        .toList());
    }

    private static List<Long> labels(Loader loader) {
        var labels = new ArrayList<Long>();
        for (Batch batch : loader) {
            Arrays.stream(batch.labels().toLongArray()).forEach(labels::add);
        }
        return labels;
    }

    @Test
    void batchesComeInTheOrderOfTheData() {
        var loader = Loader.of(dataset(7)).batchSize(3).transform(Transform.normalize(1, 2, 4));
        var sizes = new ArrayList<Long>();
        for (Batch batch : loader) {
            sizes.add(batch.size());
            assertEquals(DType.F32, batch.images().dtype());
            float first = 4 * batch.labels().toLongArray()[0];
            assertArrayEquals(
                    new float[] {(first - 2) / 4, (first - 1) / 4, first / 4, (first + 1) / 4},
                    batch.images().select(0, 0).toFloatArray());
        }
        assertEquals(List.of(3L, 3L, 1L), sizes);
        assertEquals(3, loader.batches());
        assertEquals(7, loader.images());
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L), labels(loader));
    }

    @Test
    void aShortLastBatchCanBeDropped() {
        var loader = Loader.of(dataset(7)).batchSize(3).dropLast();
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), labels(loader));
        assertEquals(2, loader.batches());
        assertEquals(6, loader.images());
    }

    @Test
    void shufflingKeepsImagesWithTheirLabelsAndDependsOnTheSeedAlone() {
        var loader = Loader.of(dataset(50)).batchSize(8);
        var shuffled = loader.shuffle(Random.seeded(1));
        for (Batch batch : shuffled.transform(Transform.normalize(1, 0, 1))) {
            float[] pixels = batch.images().toFloatArray();
            long[] labels = batch.labels().toLongArray();
            for (int i = 0; i < labels.length; i++) {
                assertEquals(4L * labels[i], (long) pixels[4 * i]);
            }
        }
        var first = loader.shuffle(Random.seeded(1));
        List<Long> firstEpoch = labels(first);
        List<Long> secondEpoch = labels(first);
        var again = loader.shuffle(Random.seeded(1));
        assertEquals(firstEpoch, labels(again));
        assertEquals(secondEpoch, labels(again));
        assertNotEquals(firstEpoch, secondEpoch);
        assertEquals(labels(loader), firstEpoch.stream().sorted().toList());
        assertNotEquals(labels(loader), firstEpoch);
    }

    @Test
    void aBatchEndsWhenTheNextIsAskedFor() {
        var batches = Loader.of(dataset(4)).batchSize(2).iterator();
        Batch first = batches.next();
        Batch second = batches.next();
        assertThrows(IllegalStateException.class, () -> first.images().get(0, 0, 0, 0));
        assertEquals(8 / 255., second.images().get(0, 0, 0, 0), 1e-8);
        assertFalse(batches.hasNext());
        assertFalse(second.labels().isOpen());
    }

    @Test
    void mistakesAreSaid() {
        assertEquals(
                "loader: a batch needs at least 1 image, not 0",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Loader.of(dataset(4)).batchSize(0))
                        .getMessage());
        assertEquals(
                "dataset: labels must be below 3 i64[4]",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new Dataset("x", dataset(4).images(), Tensor.arange(4), List.of("a", "b", "c")))
                        .getMessage());
        assertEquals(
                "dataset: images must be u8[N, C, H, W], not i64[4]",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new Dataset("x", Tensor.arange(4), Tensor.arange(4), List.of("a")))
                        .getMessage());
        assertEquals(
                "normalize: scale 0.0 and deviation 1.0 must be positive",
                assertThrows(IllegalArgumentException.class, () -> Transform.normalize(0, 0, 1))
                        .getMessage());
    }

    @Test
    void noDataIsNoBatch() {
        var loader = Loader.of(dataset(4).first(0)).shuffle(Random.seeded(0));
        assertEquals(0, loader.batches());
        assertEquals(List.of(), labels(loader));
    }
}
