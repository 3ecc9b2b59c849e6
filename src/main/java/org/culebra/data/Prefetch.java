package org.culebra.data;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.culebra.kernel.Machine;
import org.jspecify.annotations.Nullable;

/**
 * The batches of another iterator, made ahead by one daemon thread.
 *
 * <p>Nothing of a batch depends on which thread makes it, so the consumer gets the same bits in the same order as from the
 * iterator itself. The thread works outside all scopes: its tensors belong to the garbage collector until the consumer, or
 * {@link #close}, gives them back. Its kernels use this one thread, so that they never hold the team that the consumer's need.
 */
final class Prefetch implements Iterator<Batch>, AutoCloseable {
    private final Line line;
    private final Thread thread;
    private @Nullable Item ahead;

    Prefetch(Iterator<Batch> source, int depth) {
        line = new Line(source, depth);
        thread = Thread.ofPlatform().daemon().name("culebra-loader").start(line);
    }

    /** What the thread hands over: a batch, why there is none, or the end if both are missing. */
    private record Item(@Nullable Batch batch, @Nullable Throwable failure) {
        private static final Item END = new Item(null, null);
    }

    /** What the two threads share. It knows nothing of the iterator, which may be dropped without being closed. */
    static final class Line implements Runnable {
        private final Iterator<Batch> source;

        /** How many more batches may be made. */
        private final Semaphore room;

        private final LinkedBlockingQueue<Item> made = new LinkedBlockingQueue<>();
        private volatile boolean closed;

        private Line(Iterator<Batch> source, int depth) {
            this.source = source;
            room = new Semaphore(depth);
        }

        @Override
        public void run() {
            Machine.withThreads(1, this::fill);
        }

        private void fill() {
            try {
                room.acquireUninterruptibly();
                while (!closed && source.hasNext()) {
                    made.add(new Item(source.next(), null));
                    room.acquireUninterruptibly();
                }
                made.add(Item.END);
            } catch (Throwable failure) {
                made.add(new Item(null, failure));
            }
            if (closed) {
                giveBack();
            }
        }

        /** Ends the thread after the batch that it is making; does not wait. No interrupt: it would close the files being read. */
        void close() {
            closed = true;
            room.release();
            giveBack();
        }

        private void giveBack() {
            for (Item item = made.poll(); item != null; item = made.poll()) {
                if (item.batch != null) {
                    item.batch.release();
                }
            }
        }
    }

    Line line() {
        return line;
    }

    private Item ahead() {
        Item item = ahead;
        if (item == null) {
            item = line.closed ? Item.END : take();
            ahead = item;
        }
        return item;
    }

    private Item take() {
        try {
            return line.made.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("loader: interrupted while waiting for a batch", e);
        }
    }

    /** True also if there is a failure to hear of. */
    @Override
    public boolean hasNext() {
        Item item = ahead();
        return item.batch != null || item.failure != null;
    }

    @Override
    public Batch next() {
        Item item = ahead();
        if (item.failure != null) {
            rethrow(item.failure);
        }
        if (item.batch == null) {
            throw new NoSuchElementException("loader: no more batches");
        }
        ahead = null;
        line.room.release();
        return item.batch;
    }

    private static void rethrow(Throwable failure) {
        switch (failure) {
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            default -> throw new IllegalStateException(failure); // an iterator declares no checked exception
        }
    }

    /** Ends the thread and gives back what it made; when this returns, the thread reads no more. */
    @Override
    public void close() {
        line.close();
        Item item = ahead;
        ahead = Item.END;
        if (item != null && item.batch != null) {
            item.batch.release();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
