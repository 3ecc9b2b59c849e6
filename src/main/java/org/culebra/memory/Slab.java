package org.culebra.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory taken from the system in one piece, to be cut into blocks. */
final class Slab {
    /** A page, so that where blocks lie relative to pages is the same in every run. */
    private static final long ALIGNMENT = 4096;

    private final Arena arena;

    /** Where its blocks go back to. */
    final Heap heap;

    final MemorySegment segment;

    /** The block at offset 0; the others follow by {@link Block#after}. */
    final Block first;

    /**
     * Takes {@code byteSize} bytes from the system.
     *
     * @throws OutOfMemoryError if the system refuses
     */
    @SuppressWarnings("MustBeClosedChecker") // close() does
    Slab(Heap heap, long byteSize) {
        this.heap = heap;
        // Shared, not automatic: any thread may use it, it can be closed at a known time, and -XX:MaxDirectMemorySize
        // (a quarter of the machine by default) does not apply to it.
        arena = Arena.ofShared();
        segment = arena.allocate(byteSize, ALIGNMENT);
        first = new Block(this, 0, byteSize);
    }

    long byteSize() {
        return segment.byteSize();
    }

    /** True if no block of this slab is handed out. */
    boolean isEmpty() {
        return first.free && first.size == byteSize();
    }

    /** Returns the memory to the system. */
    void close() {
        arena.close();
    }
}
