package org.culebra.kernel.gemm;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.culebra.kernel.codegen.CompilerDirectives;
import org.culebra.kernel.codegen.VectorClasses;
import org.jspecify.annotations.Nullable;

/**
 * A kernel that begins as plain Java and becomes vector code when that is compiled.
 *
 * <p>The Vector API in the interpreter is a hundred times slower than plain Java, and stays there for about half a second. So
 * the first use of a kernel only asks for its vector form: a background thread writes the class and exercises it on memory of
 * its own until it is fast; until then its scalar twin, which gives the same bits, does the work. The thread also is the only
 * caller that the compilers see before the kernel is hot: who calls first makes no difference.
 *
 * @param <T> the kernel's interface
 */
final class Warming<T> {
    /** When a kernel becomes vector code. */
    enum Mode {
        /** When it is compiled. */
        BACKGROUND,
        /** At once. */
        VECTOR,
        /** Never. */
        SCALAR
    }

    /** One short exercise of a kernel. */
    interface Exercise<T> {
        /** Calls the kernel once. */
        void run(T kernel);
    }

    private static final Logger LOG = System.getLogger(Warming.class.getName());
    /** Compiled code needs 0.3 ns for a vector multiply-add, C1's code 10 and the interpreter 100 or more. */
    private static final double HOT_NANOS_PER_OPERATION = 4;

    private static final long CALL_NANOS = 200;
    /** On a busy machine a compilation may take long: then the others have their turn first, but nobody is given up. */
    private static final long TURN_NANOS = TimeUnit.SECONDS.toNanos(20);

    private static final int CALLS_PER_LOOK = 64;
    /** The interpreter asks for a compilation after some hundred calls; then the compiler needs the processor more. */
    private static final int LOOKS_UNTIL_COMPILATION = 16;

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    private final Mode mode;
    private final String name;
    private final Supplier<T> generator;
    private final Exercise<T> exercise;
    private final long operations;
    private final AtomicBoolean requested = new AtomicBoolean();
    /** The vector form while it is warmed; only the background thread sees it. */
    private @Nullable T vector;

    private volatile T current;

    /**
     * A kernel that is cold.
     *
     * @param operations number of vector operations in one exercise
     */
    Warming(Mode mode, String name, T scalar, Supplier<T> generator, Exercise<T> exercise, long operations) {
        this.mode = mode;
        this.name = name;
        this.generator = generator;
        this.exercise = exercise;
        this.operations = operations;
        current = scalar;
    }

    /** The best form there is now. */
    T get() {
        if (!requested.getPlain() && requested.compareAndSet(false, true)) {
            request();
        }
        return current;
    }

    private void request() {
        switch (mode) {
            case BACKGROUND -> Warmer.QUEUE.add(this);
            case VECTOR -> {
                Warmer.quietC1();
                current = generator.get();
            }
            case SCALAR -> {}
        }
    }

    private void warm() {
        T known = vector;
        T kernel = known != null ? known : generator.get();
        vector = kernel;
        long limit = (long) (CALL_NANOS + operations * HOT_NANOS_PER_OPERATION);
        long begin = System.nanoTime();
        for (int look = 0; bestCall(kernel) > limit; look++) {
            if (look >= LOOKS_UNTIL_COMPILATION) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            if (System.nanoTime() - begin > TURN_NANOS) {
                LOG.log(Level.DEBUG, "{0} is not compiled yet; its scalar twin serves meanwhile", name);
                Warmer.QUEUE.add(this);
                return;
            }
        }
        current = kernel;
        LOG.log(Level.DEBUG, "{0} is hot after {1} ms", name, (System.nanoTime() - begin) / 1_000_000);
    }

    private long bestCall(T kernel) {
        long best = Long.MAX_VALUE;
        for (int call = 0; call < CALLS_PER_LOOK; call++) {
            long begin = System.nanoTime();
            exercise.run(kernel);
            best = Math.min(best, System.nanoTime() - begin);
        }
        return best;
    }

    /** The background thread: made when the first kernel is asked for. */
    private static final class Warmer {
        static final LinkedBlockingQueue<Warming<?>> QUEUE = new LinkedBlockingQueue<>();

        static {
            Thread.ofPlatform().daemon().name("culebra-warmup").start(Warmer::serve);
        }

        private Warmer() {}

        static void quietC1() {
            VectorClasses.prepare();
            CompilerDirectives.excludeFromC1(KernelWriter.CLASS_PREFIX);
        }

        private static void serve() {
            quietC1();
            while (true) {
                try {
                    QUEUE.take().warm();
                } catch (InterruptedException e) {
                    return;
                } catch (RuntimeException | LinkageError e) {
                    LOG.log(Level.WARNING, "no vector code on this machine; plain Java stays in use", e);
                }
            }
        }
    }
}
