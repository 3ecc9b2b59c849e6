package org.culebra.memory;

import java.lang.management.ManagementFactory;
import java.util.List;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Where buffers come from and go back to: slabs taken from the system once and kept.
 *
 * <p>Requests up to 32 KiB are served from small caches, larger ones from a heap that merges free neighbours. What is handed out
 * is at most an eighth larger than what was asked for. A loop that allocates and releases the same sizes over and over takes
 * nothing from the system after its first rounds. Used memory is never cleared.
 *
 * <p>All methods may be called from any thread.
 */
public final class Pool {
    /** Beyond any address space; keeps the arithmetic clear of overflow. */
    private static final long ABSURD = 1L << 48;

    private static final String LIMIT = "culebra.memoryLimit";
    private static final long UNKNOWN = -1;

    /** Every machine has this much. */
    private static final long MODEST = 128 << 20;

    private static final Heap SMALL = new Heap(1 << 20, 16 << 20);
    private static final Heap LARGE = new Heap(4 << 20, 64 << 20);
    private static final Cache[] CACHES = caches();

    /** Held while slabs come and go. */
    private static final Object GROWTH = new Object();

    private static volatile long limit = UNKNOWN;
    private static volatile boolean poison = Integer.getInteger("culebra.debug", 0) >= 4;
    private static long systemBytes;
    private static long systemPeak;
    private static long systemAllocations;

    private Pool() {}

    /**
     * The state of the pool, in bytes where nothing else is said.
     *
     * @param systemBytes taken from the system and held
     * @param systemPeak the most that {@code systemBytes} has been
     * @param systemAllocations how often memory was taken from the system
     * @param slabs the number of pieces held
     * @param usedBytes handed out in buffers that are open
     * @param usedPeak the most that was handed out, since the start or {@link #resetPeak()}; small blocks kept ready count
     * @param freeBytes {@code systemBytes - usedBytes}
     * @param largestFree the largest piece of {@code freeBytes}
     * @param collectedBytes of {@code usedBytes}, what the garbage collector owns
     * @param limit the most that {@code systemBytes} may be
     */
    public record Report(
            long systemBytes,
            long systemPeak,
            long systemAllocations,
            int slabs,
            long usedBytes,
            long usedPeak,
            long freeBytes,
            long largestFree,
            long collectedBytes,
            long limit) {
        @Override
        public String toString() {
            return "pool: " + Bytes.text(systemBytes) + " from the system in " + slabs + " slabs (peak "
                    + Bytes.text(systemPeak) + ", limit " + Bytes.text(limit) + ", taken " + systemAllocations
                    + " times), " + Bytes.text(usedBytes) + " in use (peak " + Bytes.text(usedPeak)
                    + ", owned by the garbage collector " + Bytes.text(collectedBytes) + "), " + Bytes.text(freeBytes)
                    + " free (largest piece " + Bytes.text(largestFree) + ")";
        }
    }

    /** The state of the pool now. */
    public static Report report() {
        Collected.takeBack();
        synchronized (GROWTH) {
            long cached = 0;
            for (Cache cache : CACHES) {
                cached += cache.heldBytes();
            }
            long used = LARGE.usedBytes() + SMALL.usedBytes() - cached;
            return new Report(
                    systemBytes,
                    systemPeak,
                    systemAllocations,
                    SMALL.slabCount() + LARGE.slabCount(),
                    used,
                    LARGE.usedPeak() + SMALL.usedPeak(),
                    systemBytes - used,
                    Math.max(SMALL.largestFree(), LARGE.largestFree()),
                    Collected.bytes(),
                    limit());
        }
    }

    /** Starts {@link Report#usedPeak} anew from what is in use now. */
    public static void resetPeak() {
        SMALL.resetPeak();
        LARGE.resetPeak();
    }

    /** Returns to the system the slabs that are not in use, and says how many bytes that were. */
    public static long trim() {
        Collected.takeBack();
        synchronized (GROWTH) {
            for (Cache cache : CACHES) {
                cache.clear();
            }
            return close(SMALL.removeEmpty()) + close(LARGE.removeEmpty());
        }
    }

    private static long close(List<Slab> slabs) {
        long bytes = 0;
        for (Slab slab : slabs) {
            bytes += slab.byteSize();
            slab.close();
        }
        systemBytes -= bytes;
        return bytes;
    }

    /**
     * The most that may be taken from the system, in bytes: what {@link #setLimit} or the system property
     * {@code culebra.memoryLimit} says ({@code 512m}, {@code 4g}), or else nine tenths of the memory of the machine or container.
     *
     * @throws IllegalArgumentException if the system property cannot be read
     */
    public static long limit() {
        long known = limit;
        if (known == UNKNOWN) {
            String property = System.getProperty(LIMIT);
            known = property == null ? machineMemory() / 10 * 9 : Bytes.parse(LIMIT, property);
            limit = known;
        }
        return known;
    }

