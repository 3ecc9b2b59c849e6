package org.culebra.tensor;

import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Shares the tries of a property out evenly among all operations: drawn at random, in a moderate number of tries one or the
 * other would never have its turn.
 */
final class Tries {
    private static final int ALL = Integer.getInteger("fuzz.tries", 200);
    private static final int FEWEST = 8;

    private Tries() {}

    /**
     * Makes one operation's share of the tries.
     *
     * @param operations how many share
     * @param attempt draws from the source that it is given, and asserts
     * @throws AssertionError that says in which try
     */
    static void share(int operations, Consumer<SplittableRandom> attempt) {
        int tries = Math.max(FEWEST, ALL / operations);
        for (int i = 0; i < tries; i++) {
            try {
                attempt.accept(new SplittableRandom(20261123L * 1_000_003 + i));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("try " + i + ": " + e.getMessage(), e);
            }
        }
    }
}
