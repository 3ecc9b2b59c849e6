package org.culebra.data;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tensor;

/**
 * Examples one after the other, of which nobody knows how many there will be: files larger than memory, generators, sensors.
 *
 * <p>They come in pieces of any size, which the {@link Loader} joins and cuts into batches.
 */
@FunctionalInterface
public interface DataStream {
    /**
     * Begins anew. The same epoch must bring the same examples, or else a loop cannot be resumed.
     *
     * @return pieces of one or more examples, in memory that nobody else uses
     */
    Iterator<Batch> open(long epoch);

    /**
     * Pieces without an end, each made from random numbers of its own: examples that are never seen twice.
     *
     * @param piece makes one from a source that depends on the seed, the epoch and the number of the piece
     */
    static DataStream generated(Random random, Function<Random, Batch> piece) {
        long seed = random.split().seed();
        return epoch -> {
            long own = Random.resumed(seed, epoch).split().seed();
            return endless(number -> piece.apply(Random.resumed(own, number).split()));
        };
    }

    private static Iterator<Batch> endless(LongFunction<Batch> piece) {
        return new Iterator<>() {
            private long number;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Batch next() {
                return piece.apply(number++);
            }
        };
    }

    /** The first examples of each epoch only, at most {@code count}. */
    default DataStream take(long count) {
        return epoch -> new Iterator<>() {
            private final Iterator<Batch> pieces = open(epoch);
            private long left = count;

            @Override
            public boolean hasNext() {
                return left > 0 && pieces.hasNext();
            }

            @Override
            public Batch next() {
                if (left <= 0) {
                    throw new NoSuchElementException("stream: no more examples");
                }
                Batch piece = pieces.next();
                Batch kept = piece.size() <= left ? piece : Cutter.first(piece, left);
                left -= kept.size();
                return kept;
            }
        };
    }

    /**
     * The same examples, those of each stretch of {@code window} in random order: as much of a shuffle as memory for so many
     * examples allows.
     *
     * @throws IllegalArgumentException if the window is not positive
     */
    default DataStream shuffled(Random random, int window) {
        long seed = random.split().seed();
        return epoch -> {
            long own = Random.resumed(seed, epoch).split().seed();
            Iterator<Batch> stretches = new Cutter(open(epoch), window);
            return new Iterator<>() {
                private long number;

                @Override
                public boolean hasNext() {
                    return stretches.hasNext();
                }

                @Override
                public Batch next() {
                    Batch stretch = stretches.next();
                    Tensor order = Tensor.permutation(Random.resumed(own, number++), stretch.size());
                    Batch mixed = new Batch(
                            stretch.inputs().indexSelect(0, order),
                            stretch.targets().indexSelect(0, order));
                    stretch.release();
                    return mixed;
                }
            };
        };
    }
}
