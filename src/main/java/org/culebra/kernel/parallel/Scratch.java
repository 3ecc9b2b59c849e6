package org.culebra.kernel.parallel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;

/**
 * Native memory that a thread keeps for its own use from one kernel to the next: 64-byte aligned, grown on demand, with
 * whatever the last user left in it.
 *
 * <p>Each purpose has a slot of its own, so that a kernel may hold several. Who takes a slot again gets the same memory again.
 */
public final class Scratch {
    /** What scratch memory is for. */
    public enum Slot {
        /** Rows of a left operand. */
        LEFT,
        /** Panels of a right operand. */
        RIGHT,
        /** Rows that a sum starts from. */
        START,
        /** Results that are copied or added to their place later. */
        RESULT,
        /** Planes with zeros around them. */
        PLANES,
        /** Patches of planes. */
        PATCHES,
        /** Planes or filters with their axes in another order. */
        TURNED,
        /** What lies between two passes over the same numbers. */
        HALF,
        /** Lines of results, channels last. */
        LINES,
        /** Numbers that all tasks of a run read or write. */
        SHARED
    }

    private static final long ALIGNMENT = 64;
    private static final ThreadLocal<Map<Slot, MemorySegment>> SEGMENTS =
            ThreadLocal.withInitial(() -> new EnumMap<>(Slot.class));

    private Scratch() {}

    /** At least {@code bytes} bytes of this thread's memory for {@code slot}. */
    public static MemorySegment take(Slot slot, long bytes) {
        Map<Slot, MemorySegment> segments = SEGMENTS.get();
        MemorySegment held = segments.get(slot);
        if (held != null && held.byteSize() >= bytes) {
            return held;
        }
        long size = Math.max(4096, Long.highestOneBit(Math.max(bytes, 2) - 1) << 1);
        // Owned by the garbage collector: other threads may still look at the old one.
        MemorySegment grown = Arena.ofAuto().allocate(size, ALIGNMENT);
        segments.put(slot, grown);
        return grown;
    }
}
