package org.culebra.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Slabs, and the free blocks in them, by size: two-level segregated fit (Masmano et al., 2004), all in constant time.
 *
 * <p>Free blocks lie in bins, {@value #STEPS} to every doubling of the size. A request is rounded up to the smallest size of a
 * bin, so whatever is in that bin or above it fits. What remains of a block becomes a free block of its own unless it is so
 * small that nobody would want it. A block that comes back is merged with its free neighbours.
 */
final class Heap {
    /** All sizes and offsets are multiples of this. */
    static final long GRANULE = 64;

    private static final int STEPS_LOG2 = 5;
    private static final int STEPS = 1 << STEPS_LOG2;

    /** Up to 2⁵⁰ bytes. */
    private static final int BINS = (50 - 6 - STEPS_LOG2 + 2) << STEPS_LOG2;

    private final List<Slab> slabs = new ArrayList<>();
    private final @Nullable Block[] bins = new @Nullable Block[BINS];
    private final long[] occupied = new long[(BINS + 63) >>> 6];
    private final long smallestSlab;
    private final long largestSlab;

    /** Descriptors not in use, linked by {@link Block#next}. */
    private @Nullable Block spare;

    private long slabBytes;
    private long usedBytes;
    private long usedPeak;

    /**
     * Creates an empty heap.
     *
     * @param smallestSlab the least that is taken from the system in one piece
     * @param largestSlab the most, unless one request needs more
     */
    Heap(long smallestSlab, long largestSlab) {
        this.smallestSlab = smallestSlab;
        this.largestSlab = largestSlab;
    }

    /** Rounds a size in bytes up to the smallest size of a bin; the difference is at most 1/{@value #STEPS} of the size. */
    static long roundUp(long byteSize) {
        long granules = Math.max(1, (byteSize + GRANULE - 1) / GRANULE);
        if (granules < STEPS) {
            return granules * GRANULE;
        }
        long step = Long.highestOneBit(granules) >>> STEPS_LOG2;
        return ((granules + step - 1) & -step) * GRANULE;
    }

    private static int bin(long size) {
        long granules = size / GRANULE;
        if (granules < STEPS) {
            return (int) granules;
        }
        int log2 = 63 - Long.numberOfLeadingZeros(granules);
        int step = (int) (granules >>> (log2 - STEPS_LOG2)) & (STEPS - 1);
        return ((log2 - STEPS_LOG2 + 1) << STEPS_LOG2) | step;
    }

    /** A block of at least {@code size} bytes, a size as {@link #roundUp} gives it; null if there is none. */
    synchronized @Nullable Block take(long size) {
        return takeUnlocked(size);
    }

    /** Up to {@code count} blocks of {@code size} bytes, linked by {@link Block#next}; null if there is none. */
    synchronized @Nullable Block takeSome(long size, int count) {
        Block head = null;
        for (int i = 0; i < count; i++) {
            Block block = takeUnlocked(size);
            if (block == null) {
                break;
            }
            block.next = head;
            head = block;
        }
        return head;
    }

    /** Adds a slab and takes a block of it before anybody else can. */
    synchronized Block addAndTake(Slab slab, long size) {
        slabs.add(slab);
        slabBytes += slab.byteSize();
        insert(slab.first);
        Block block = takeUnlocked(size);
        if (block == null) {
            throw new AssertionError("a slab of " + slab.byteSize() + " bytes has no room for " + size);
        }
        return block;
    }

    private @Nullable Block takeUnlocked(long size) {
        int bin = firstOccupied(bin(size));
        if (bin < 0) {
            return null;
        }
        Block block = bins[bin];
        if (block == null) {
            throw new AssertionError("bin " + bin + " is marked but empty");
        }
        remove(block);
        long rest = block.size - size;
        if (rest > size >>> 4) {
            cut(block, size);
        }
        usedBytes += block.size;
        usedPeak = Math.max(usedPeak, usedBytes);
        return block;
    }

    /** Splits a block that is in no list: it keeps {@code size} bytes, the rest becomes free. */
    private void cut(Block block, long size) {
        Block rest = spare;
        if (rest == null) {
            rest = new Block(block.slab, block.offset + size, block.size - size);
        } else {
            spare = rest.next;
            rest.place(block.slab, block.offset + size, block.size - size);
        }
        rest.before = block;
        rest.after = block.after;
        if (block.after != null) {
            block.after.before = rest;
        }
        block.after = rest;
        block.place(block.slab, block.offset, size);
        insert(rest);
    }

    /** Takes a block back. */
    synchronized void giveBack(Block block) {
        giveBackUnlocked(block);
    }

    /** Takes back the first {@code count} blocks of a list linked by {@link Block#next} and returns what follows them. */
    synchronized @Nullable Block giveBackSome(@Nullable Block head, int count) {
        Block block = head;
        for (int i = 0; i < count && block != null; i++) {
            Block following = block.next;
            giveBackUnlocked(block);
            block = following;
        }
        return block;
    }

    private void giveBackUnlocked(Block block) {
        usedBytes -= block.size;
        Block merged = block;
        Block before = block.before;
        if (before != null && before.free) {
            remove(before);
            swallowNext(before);
            merged = before;
        }
        Block after = merged.after;
        if (after != null && after.free) {
            remove(after);
            swallowNext(merged);
        }
        insert(merged);
    }

    /** Merges a block with the one behind it; neither is in a list. */
    private void swallowNext(Block block) {
        Block gone = block.after;
        if (gone == null) {
            throw new AssertionError("nothing behind the last block");
        }
        block.place(block.slab, block.offset, block.size + gone.size);
        block.after = gone.after;
        if (gone.after != null) {
            gone.after.before = block;
        }
        gone.before = null;
        gone.after = null;
        gone.next = spare;
        spare = gone;
    }

    private void insert(Block block) {
        int bin = bin(block.size);
        Block head = bins[bin];
        block.free = true;
        block.previous = null;
        block.next = head;
        if (head != null) {
            head.previous = block;
        }
        bins[bin] = block;
        occupied[bin >>> 6] |= 1L << bin;
    }

    private void remove(Block block) {
        Block previous = block.previous;
        Block next = block.next;
        if (next != null) {
            next.previous = previous;
        }
        if (previous != null) {
            previous.next = next;
        } else {
            int bin = bin(block.size);
            bins[bin] = next;
            if (next == null) {
                occupied[bin >>> 6] &= ~(1L << bin);
            }
        }
        block.free = false;
        block.previous = null;
        block.next = null;
    }

    private int firstOccupied(int from) {
        int word = from >>> 6;
        long bits = occupied[word] & (-1L << from);
        while (bits == 0) {
            if (++word == occupied.length) {
                return -1;
            }
            bits = occupied[word];
        }
        return (word << 6) + Long.numberOfTrailingZeros(bits);
    }

    /** How large the next slab should be if {@code size} bytes are asked for: a quarter of what is there, within limits. */
    synchronized long nextSlab(long size) {
        long wanted = Math.clamp(slabBytes / 4, smallestSlab, largestSlab);
        return Math.max(size, roundUp(wanted));
    }

    /** Removes the slabs that have no block in use; the caller closes them. */
    synchronized List<Slab> removeEmpty() {
        List<Slab> empty = new ArrayList<>();
        for (Slab slab : slabs) {
            if (slab.isEmpty()) {
                remove(slab.first);
                slabBytes -= slab.byteSize();
                empty.add(slab);
            }
        }
        if (!empty.isEmpty()) {
            slabs.removeIf(empty::contains);
        }
        return empty;
    }

    synchronized long usedBytes() {
        return usedBytes;
    }

    /** The most that {@link #usedBytes} has been since the start or {@link #resetPeak}. */
    synchronized long usedPeak() {
        return usedPeak;
    }

    synchronized void resetPeak() {
        usedPeak = usedBytes;
    }

    synchronized int slabCount() {
        return slabs.size();
    }

    /** The size of the largest free block. */
    synchronized long largestFree() {
        long largest = 0;
        for (Slab slab : slabs) {
            for (Block block = slab.first; block != null; block = block.after) {
                if (block.free) {
                    largest = Math.max(largest, block.size);
                }
            }
        }
        return largest;
    }

    /** Walks all slabs and compares them with the lists. For tests. */
    synchronized void check() {
        long used = 0;
        boolean[] filled = new boolean[BINS];
        for (Slab slab : slabs) {
            long offset = 0;
            for (Block block = slab.first; block != null; block = block.after) {
                require(block.slab == slab && block.offset == offset, "block out of place");
                require(block.size > 0 && block.size % GRANULE == 0, "odd block size");
                require(block.after == null || block.after.before == block, "neighbours disagree");
                require(!block.free || block.after == null || !block.after.free, "free neighbours not merged");
                offset += block.size;
                used += block.free ? 0 : block.size;
                filled[bin(block.size)] |= block.free;
            }
            require(offset == slab.byteSize(), "blocks do not fill the slab");
        }
        require(used == usedBytes, "used bytes miscounted");
        for (int bin = 0; bin < BINS; bin++) {
            boolean marked = (occupied[bin >>> 6] >>> bin & 1) != 0;
            require(filled[bin] == marked && marked == (bins[bin] != null), "bin " + bin + " is wrong");
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }

    @Override
    public String toString() {
        return "heap of " + slabCount() + " slabs, " + Bytes.text(usedBytes()) + " in use, bins "
                + Arrays.toString(occupied);
    }
}
