package org.culebra.kernel.codegen;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The daemon thread that exercises vector code on scratch data until C2 has compiled it.
 *
 * <p>The Vector API in the interpreter is a hundred times slower than plain Java. So every kernel has a twin in plain Java that
 * serves meanwhile, and the only caller that the compilers see before a kernel is hot is this thread: who uses it first makes no
 * difference. While C2 is at work on one kernel, the next is exercised.
 */
public final class Warmer {
    /** Something to be compiled. */
    public interface Job {
        /**
         * Exercises the code: the first time so often that C2 is asked for it, later just to see whether it is there.
         *
         * @return true if it is, or never will be
         */
        boolean turn();
    }

    private static final Logger LOG = System.getLogger(Warmer.class.getName());
    /** How long C2 is left alone with the processor before the next look at what it has done. */
    private static final long PAUSE_MILLIS = 3;

    private static final LinkedBlockingQueue<Job> FRESH = new LinkedBlockingQueue<>();

    static {
        Thread.ofPlatform().daemon().name("culebra-warmup").start(Warmer::serve);
    }

    private Warmer() {}

    /** Has {@code job} done in the background. */
    public static void submit(Job job) {
        FRESH.add(job);
    }

    private static void serve() {
        List<Job> waiting = new ArrayList<>();
        try {
            while (true) {
                Job fresh = waiting.isEmpty() ? FRESH.take() : FRESH.poll(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                if (fresh == null) {
                    waiting.removeIf(Warmer::isDone);
                } else if (!isDone(fresh)) {
                    waiting.add(fresh);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isDone(Job job) {
        try {
            return job.turn();
        } catch (RuntimeException | LinkageError e) {
            LOG.log(Level.WARNING, "no vector code on this machine; plain Java stays in use", e);
            return true;
        }
    }

    /** The time of the fastest of so many runs, in nanoseconds. */
    public static long fastest(Runnable work, int runs) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < runs; i++) {
            long begin = System.nanoTime();
            work.run();
            best = Math.min(best, System.nanoTime() - begin);
        }
        return best;
    }
}