    /** The memory of the machine, or of the container if it has less. */
    private static long machineMemory() {
        try {
            var name = new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME);
            return (Long) ManagementFactory.getPlatformMBeanServer().getAttribute(name, "TotalMemorySize");
        } catch (JMException e) {
            return ABSURD; // a JVM that does not tell; the system itself will refuse
        }
    }

    /**
     * Sets the most that may be taken from the system, in bytes. What is already held beyond it stays.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public static void setLimit(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("the memory limit is " + bytes + " bytes; it must be positive");
        }
        limit = bytes;
    }

    /**
     * Whether memory that is given back is filled with NaNs, so that a later use of it shows. On from level 4 of
     * {@code culebra.debug}.
     */
    static void poison(boolean on) {
        poison = on;
    }

    /** A block of at least {@code byteSize} bytes. */
    static Block take(long byteSize) {
        if (byteSize <= Cache.LARGEST) {
            long size = Cache.roundUp(byteSize);
            Block block = cache().take(size);
            return block != null ? block : grow(SMALL, size, byteSize);
        }
        if (byteSize > ABSURD) {
            throw MemoryLimitException.of(byteSize, report(), Scope.current());
        }
        long size = Heap.roundUp(byteSize);
        Block block = LARGE.take(size);
        return block != null ? block : grow(LARGE, size, byteSize);
    }

    /** Takes a block back. */
    static void giveBack(Block block) {
        if (poison) {
            block.poison();
        }
        Heap heap = block.slab.heap;
        if (heap == SMALL) {
            cache().giveBack(block);
        } else {
            heap.giveBack(block);
        }
    }

    private static Block grow(Heap heap, long size, long asked) {
        synchronized (GROWTH) {
            Collected.takeBack();
            Block block = heap.take(size);
            if (block == null && Collected.isCollectionDue()) {
                Collected.collect();
                block = heap.take(size);
            }
            if (block == null && isBeyondLimit(size)) {
                block = reclaim(heap, size, asked);
            }
            return block != null ? block : extend(heap, size, asked);
        }
    }

    private static boolean isBeyondLimit(long size) {
        // To ask for the machine's memory costs tens of milliseconds; small programs do without.
        boolean modest = systemBytes + size <= MODEST && limit == UNKNOWN && System.getProperty(LIMIT) == null;
        return !modest && systemBytes + size > limit();
    }

    /**
     * Finds room below the limit: a block, or null if {@code size} bytes may now be taken from the system.
     *
     * @throws MemoryLimitException if there is no room
     */
    private static @Nullable Block reclaim(Heap heap, long size, long asked) {
        trim();
        Block block = takeAnywhere(heap, size);
        if (block == null && isBeyondLimit(size)) {
            Collected.collect();
            trim();
            block = takeAnywhere(heap, size);
        }
        if (block == null && isBeyondLimit(size)) {
            throw MemoryLimitException.of(asked, report(), Scope.current());
        }
        return block;
    }

    private static @Nullable Block takeAnywhere(Heap heap, long size) {
        Block block = heap.take(size);
        return block == null && heap == SMALL ? LARGE.take(Heap.roundUp(size)) : block;
    }

    private static Block extend(Heap heap, long size, long asked) {
        long wanted = heap.nextSlab(size);
        Slab slab;
        try {
            slab = new Slab(heap, isBeyondLimit(wanted) ? size : wanted);
        } catch (OutOfMemoryError refused) {
            trim();
            Collected.collect();
            trim();
            try {
                slab = new Slab(heap, size);
            } catch (OutOfMemoryError again) {
                throw MemoryLimitException.refused(asked, report(), Scope.current(), again);
            }
        }
        systemBytes += slab.byteSize();
        systemPeak = Math.max(systemPeak, systemBytes);
        systemAllocations++;
        return heap.addAndTake(slab, size);
    }

    private static Cache[] caches() {
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 8);
        Cache[] caches = new Cache[Integer.highestOneBit(2 * threads - 1)];
        for (int i = 0; i < caches.length; i++) {
            caches[i] = new Cache(SMALL);
        }
        return caches;
    }

    private static Cache cache() {
        return CACHES[(int) Thread.currentThread().threadId() & (CACHES.length - 1)];
    }

    /** Compares the books with the memory. For tests. */
    static void check() {
        SMALL.check();
        LARGE.check();
    }
}
