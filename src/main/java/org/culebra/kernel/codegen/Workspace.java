package org.culebra.kernel.codegen;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A thread's own memory for one block after another: the arguments of a loop, and scratch that operands are copied to.
 */
final class Workspace {
    /**
     * Elements per block where operands are copied: 16 KiB of f32 each, so that a few of them stay in the nearest
     * caches.
     */
    static final int BLOCK = 4096;

    private static final long BYTES = BLOCK * 8L;
    private static final MemorySegment NOTHING = MemorySegment.NULL;
    private static final ThreadLocal<Workspace> CURRENT = ThreadLocal.withInitial(Workspace::new);

    private MemorySegment[] segments = new MemorySegment[0];
    private long[] offsets = new long[0];
    private long[] rowStrides = new long[0];
    private long[] starts = new long[0];
    private @Nullable MemorySegment[] scratch = new @Nullable MemorySegment[0];

    private final BlockPlan.Block block = new BlockPlan.Block();
    private double[] sums = new double[0];

    private Workspace() {}

    /** This thread's workspace with room for so many operands. */
    static Workspace current(int operands) {
        Workspace workspace = CURRENT.get();
        workspace.grow(operands);
        return workspace;
    }

    private void grow(int operands) {
        int before = segments.length;
        if (operands > before) {
            int size = Math.max(operands, 16);
            segments = Arrays.copyOf(segments, size);
            Arrays.fill(segments, before, size, NOTHING);
            offsets = new long[size];
            rowStrides = new long[size];
            starts = new long[size];
            scratch = Arrays.copyOf(scratch, size);
        }
    }

    /** The block at hand. */
    BlockPlan.Block block() {
        return block;
    }

    MemorySegment[] segments() {
        return segments;
    }

    long[] offsets() {
        return offsets;
    }

    long[] rowStrides() {
        return rowStrides;
    }

    /** Where each operand's block begins. */
    long[] starts() {
        return starts;
    }

    /** Sets operand i of the next loop. */
    void set(int i, MemorySegment segment, long offset, long rowStride) {
        segments[i] = segment;
        offsets[i] = offset;
        rowStrides[i] = rowStride;
    }

    /** Room for {@link #BLOCK} elements of any dtype, aligned to 64 bytes; the same for the same i. */
    MemorySegment scratch(int i) {
        MemorySegment held = scratch[i];
        if (held == null) {
            held = Arena.ofAuto().allocate(BYTES, 64);
            scratch[i] = held;
        }
        return held;
    }

    /** At least so many doubles, with whatever the last user left in them. */
    double[] sums(int count) {
        if (sums.length < count) {
            sums = new double[count];
        }
        return sums;
    }

    /** Forgets the operands, whose memory a thread must not keep alive. */
    void release() {
        Arrays.fill(segments, NOTHING);
    }
}
