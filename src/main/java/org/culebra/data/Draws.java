package org.culebra.data;

import org.culebra.tensor.Random;
import org.jspecify.annotations.Nullable;

/**
 * The random numbers that a transform may draw for the examples of a batch.
 *
 * <p>Those of an example depend on the seed, the epoch and the example only (and on how often it was presented before in the
 * same epoch): never on the batch that it is in, nor on the thread.
 */
public final class Draws {
    private static final double UNIT = 0x1p-53;

    /** One source per example; null where there are none. */
    private final Random @Nullable [] sources;

    private Draws(Random @Nullable [] sources) {
        this.sources = sources;
    }

    /** None: a transform that needs some is an {@link IllegalStateException}. */
    public static Draws none() {
        return new Draws(null);
    }

    /** For examples 0, 1, …, count − 1. Takes one draw. */
    public static Draws of(Random random, int count) {
        return of(random.split(), Column.range(0, count));
    }

    /** For the examples that are presented at these times of an epoch. */
    static Draws of(Random epoch, long[] presentations) {
        var sources = new Random[presentations.length];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = child(epoch.seed(), presentations[i]);
        }
        return new Draws(sources);
    }

    private static Random child(long seed, long number) {
        return Random.resumed(seed, number).split();
    }

    /** Other numbers for the same examples: those of step k of a composition. */
    public Draws step(int k) {
        if (sources == null) {
            return this;
        }
        var children = new Random[sources.length];
        for (int i = 0; i < children.length; i++) {
            children[i] = child(sources[i].seed(), k);
        }
        return new Draws(children);
    }

    /**
     * The source of an example, the same at every call: before its first draw.
     *
     * @throws IllegalStateException if there are none
     */
    public Random of(int example) {
        if (sources == null) {
            throw new IllegalStateException(
                    "transform: it draws random numbers, but was given none; hint: Loader.shuffle or Loader.random");
        }
        return Random.seeded(sources[example].seed());
    }

    /** The next number of a source, uniform in [0, 1) with 53 bits: quicker than a tensor of one element. */
    static double next(Random source) {
        return (source.split().seed() >>> 11) * UNIT;
    }

    /** The next number of a source, uniform in [low, high). */
    static double next(Random source, double low, double high) {
        return low + (high - low) * next(source);
    }

    /** The next number of a source, each of 0, …, bound − 1 as likely as the others. */
    static long nextBelow(Random source, long bound) {
        return Math.unsignedMultiplyHigh(source.split().seed(), bound);
    }
}
