package org.culebra.kernel.codegen;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A loop in two forms. The scalar twin serves at once, because a vector loop in the interpreter is slower than it by far; after
 * enough work the vector loop is made, warmed in the background and then published.
 */
public final class Tiered<L> {
    /** Elements times steps after which a vector loop is worth its making, which costs some 0.1 s of a processor. */
    private static final long WORTH = 1_000_000;

    private final L scalar;
    private final Supplier<L> vectorMaker;
    private final Warmup<L> warmup;
    private volatile @Nullable L published;
    /** Counted without synchronization: losing some does no harm. */
    private long work;

    private boolean requested;

    /** How a loop is tried on scratch data: one short run, the same for both forms. */
    @FunctionalInterface
    public interface Warmup<L> {
        /** Runs a loop once. */
        void run(L loop);
    }

    private Tiered(L scalar, Supplier<L> vectorMaker, Warmup<L> warmup) {
        this.scalar = scalar;
        this.vectorMaker = vectorMaker;
        this.warmup = warmup;
    }

    /** A loop that exists in one form only. */
    static <L> Tiered<L> fixed(L loop) {
        var tiered = new Tiered<L>(loop, () -> loop, same -> {});
        tiered.published = loop;
        return tiered;
    }

    /** A scalar loop, to be replaced by the vector loop that {@code vectorMaker} makes. */
    public static <L> Tiered<L> of(L scalar, Supplier<L> vectorMaker, Warmup<L> warmup) {
        return new Tiered<>(scalar, vectorMaker, warmup);
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
            Warmer.submit(this::publishVector);
        }
    }

    /** True once the vector loop serves, or if there is only one form. */
    boolean isSettled() {
        return published != null;
    }

    private void publishVector() {
        L vector = vectorMaker.get();
        if (Warmer.warm(() -> warmup.run(scalar), () -> warmup.run(vector))) {
            published = vector;
        }
    }
}
