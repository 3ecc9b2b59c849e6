package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.culebra.memory.DType;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class DataStreamTest {
    /** The numbers 100·epoch, 100·epoch + 1, … in pieces of these sizes; targets are the same numbers. */
    private static DataStream counting(int... sizes) {
        return epoch -> {
            var pieces = new ArrayList<Batch>();
            double start = 100.0 * epoch;
            for (int size : sizes) {
                Tensor numbers = Tensor.arange(DType.F32, start, start + size, 1);
                pieces.add(new Batch(numbers.reshape(size, 1), numbers.copy()));
                start += size;
            }
            return pieces.iterator();
        };
    }

    private static List<String> epoch(Loader loader) {
        var batches = new ArrayList<String>();
        for (Batch batch : loader) {
            assertArrayEquals(batch.targets().toFloatArray(), batch.inputs().toFloatArray());
            batches.add(Arrays.toString(batch.targets().toIntArray()));
        }
        return batches;
    }

    @Test
    void piecesAreJoinedAndCutIntoBatches() {
        var loader = Loader.of(counting(1, 0, 5, 2, 2)).batchSize(3);
        assertEquals(List.of("[0, 1, 2]", "[3, 4, 5]", "[6, 7, 8]", "[9]"), epoch(loader));
        assertEquals(List.of("[100, 101, 102]", "[103, 104, 105]", "[106, 107, 108]", "[109]"), epoch(loader));
        assertEquals(
                List.of("[0, 1, 2]", "[3, 4, 5]", "[6, 7, 8]"),
                epoch(loader.dropLast().prefetch(0)));
        assertEquals(
                List.of("[0, 1, 2]", "[3]"),
                epoch(Loader.of(counting(5, 5).take(4)).batchSize(3)));
        assertEquals(List.of(), epoch(Loader.of(counting())));
    }

    @Test
    void aStreamIsResumedWhereItStood() {
        var loader = Loader.of(counting(7, 2)).batchSize(2);
        epoch(loader);
        Loader.Position position;
        try (Batches batches = loader.iterator()) {
            batches.next();
            batches.next();
            position = loader.position();
        }
        var resumed = Loader.of(counting(7, 2)).batchSize(2).resume(position);
        assertEquals(List.of("[104, 105]", "[106, 107]", "[108]"), epoch(resumed));
        assertEquals("[200, 201]", epoch(resumed).getFirst());
    }

    @Test
    void stretchesAreShuffled() {
        DataStream shuffled = counting(4, 8).shuffled(Random.seeded(1), 6);
        List<String> epoch = epoch(Loader.of(shuffled).batchSize(6));
        for (int i = 0; i < 2; i++) {
            int[] numbers = Arrays.stream(
                            epoch.get(i).replaceAll("[\\[\\] ]", "").split(","))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            int start = 6 * i;
            assertFalse(Arrays.equals(IntStream.range(start, start + 6).toArray(), numbers), epoch.get(i));
            assertArrayEquals(
                    IntStream.range(start, start + 6).toArray(),
                    Arrays.stream(numbers).sorted().toArray());
        }
        assertEquals(
                epoch,
                epoch(Loader.of(counting(12).shuffled(Random.seeded(1), 6)).batchSize(6)));
    }

    @Test
    void generatedExamplesDependOnSeedAndEpochOnly() {
        DataStream noise = DataStream.generated(Random.seeded(1), random -> {
            Tensor drawn = Tensor.randint(random, 0, 1000, 5);
            return new Batch(drawn.reshape(5, 1), drawn.copy());
        });
        var loader = Loader.of(noise.take(20)).batchSize(4);
        List<String> first = epoch(loader);
        assertEquals(5, first.size());
        assertNotEquals(first, epoch(loader));
        assertEquals(first, epoch(Loader.of(noise.take(20)).batchSize(4).prefetch(0)));
        assertEquals(20, first.stream().distinct().count() * 4);
    }

    @Test
    void whatAStreamCannotSayIsSaid() {
        var loader = Loader.of(counting(3));
        assertEquals(
                "loader: it reads a stream, of which nobody knows size and classes",
                assertThrows(IllegalStateException.class, loader::batches).getMessage());
        assertEquals(
                "stream: a piece has 2 inputs but 3 targets",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> epoch(Loader.of(e -> List.of(new Batch(Tensor.zeros(2, 1), Tensor.zeros(3)))
                                        .iterator())))
                        .getMessage());
        assertEquals(
                "stream: pieces need at least 1 example, not 0",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> counting(3).shuffled(Random.seeded(0), 0).open(0))
                        .getMessage());
    }
}
