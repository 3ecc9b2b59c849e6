package org.culebra.kernel.random;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.culebra.kernel.codegen.VectorClasses;
import org.culebra.kernel.codegen.Warmer;
import org.culebra.memory.Buffer;
import org.culebra.memory.DType;

/**
 * Whether {@link VectorPhilox} is compiled. Before that it is slower than {@link ScalarPhilox} by far, so {@link Warmer}
 * exercises it, once enough numbers were asked for to make that worth while.
 */
final class Readiness {
    private static final long WORTH = 1_000_000;
    /** Long enough for a machine that has much else to do. */
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

    private static final int RUNS = 16;
    private static final int ELEMENTS = 2048;
    private static final DType[] ALL = {DType.F32, DType.F64, DType.I32, DType.I64};

    private static final AtomicBoolean REQUESTED = new AtomicBoolean();
    private static volatile boolean hot;
    /** Counted without synchronization: to lose some does no harm. */
    private static long asked;

    private Readiness() {}

    /** True if the vector loop should do the {@code count} elements that are asked for now. */
    static boolean isHot(long count) {
        if (hot) {
            return true;
        }
        asked += count;
        if (asked >= WORTH && REQUESTED.compareAndSet(false, true)) {
            long begin = System.nanoTime();
            Warmer.submit(() -> {
                hot = isFaster();
                return hot || System.nanoTime() - begin > PATIENCE_NANOS;
            });
        }
        return false;
    }

    private static boolean isFaster() {
        VectorClasses.prepare();
        Buffer scratch = Buffer.allocate(ELEMENTS * Long.BYTES);
        try {
            boolean faster = true;
            for (DType dtype : ALL) {
                long scalar = best(scratch.segment(), dtype, ScalarPhilox::fill);
                // All types in turn, so that the compiler sees every branch taken.
                faster &= best(scratch.segment(), dtype, VectorPhilox::fill) < scalar;
            }
            return faster;
        } finally {
            scratch.release();
        }
    }

    @FunctionalInterface
    private interface Fill {
        void run(long key, long stream, long first, MemorySegment dst, long dstOffset, long count, DType dtype);
    }

    private static long best(MemorySegment scratch, DType dtype, Fill fill) {
        return Warmer.fastest(() -> fill.run(1, 2, 3, scratch, 0, ELEMENTS, dtype), RUNS);
    }
}
