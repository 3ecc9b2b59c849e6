package org.culebra.kernel.codegen;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A loop in two forms. The scalar twin serves at once, because a vector loop in the interpreter is slower than it by
 * far; after
 * enough work the vector loop is made, warmed in the background and then published.
 */
public final class Tiered<L> {
    /** Elements times steps after which a vector loop is worth its making, which costs some 0.1 s of a processor. */
    private static final long WORTH = 1_000_000;
    /** A vector loop that is no faster by then, be the machine busy, never will be. */
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);
    /** The interpreter asks C2 for a method after 600 calls, of which a trial has three, and 15,000 rounds of its loops. */
    private static final int RUNS = 300;

    private static final int LOOKS = 3;
    /** A vector operation takes some 50 ns in the interpreter and hardly 1 ns compiled, a division a few. */
    private static final long COMPILED_NANOS = 10;

    private final L scalar;
    private final Supplier<L> vectorMaker;
    private final @Nullable Trial<L> trial;
    private volatile @Nullable L published;
    /** Counted without synchronization: losing some does no harm. */
    private long work;

    private boolean requested;

    /** How a loop is tried on scratch data. */
    @FunctionalInterface
    public interface Trial<L> {
        /** Short runs that take every branch of the loop: C2 leaves out what it has not seen. */
        void run(L loop);

        /**
         * Operations on registers in these runs, from which it shows whether the loop is compiled; by default nobody
         * knows.
         */
        default long operations() {
            return Long.MAX_VALUE / COMPILED_NANOS;
        }
    }

    private Tiered(L scalar, Supplier<L> vectorMaker, @Nullable Trial<L> trial, @Nullable L published) {
        this.scalar = scalar;
        this.vectorMaker = vectorMaker;
        this.trial = trial;
        this.published = published;
    }

    /** A loop that exists in one form only. */
    static <L> Tiered<L> fixed(L loop) {
        return new Tiered<>(loop, () -> loop, null, loop);
    }

    /** A scalar loop, to be replaced by the vector loop that {@code vectorMaker} makes. */
    public static <L> Tiered<L> of(L scalar, Supplier<L> vectorMaker, Trial<L> trial) {
        return new Tiered<>(scalar, vectorMaker, trial, null);
    }

    /** The loop to run now, on {@code amount} elements times steps. */
    public L loop(long amount) {
        L best = published;
        return best != null ? best : countAndGet(amount);
    }

    private L countAndGet(long amount) {
        work += amount;
        if (work >= WORTH && !requested) {
            request();
        }
        return scalar;
    }

    private synchronized void request() {
        if (!requested) {
            requested = true;
            Warmer.submit(new Warming());
        }
    }

    /** True once the vector loop serves, or if there is only one form. */
    boolean isSettled() {
        return published != null;
    }

    /** Makes the vector loop and publishes it once it is compiled and faster than the scalar one. */
    private final class Warming implements Warmer.Job {
        private final Trial<L> test = Objects.requireNonNull(trial);
        private final long begin = System.nanoTime();
        private @Nullable L vector;

        @Override
        public boolean turn() {
            L known = vector;
            L candidate = known != null ? known : vectorMaker.get();
            vector = candidate;
            long time = Warmer.fastest(() -> test.run(candidate), known == null ? RUNS : LOOKS);
            // A cold scalar loop is slower than a cold vector loop: the comparison alone would not show that C2 has
            // been there.
            if (time < test.operations() * COMPILED_NANOS
                    && time * 10 < Warmer.fastest(() -> test.run(scalar), LOOKS) * 9) {
                published = candidate;
                return true;
            }
            return System.nanoTime() - begin > PATIENCE_NANOS;
        }
    }
}
