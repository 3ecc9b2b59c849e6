package org.culebra.data;

import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One loop over a {@link Loader}'s batches. Each lives until the next one is asked for.
 *
 * <p>Whoever leaves a loop before its end should close it (or else the garbage collector does, some time):
 *
 * <pre>{@code
 * try (Batches batches = loader.iterator()) {
 *     while (batches.hasNext() && !done) { done = isEnough(batches.next()); }
 * }
 * }</pre>
 */
public final class Batches implements Iterator<Batch>, AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Iterator<Batch> source;
    private final LongConsumer handedOut;
    private @Nullable Batch current;
    private long count;
    private long waited;
    private boolean closed;

    /**
     * A loop.
     *
     * @param count batches handed out before, where it goes on after an interruption
     * @param handedOut hears how many there are now
     */
    Batches(Iterator<Batch> source, int prefetch, long count, LongConsumer handedOut) {
        this.count = count;
        this.handedOut = handedOut;
        if (prefetch == 0) {
            this.source = source;
        } else {
            var ahead = new Prefetch(source, prefetch);
            CLEANER.register(this, ahead.line()::close);
            this.source = ahead;
        }
    }

    @Override
    public boolean hasNext() {
        long start = System.nanoTime();
        boolean more = !closed && source.hasNext();
        waited += System.nanoTime() - start;
        if (!more) {
            giveBack();
        }
        return more;
    }

    /**
     * The next batch; the one before ends.
     *
     * @throws NoSuchElementException if there is none
     * @throws RuntimeException what went wrong when it was read or transformed, on whichever thread
     */
    @Override
    public Batch next() {
        giveBack();
        if (closed) {
            throw new NoSuchElementException("loader: the loop was closed");
        }
        long start = System.nanoTime();
        Batch batch = source.next();
        waited += System.nanoTime() - start;
        current = batch;
        count++;
        handedOut.accept(count);
        return batch;
    }

    /** How long this loop has kept its consumer waiting: to see whether the data or the model is the slower one. */
    public Duration waited() {
        return Duration.ofNanos(waited);
    }

    private void giveBack() {
        if (current != null) {
            current.release();
            current = null;
        }
    }

    /** Ends the loop and its thread, and the batch handed out last. The second time it does nothing. */
    @Override
    public void close() {
        closed = true;
        giveBack();
        if (source instanceof Prefetch ahead) {
            ahead.close();
        }
    }
}
