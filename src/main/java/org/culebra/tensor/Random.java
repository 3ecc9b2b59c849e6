package org.culebra.tensor;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A source of random numbers, passed in wherever they are drawn: no hidden global state.
 *
 * <p>Counter-based (Philox 4×32-10; Salmon et al., SC 2011): element i of draw j depends on the seed, j and i only, never on
 * the number of threads or the width of vectors. Each draw takes the next j. Thread-safe; for reproducible draws on several
 * threads give each its own with {@link #split}.
 */
public final class Random {
    private final long seed;
    private final AtomicLong draws;

    private Random(long seed, long draws) {
        this.seed = seed;
        this.draws = new AtomicLong(draws);
    }

    /** The source with this seed, before its first draw. */
    public static Random seeded(long seed) {
        return new Random(seed, 0);
    }

    /** The seed. */
    public long seed() {
        return seed;
    }

    /** How many draws were taken: with the seed all there is to save of its state. */
    public long draws() {
        return draws.get();
    }

    /** The source with this seed after {@code draws} draws: to resume from a checkpoint. */
    public static Random resumed(long seed, long draws) {
        return new Random(seed, draws);
    }

    /** A source independent of this one; takes one draw. */
    public Random split() {
        return seeded(nextKey());
    }

    /** The key of the next draw. */
    long nextKey() {
        return Draws.key(() -> mix(mix(seed) + draws.getAndIncrement()));
    }

    /** A bijection that spreads every bit (the finalizer of splitmix64; Steele et al., OOPSLA 2014). */
    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    @Override
    public String toString() {
        return "Random(seed " + seed + ", " + draws + " draws)";
    }
}
