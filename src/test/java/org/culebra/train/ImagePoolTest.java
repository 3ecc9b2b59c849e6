package org.culebra.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ImagePoolTest {
    /** Two images of the numbers n and n + 1. */
    private static Tensor images(int n) {
        return Tensor.of(new float[] {n, n, n + 1, n + 1}, 2, 1, 1, 2);
    }

    @Test
    void theFirstAreShownAsTheyAreAndLaterHalfOfThemAreOfThePast() {
        ImagePool pool = ImagePool.of(4);
        Random random = Random.seeded(5);
        assertArrayEquals(
                images(0).toFloatArray(), pool.exchange(images(0), random).toFloatArray());
        assertEquals(2, pool.size());
        assertArrayEquals(
                images(2).toFloatArray(), pool.exchange(images(2), random).toFloatArray());
        assertEquals(4, pool.size());
        int present = 0;
        Set<Double> shown = new HashSet<>(Set.of(0., 1., 2., 3.));
        for (int step = 2; step < 202; step++) {
            Tensor some = pool.exchange(images(2 * step), random);
            assertArrayEquals(new long[] {2, 1, 1, 2}, some.shape().dims());
            for (int i = 0; i < 2; i++) {
                double number = some.get(i, 0, 0, 0);
                assertEquals(number, some.get(i, 0, 0, 1));
                if (number == 2 * step + i) {
                    present++;
                } else {
                    assertTrue(number < 2 * step + i, "one of the past");
                    assertTrue(number < 4 || shown.add(number), "nothing leaves the pool twice");
                }
            }
        }
        assertEquals(200, present, 40);
        assertEquals(4, pool.size());
    }

    @Test
    void aSavedPoolGoesOnWithTheSameBits() {
        ImagePool pool = ImagePool.of(3);
        pool.exchange(images(0), Random.seeded(1));
        pool.exchange(images(2), Random.seeded(2));
        ImagePool other = ImagePool.of(3);
        other.load(pool.state());
        assertEquals(3, other.size());
        for (int step = 2; step < 12; step++) {
            assertArrayEquals(
                    pool.exchange(images(2 * step), Random.seeded(step)).toFloatArray(),
                    other.exchange(images(2 * step), Random.seeded(step)).toFloatArray());
        }
        assertEquals(
                "image pool: the saved one is of 3 images, this one of 4",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> ImagePool.of(4).load(pool.state()))
                        .getMessage());
        other.load(ImagePool.of(3).state());
        assertEquals(0, other.size());
    }

    @Test
    void itOutlivesTheTapeAndRecordsNothing() {
        ImagePool pool = ImagePool.of(2);
        try (var tape = Tape.open()) {
            pool.exchange(images(0), Random.seeded(1));
            assertEquals(0, tape.size());
        }
        boolean past = false;
        for (int step = 1; step < 20; step++) {
            past |= pool.exchange(images(2 * step), Random.seeded(step)).min().item() < 2 * step;
        }
        assertTrue(past);
    }

    @Test
    void withoutPlacesAllAreShownAsTheyAre() {
        ImagePool none = ImagePool.of(0);
        Random random = Random.seeded(1);
        for (int step = 0; step < 5; step++) {
            assertArrayEquals(
                    images(step).toFloatArray(),
                    none.exchange(images(step), random).toFloatArray());
        }
        assertEquals(0, none.size());
        assertEquals(
                "image pool: it holds at least 0 images, not -1",
                assertThrows(IllegalArgumentException.class, () -> ImagePool.of(-1))
                        .getMessage());
    }
}
