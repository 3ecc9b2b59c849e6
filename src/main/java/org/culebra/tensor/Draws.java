package org.culebra.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The keys that a computation drew from whatever {@link Random}, in their order, so that it can run again with the same ones. */
final class Draws {
    /** Stands between a source and who draws from it. */
    @FunctionalInterface
    private interface Tap {
        long key(LongSupplier fresh);
    }

    private static final ThreadLocal<@Nullable Tap> TAP = new ThreadLocal<>();

    private final List<Long> keys = new ArrayList<>();

    /** The key of a draw on this thread: a fresh one, unless a computation is being run again. */
    static long key(LongSupplier fresh) {
        Tap tap = TAP.get();
        return tap == null ? fresh.getAsLong() : tap.key(fresh);
    }

    /** Runs a computation and remembers its keys. */
    <T> T record(Supplier<T> computation) {
        Tap around = TAP.get();
        return through(
                fresh -> {
                    long key = around == null ? fresh.getAsLong() : around.key(fresh);
                    keys.add(key);
                    return key;
                },
                computation);
    }

    /** Runs it again with the same keys; its sources do not notice. */
    <T> T replay(Supplier<T> computation) {
        var again = keys.iterator();
        return through(fresh -> again.hasNext() ? again.next() : fresh.getAsLong(), computation);
    }

    private static <T> T through(Tap tap, Supplier<T> computation) {
        Tap around = TAP.get();
        TAP.set(tap);
        try {
            return computation.get();
        } finally {
            TAP.set(around);
        }
    }
}
