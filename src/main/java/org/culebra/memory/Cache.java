package org.culebra.memory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Small blocks kept ready, in front of a heap. There are several caches and a thread always goes to the same one, so that threads
 * seldom meet. What a cache holds counts as handed out in the heap behind it.
 *
 * <p>Blocks are kept by class, 8 classes to every doubling of the size; a class holds blocks of its own size or slightly more.
 */
final class Cache {
    /** Requests up to this size are served from here. */
    static final long LARGEST = 32 << 10;

    private static final int STEPS_LOG2 = 3;
    private static final int STEPS = 1 << STEPS_LOG2;
    private static final int CLASSES = classOf(LARGEST) + 1;

    /** A class keeps at most this much, and at least 4 blocks. */
    private static final long KEPT_BYTES = 64 << 10;

    /** From the heap at once, if it has them. */
    private static final long FETCHED_BYTES = 4 << 10;

    private final Heap heap;
    private final @Nullable Block[] heads = new @Nullable Block[CLASSES];
    private final int[] counts = new int[CLASSES];
    private long heldBytes;

    Cache(Heap heap) {
        this.heap = heap;
    }

    /** Rounds a size in bytes up to the size of a class; the difference is at most 1/{@value #STEPS} of the size. */
    static long roundUp(long byteSize) {
        long granules = Math.max(1, (byteSize + Heap.GRANULE - 1) / Heap.GRANULE);
        if (granules < STEPS) {
            return granules * Heap.GRANULE;
        }
        long step = Long.highestOneBit(granules) >>> STEPS_LOG2;
        return ((granules + step - 1) & -step) * Heap.GRANULE;
    }

    /** The last class whose size is at most {@code size}. */
    private static int classOf(long size) {
        int granules = (int) (size / Heap.GRANULE);
        if (granules < STEPS) {
            return granules;
        }
        int log2 = 31 - Integer.numberOfLeadingZeros(granules);
        return ((log2 - STEPS_LOG2 + 1) << STEPS_LOG2) | ((granules >>> (log2 - STEPS_LOG2)) & (STEPS - 1));
    }

    /** A block of at least {@code size} bytes, a size as {@link #roundUp} gives it; null if there is none here and in the heap. */
    synchronized @Nullable Block take(long size) {
        int kind = classOf(size);
        Block block = heads[kind];
        if (block == null) {
            block = fetch(kind, size);
            if (block == null) {
                return null;
            }
        }
        heads[kind] = block.next;
        counts[kind]--;
        heldBytes -= block.size;
        block.next = null;
        return block;
    }

    private @Nullable Block fetch(int kind, long size) {
        Block head = heap.takeSome(size, (int) Math.max(1, FETCHED_BYTES / size));
        for (Block block = head; block != null; block = block.next) {
            counts[kind]++;
            heldBytes += block.size;
        }
        heads[kind] = head;
        return head;
    }

    /** Keeps a block that is no longer used, or passes some of its kind on to the heap. */
    synchronized void giveBack(Block block) {
        // One that was a little too large to cut may be beyond the last class.
        int kind = Math.min(classOf(block.size), CLASSES - 1);
        block.next = heads[kind];
        heads[kind] = block;
        counts[kind]++;
        heldBytes += block.size;
        if (counts[kind] > 4 && counts[kind] * block.size > KEPT_BYTES) {
            shrink(kind, counts[kind] / 2);
        }
    }

    private void shrink(int kind, int count) {
        Block block = heads[kind];
        for (int i = 0; i < count && block != null; i++) {
            heldBytes -= block.size;
            block = block.next;
        }
        heads[kind] = heap.giveBackSome(heads[kind], count);
        counts[kind] -= count;
    }

    /** Passes everything on to the heap. */
    synchronized void clear() {
        for (int kind = 0; kind < CLASSES; kind++) {
            shrink(kind, counts[kind]);
        }
    }

    synchronized long heldBytes() {
        return heldBytes;
    }

    @Override
    public String toString() {
        return "cache of " + Bytes.text(heldBytes()) + ", by class " + Arrays.toString(counts);
    }
}
