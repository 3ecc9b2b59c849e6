package org.culebra.memory;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A piece of a slab. Descriptors are used again, so that cutting and merging makes no garbage. */
final class Block {
    Slab slab;
    long offset;
    long size;
    boolean free;

    /** The neighbours in the slab, in address order. */
    @Nullable
    Block before;

    @Nullable
    Block after;

    /** The neighbours in the list of free blocks this one is in, if it is in one. */
    @Nullable
    Block previous;

    @Nullable
    Block next;

    /** While the garbage collector owns the buffer: how we learn that it was dropped. Keeps the reference itself alive. */
    Collected.@Nullable Dropped dropped;

    /** The slice that was handed out last: most blocks are asked for the same size again and again. */
    private @Nullable MemorySegment slice;

    Block(Slab slab, long offset, long size) {
        this.slab = slab;
        this.offset = offset;
        this.size = size;
    }

    /** The first {@code byteSize} bytes of this block. */
    MemorySegment slice(long byteSize) {
        MemorySegment known = slice;
        if (known == null || known.byteSize() != byteSize) {
            known = slab.segment.asSlice(offset, byteSize);
            slice = known;
        }
        return known;
    }

    /** Makes this descriptor stand for another piece. */
    void place(Slab newSlab, long newOffset, long newSize) {
        if (slab != newSlab || offset != newOffset) {
            slice = null;
        }
        slab = newSlab;
        offset = newOffset;
        size = newSize;
    }

    /** Sets every bit, which makes every f32 and f64 in it a NaN. */
    void poison() {
        slab.segment.asSlice(offset, size).fill((byte) 0xFF);
    }
}
