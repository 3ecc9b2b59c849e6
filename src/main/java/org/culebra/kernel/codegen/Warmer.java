package org.culebra.kernel.codegen;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The daemon thread that makes vector loops and runs them on scratch data until C2 has compiled them. */
final class Warmer {
    private static final Logger LOG = System.getLogger(Warmer.class.getName());
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    /** Runs between two looks at the clock; some hundred runs is what C2 wants to see before it compiles. */
    private static final int RUNS = 100;

    private static final ThreadPoolExecutor THREAD = makeThread();

    private Warmer() {}

    private static ThreadPoolExecutor makeThread() {
        var executor = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> Thread.ofPlatform().daemon().name("culebra-codegen").unstarted(task));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /** Does {@code task} in the background. */
    static void submit(Runnable task) {
        THREAD.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException | LinkageError e) {
                // The scalar twin goes on serving.
                LOG.log(Level.WARNING, "a vector loop could not be made", e);
            }
        });
    }

    /** Runs {@code vector} until it is faster than {@code scalar}; false if it never is. */
    static boolean warm(Runnable scalar, Runnable vector) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < PATIENCE_NANOS) {
            long slow = fastest(scalar, 5);
            long fast = fastest(vector, RUNS);
            if (fast * 10 < slow * 9) {
                return true;
            }
            pauseAfter(System.nanoTime() - begin);
        }
        return false;
    }

    private static long fastest(Runnable work, int runs) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < runs; i++) {
            long begin = System.nanoTime();
            work.run();
            best = Math.min(best, System.nanoTime() - begin);
        }
        return best;
    }

    /** Once C2 must have seen enough, leaves it the processor. */
    private static void pauseAfter(long elapsed) {
        if (elapsed > TimeUnit.MILLISECONDS.toNanos(200)) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
