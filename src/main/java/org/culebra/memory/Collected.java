package org.culebra.memory;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The buffers that the garbage collector owns. It sees a small object and not the memory behind it, so it has to be
 * started when much memory could be waiting for it.
 */
final class Collected {
    private static final ReferenceQueue<Object> DROPPED = new ReferenceQueue<>();
    private static final AtomicLong BYTES = new AtomicLong();

    /** What may always pile up before the collector is started for it: a collection takes some 20 ms. */
    private static final long ALLOWANCE = 256L << 20;

    /** As a part of the memory limit, what may pile up. */
    private static final long ALLOWED_PART = 16;

    private static final long PATIENCE_MILLIS = 500;

    private static volatile long bytesAfterCollection;

    private Collected() {}

    /** A buffer that is gone when it is enqueued; its block can be used again. The block holds the reference. */
    static final class Dropped extends PhantomReference<Buffer> {
        final Block block;

        private Dropped(Buffer buffer, Block block) {
            super(buffer, DROPPED);
            this.block = block;
        }
    }

    /** Makes the collector the owner of the buffer. */
    static void adopt(Buffer buffer, Block block) {
        BYTES.addAndGet(block.size);
        block.dropped = new Dropped(buffer, block);
    }

    /** Ends the collector's ownership, if it is the owner; the buffer must still be reachable. */
    static void disown(Block block) {
        Dropped dropped = block.dropped;
        if (dropped != null) {
            dropped.clear();
            forget(block);
        }
    }

    private static void forget(Block block) {
        block.dropped = null;
        BYTES.addAndGet(-block.size);
    }

    /** Gives the blocks of dropped buffers back to the pool. Costs next to nothing if there are none. */
    static void takeBack() {
        for (Reference<?> gone = DROPPED.poll(); gone != null; gone = DROPPED.poll()) {
            giveBack(gone);
        }
    }

    private static void giveBack(Reference<?> gone) {
        Block block = ((Dropped) gone).block;
        forget(block);
        Pool.giveBack(block);
    }

    static long bytes() {
        return BYTES.get();
    }

    /** True if more than twice as much is owned as the last collection left, plus an allowance. */
    static boolean isCollectionDue() {
        long piledUp = BYTES.get() - 2 * bytesAfterCollection;
        return piledUp > ALLOWANCE && piledUp > Pool.limit() / ALLOWED_PART;
    }

    /** Starts the garbage collector and takes back what it finds. */
    static void collect() {
        if (BYTES.get() == 0) {
            return;
        }
        var queue = new ReferenceQueue<Object>();
        var sentinel = new PhantomReference<>(new Object(), queue);
        System.gc();
        try {
            // The collector hands over what it found some time after it ran; the sentinel shows that it has begun to.
            queue.remove(PATIENCE_MILLIS);
            for (Reference<?> gone = DROPPED.remove(5); gone != null; gone = DROPPED.remove(5)) {
                giveBack(gone);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Reference.reachabilityFence(sentinel);
        }
        bytesAfterCollection = BYTES.get();
    }
}
