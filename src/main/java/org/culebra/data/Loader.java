package org.culebra.data;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.culebra.memory.Scope;
import org.culebra.tensor.Random;
import org.culebra.tensor.Tape;
import org.culebra.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A data set in batches, to be looped over once per epoch:
 *
 * <pre>{@code
 * var loader = Loader.of(dataset).batchSize(128).shuffle(random).transform(Transform.normalize(255, .5, .5));
 * for (Batch batch : loader) { … }
 * }</pre>
 *
 * <p>Each loop shuffles anew, with one draw of the random source, so a seed fixes every batch of a run. <b>A batch lives until
 * the next one is asked for</b>: its memory is then used again, and touching it is an {@link IllegalStateException}.
 *
 * @param dataset where the images come from
 * @param batchSize images per batch; the last of a loop may have fewer
 * @param random what shuffles; null for the order of the data set
 * @param wholeOnly whether a last batch with fewer images is left out
 * @param transform what becomes of the raw images
 */
public record Loader(
        Dataset dataset, int batchSize, @Nullable Random random, boolean wholeOnly, Transform transform)
        implements Iterable<Batch> {

    /**
     * Checks the batch size.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Loader {
        if (batchSize < 1) {
            throw new IllegalArgumentException("loader: a batch needs at least 1 image, not " + batchSize);
        }
    }

    /** The images in their order, 32 at a time, as numbers from 0 to 1. */
    public static Loader of(Dataset dataset) {
        return new Loader(dataset, 32, null, false, Transform.unit());
    }

    /** The same with this many images per batch. */
    public Loader batchSize(int size) {
        return new Loader(dataset, size, random, wholeOnly, transform);
    }

    /** The same in a random order, another one for each loop. */
    public Loader shuffle(Random source) {
        return new Loader(dataset, batchSize, source, wholeOnly, transform);
    }

    /** The same without a last batch that has fewer images than the others. */
    public Loader dropLast() {
        return new Loader(dataset, batchSize, random, true, transform);
    }

    /** The same with another transform. */
    public Loader transform(Transform other) {
        return new Loader(dataset, batchSize, random, wholeOnly, other);
    }

    /** Batches per loop. */
    public long batches() {
        return wholeOnly ? dataset.size() / batchSize : Math.ceilDiv(dataset.size(), batchSize);
    }

    /** Images per loop. */
    public long images() {
        return wholeOnly ? batches() * batchSize : dataset.size();
    }

    @Override
    public Iterator<Batch> iterator() {
        return new Epoch(random == null ? null : Scope.outside(() -> Tensor.permutation(random, dataset.size())));
    }

    /** One loop over the data set. */
    private final class Epoch implements Iterator<Batch> {
        private final @Nullable Tensor order;
        private long start;
        private @Nullable Batch current;

        private Epoch(@Nullable Tensor order) {
            this.order = order;
        }

        @Override
        public boolean hasNext() {
            boolean more = start < images();
            if (!more) {
                giveBack();
            }
            return more;
        }

        @Override
        public Batch next() {
            if (!hasNext()) {
                throw new NoSuchElementException("loader: no more batches");
            }
            giveBack();
            long count = Math.min(batchSize, dataset.size() - start);
            Batch batch = Scope.outside(() -> batch(start, count));
            start += count;
            current = batch;
            return batch;
        }

        private Batch batch(long from, long count) {
            // Always copies, so that a batch has memory of its own to give back.
            Tensor images = Tape.scoped(() -> transform.apply(pick(dataset.images(), from, count)));
            Tensor labels =
                    Tape.scoped(() -> pick(dataset.labels(), from, count).copy());
            return new Batch(images, labels);
        }

        private Tensor pick(Tensor values, long from, long count) {
            return order == null ? values.narrow(0, from, count) : values.indexSelect(0, order.narrow(0, from, count));
        }

        private void giveBack() {
            if (current != null) {
                current.images().release();
                current.labels().release();
                current = null;
            }
        }
    }
}
