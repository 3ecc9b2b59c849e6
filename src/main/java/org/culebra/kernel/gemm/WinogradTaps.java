package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;
import org.culebra.kernel.parallel.Scratch;
import org.culebra.kernel.parallel.Scratch.Slot;

/**
 * Filters with their taps first, and back. Nine taps do not fill a vector, so that transposing [A·B, taps] at once would go number
 * by number; by way of [B·taps, A] it goes block by block.
 */
final class WinogradTaps {
    private WinogradTaps() {}

    /**
     * [A, B, taps] → [taps, A, B], in this thread's scratch.
     *
     * @param at where the filters begin, in elements
     */
    static MemorySegment first(KernelSet kernels, MemorySegment w, long at, long a, long b, long taps) {
        int size = kernels.dtype().byteSize();
        MemorySegment between = Scratch.take(Slot.PLANES, size * a * b * taps);
        kernels.transposer().run(w, size * at, size * b * taps, between, 0, size * a, a, b * taps);
        MemorySegment turned = Scratch.take(Slot.TURNED, size * a * b * taps);
        kernels.transposer().run(between, 0, size * taps * a, turned, 0, size * b, b, taps * a);
        return turned;
    }

    /** [taps, A, B] → [A, B, taps]. */
    static void last(
            KernelSet kernels, MemorySegment turned, long from, MemorySegment w, long at, long a, long b, long taps) {
        int size = kernels.dtype().byteSize();
        MemorySegment between = Scratch.take(Slot.PLANES, size * a * b * taps);
        kernels.transposer().run(turned, size * from, size * b, between, 0, size * taps * a, taps * a, b);
        kernels.transposer().run(between, 0, size * a, w, size * at, size * b * taps, b * taps, a);
    }
}
