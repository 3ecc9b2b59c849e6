package org.culebra.kernel.gemm;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.culebra.kernel.codegen.CompilerDirectives;
import org.culebra.kernel.codegen.VectorClasses;
import org.culebra.kernel.codegen.Warmer;
import org.jspecify.annotations.Nullable;

/**
 * A kernel that begins as plain Java and becomes vector code when that is compiled.
 *
 * <p>The Vector API in the interpreter is a hundred times slower than plain Java, and stays there for about half a second. So
 * the first use of a kernel only asks for its vector form: a background thread writes the class and exercises it on memory of
 * its own until it is fast; until then its scalar twin, which gives the same bits, does the work. See {@link Warmer}.
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
    /** The interpreter asks C2 for a method after 600 calls and 15,000 rounds of its loops, of which a call has 24. */
    private static final int CALLS = 704;

    private static final int LOOKS = 4;

    private final Mode mode;
    private final String name;
    private final Supplier<T> generator;
    private final Exercise<T> exercise;
    private final long operations;
    private final AtomicBoolean requested = new AtomicBoolean();
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
            case BACKGROUND -> Warmer.submit(new Job());
            case VECTOR -> {
                quietC1();
                current = generator.get();
            }
            case SCALAR -> {}
        }
    }

    private static void quietC1() {
        VectorClasses.prepare();
        CompilerDirectives.excludeFromC1(KernelWriter.CLASS_PREFIX);
    }

    private final class Job implements Warmer.Job {
        private final long begin = System.nanoTime();
        private @Nullable T vector;

        @Override
        public boolean turn() {
            T known = vector;
            if (known == null) {
                quietC1();
            }
            T kernel = known != null ? known : generator.get();
            vector = kernel;
            long limit = (long) (CALL_NANOS + operations * HOT_NANOS_PER_OPERATION);
            if (Warmer.fastest(() -> exercise.run(kernel), known == null ? CALLS : LOOKS) > limit) {
                return false;
            }
            current = kernel;
            LOG.log(Level.DEBUG, "{0} is hot after {1} ms", name, (System.nanoTime() - begin) / 1_000_000);
            return true;
        }
    }
}
