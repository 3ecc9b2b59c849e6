package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        assertEquals(7, loader.examples());
        assertEquals("batches of 3, 2 made ahead, of numbers: 7 images of 1×2×2 in 7 classes", loader.toString());
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L), labels(loader));
    }

    @Test
    void aShortLastBatchCanBeDropped() {
        var loader = Loader.of(dataset(7)).batchSize(3).dropLast();
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), labels(loader));
        assertEquals(2, loader.batches());
        assertEquals(6, loader.examples());
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
                "loader: a batch needs at least 1 example, not 0",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Loader.of(dataset(4)).batchSize(0))
                        .getMessage());
        assertEquals(
                "normalize: scale 0.0 and deviation 1.0 must be positive",
                assertThrows(IllegalArgumentException.class, () -> Transform.normalize(0, 0, 1))
                        .getMessage());
    }

    private static String problem(Loader loader) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, loader::iterator).getMessage());
    }

    @Test
    void noBatchAtAllIsSaid() {
        var loader = Loader.of(dataset(4).first(0)).shuffle(Random.seeded(0));
        assertEquals(0, loader.batches());
        assertEquals("loader: data set 'numbers' is empty", problem(loader));
        assertEquals(
                "loader: the 4 examples of 'numbers' are not one whole batch of 5, and a smaller one is dropped",
                problem(Loader.of(dataset(4)).dropLast().batchSize(5)));
    }

    // ---------------------------------------------------------------- in the background

    /** Everything that an epoch brings, as text. */
    private static List<String> epoch(Loader loader) {
        var batches = new ArrayList<String>();
        for (Batch batch : loader) {
            batches.add(text(batch));
        }
        return batches;
    }

    private static String text(Batch batch) {
        return Arrays.toString(batch.inputs().toFloatArray())
                + Arrays.toString(batch.targets().toFloatArray());
    }

    private static Loader augmented(int prefetch) {
        return Loader.of(dataset(23))
                .batchSize(4)
                .shuffle(Random.seeded(5))
                .transform(Transform.compose(
                        Transform.randomCrop(2, 2, 1), Transform.randomFlip(.5), Transform.unit(), Transform.noise(.1)))
                .mix(Mix.either(Mix.mixup(1), Mix.cutmix(1)))
                .prefetch(prefetch);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 50})
    void howManyBatchesAreMadeAheadChangesNoBit(int prefetch) {
        var alone = augmented(0);
        var ahead = augmented(prefetch);
        List<String> first = epoch(alone);
        assertEquals(6, first.size());
        assertEquals(first, epoch(ahead));
        List<String> second = epoch(alone);
        assertEquals(second, epoch(ahead));
        assertNotEquals(first, second);
    }

    @Test
    void noMoreBatchesAreMadeAheadThanAllowed() throws InterruptedException {
        var made = new AtomicInteger();
        var counting = Transform.of(images -> {
            made.incrementAndGet();
            return images;
        });
        try (Batches batches = Loader.of(dataset(40))
                .batchSize(2)
                .transform(counting)
                .prefetch(3)
                .iterator()) {
            batches.next();
            for (int patience = 0; made.get() < 4 && patience < 6000; patience++) {
                Thread.sleep(5);
            }
            Thread.sleep(50);
            assertEquals(4, made.get());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void whatGoesWrongInTheBackgroundIsThrownInTheLoop(int prefetch) {
        Thread here = Thread.currentThread();
        var bad = Transform.of(images -> {
            assertEquals(prefetch == 0, Thread.currentThread().equals(here));
            if (images.get(0, 0, 0, 0) == 16) {
                throw new UnsupportedOperationException("the third batch is bad");
            }
            return images;
        });
        var seen = new AtomicInteger();
        var loader = Loader.of(dataset(8)).batchSize(2).transform(bad).prefetch(prefetch);
        assertEquals(
                "the third batch is bad",
                assertThrows(UnsupportedOperationException.class, () -> {
                            for (Batch batch : loader) {
                                seen.addAndGet((int) batch.size());
                            }
                        })
                        .getMessage());
        assertEquals(4, seen.get());
        assertEquals(2, loader.position().batch());
    }

    /** Threads that make batches, but for those of other tests, which may be about to end. */
    private static Set<Thread> loaderThreads(Set<Thread> others) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("culebra-loader") && !others.contains(thread))
                .collect(Collectors.toSet());
    }

    @Test
    void aLoopLeftEarlyGivesBackItsThreadAndItsBatches() {
        var made = new CopyOnWriteArrayList<Tensor>();
        var remembering = Transform.of(images -> {
            Tensor copy = images.copy();
            made.add(copy);
            return copy;
        });
        Set<Thread> others = loaderThreads(Set.of());
        Batches batches =
                Loader.of(dataset(64)).batchSize(2).transform(remembering).iterator();
        Batch batch = batches.next();
        assertEquals(1, loaderThreads(others).size());
        batches.close();
        assertEquals(Set.of(), loaderThreads(others));
        assertFalse(batch.images().isOpen());
        assertFalse(made.isEmpty());
        assertTrue(made.stream().noneMatch(Tensor::isOpen), "open batches after the loop was closed");
        assertFalse(batches.hasNext());
        assertEquals(
                "loader: the loop was closed",
                assertThrows(NoSuchElementException.class, batches::next).getMessage());
        batches.close();
    }

    @Test
    void aLoopThatIsForgottenLosesItsThread() throws InterruptedException {
        Set<Thread> others = loaderThreads(Set.of());
        for (Batch batch : Loader.of(dataset(64)).batchSize(2)) {
            assertEquals(2, batch.size());
            break;
        }
        assertEquals(1, loaderThreads(others).size());
        for (int patience = 0; !loaderThreads(others).isEmpty() && patience < 1000; patience++) {
            System.gc();
            Thread.sleep(20);
        }
        assertEquals(Set.of(), loaderThreads(others));
    }

    @Test
    void batchesOutliveTheScopesOfBothThreads() {
        try (Batches batches = Loader.of(dataset(6)).batchSize(2).iterator()) {
            Batch batch;
            try (var tape = Tape.open()) {
                batch = batches.next();
                assertEquals(0, tape.size());
            }
            assertEquals(0, batch.images().get(0, 0, 0, 0));
            assertFalse(batches.waited().isNegative());
        }
    }

    // ---------------------------------------------------------------- going on after an interruption

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 6})
    void aResumedLoaderGoesOnWithTheSameBatches(int batchesBefore) {
        var uninterrupted = augmented(2);
        epoch(uninterrupted);
        List<String> second = epoch(uninterrupted);
        List<String> third = epoch(uninterrupted);

        var interrupted = augmented(1);
        epoch(interrupted);
        Loader.Position position;
        try (Batches batches = interrupted.iterator()) {
            for (int i = 0; i < batchesBefore; i++) {
                assertEquals(second.get(i), text(batches.next()));
            }
            position = interrupted.position();
        }
        assertEquals(1, position.epoch());
        assertEquals(batchesBefore, position.batch());

        // Another process: another seed at first, another prefetch.
        var resumed = augmented(0).shuffle(Random.seeded(99)).resume(position).prefetch(3);
        assertEquals(position, resumed.position());
        assertEquals(second.subList(batchesBefore, 6), epoch(resumed));
        assertEquals(third, epoch(resumed));
        assertEquals(new Loader.Position(position.seed(), 2, 6), resumed.position());
    }

    @Test
    void placesThatAreNoneAreSaid() {
        assertEquals(
                "loader: cannot go on after batch 7 of an epoch of 6 batches",
                assertThrows(IllegalArgumentException.class, () -> augmented(0).resume(new Loader.Position(1, 0, 7)))
                        .getMessage());
        assertEquals(
                "loader: there is no batch -1 of epoch 0",
                assertThrows(IllegalArgumentException.class, () -> new Loader.Position(1, 0, -1))
                        .getMessage());
        assertEquals(
                "loader: the number of batches made ahead is at least 0, not -1",
                assertThrows(IllegalArgumentException.class, () -> augmented(-1))
                        .getMessage());
        assertEquals(
                "loader: a mixture draws random numbers, but there are none; hint: shuffle or random",
                assertThrows(
                                IllegalStateException.class,
                                () -> epoch(Loader.of(dataset(4)).mix(Mix.mixup(1))))
                        .getMessage());
        assertEquals(
                "loader: the sampler gave 1 positions for the 4 examples of 'numbers'",
                assertThrows(
                                IllegalStateException.class,
                                () -> epoch(
                                        Loader.of(dataset(4)).sample((data, random) -> new long[1], Random.seeded(0))))
                        .getMessage());
    }
}
