package org.culebra.kernel.codegen;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The daemon thread that makes vector loops and runs them on scratch data until C2 has compiled them. */
final class Warmer {
    private static final Logger LOG = System.getLogger(Warmer.class.getName());
    /** On a busy machine a compilation may take long: then the other loops have their turn first. */
    private static final long TURN_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** Runs between two judgements; C2 wants to have seen some hundred. */
    private static final int ROUND = 100;
    /** Rounds after which C2 must have seen enough and is only waited for. */
    private static final int ROUNDS = 6;
    /** A vector operation takes some 50 ns in the interpreter and hardly 1 ns compiled, a division a few. */
    static final long COMPILED_NANOS = 10;

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

    /**
     * Runs {@code vector} until it is compiled and faster than {@code scalar}; false if it is not after some ten seconds.
     *
     * @param operations number of vector operations in a run
     */
    static boolean warm(Runnable scalar, Runnable vector, long operations) {
        long begin = System.nanoTime();
        for (int round = 0; System.nanoTime() - begin < TURN_NANOS; round++) {
            long fast = fastest(vector, round < ROUNDS ? ROUND : 3);
            // A cold scalar loop is slower than a cold vector loop: the comparison alone would not show that C2 has
            // been there.
            if (fast < operations * COMPILED_NANOS && fast * 10 < fastest(scalar, 5) * 9) {
                return true;
            }
            if (round >= ROUNDS) {
                pause();
            }
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

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
