package org.culebra.kernel.random;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.culebra.kernel.codegen.VectorClasses;
import org.culebra.memory.Buffer;
import org.culebra.memory.DType;

/**
 * Whether {@link VectorPhilox} is compiled. Before that it is slower than {@link ScalarPhilox} by far, so a background thread
 * exercises it, once enough numbers were asked for to make that worth while.
 */
final class Readiness {
    private static final Logger LOG = System.getLogger(Readiness.class.getName());
    private static final long WORTH = 1_000_000;
    /** Long enough for a machine that has much else to do. */
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
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
            Thread.ofPlatform().daemon().name("culebra-random-warmup").start(Readiness::warm);
        }
        return false;
    }

    private static void warm() {
        Buffer scratch = Buffer.allocate(ELEMENTS * Long.BYTES);
        try {
            exercise(scratch.segment());
        } catch (RuntimeException | LinkageError e) {
            LOG.log(Level.WARNING, "no vector code for random numbers on this machine; plain Java stays in use", e);
        } finally {
            scratch.release();
        }
    }

    private static void exercise(MemorySegment scratch) {
        VectorClasses.prepare();
        long begin = System.nanoTime();
        while (!hot && System.nanoTime() - begin < PATIENCE_NANOS) {
            boolean faster = true;
            for (DType dtype : ALL) {
                long scalar = best(scratch, dtype, ScalarPhilox::fill);
                // All types in turn, so that the compiler sees every branch taken.
                faster &= best(scratch, dtype, VectorPhilox::fill) < scalar;
            }
            hot = faster;
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    @FunctionalInterface
    private interface Fill {
        void run(long key, long stream, long first, MemorySegment dst, long dstOffset, long count, DType dtype);
    }

    private static long best(MemorySegment scratch, DType dtype, Fill fill) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 16; i++) {
            long begin = System.nanoTime();
            fill.run(1, 2, 3, scratch, 0, ELEMENTS, dtype);
            best = Math.min(best, System.nanoTime() - begin);
        }
        return best;
    }
}
