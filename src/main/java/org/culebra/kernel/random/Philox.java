package org.culebra.kernel.random;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.culebra.memory.Buffer;
import org.culebra.memory.DType;

/**
 * (key, stream, element) ↦ random bits, by Philox 4×32-10.
 *
 * <p>Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. Key, stream and block number have 64
 * bits each; different keys, and different streams under one key, are independent. A stream has an element for every long.
 *
 * <p>The same element read as another type is made of other bits: element 5 as f32 and as f64 are unrelated.
 */
public final class Philox {
    static final int MULTIPLIER_0 = 0xD2511F53;
    static final int MULTIPLIER_1 = 0xCD9E8D57;

    /** What is added to the halves of the key between rounds: the golden ratio and √3 − 1. */
    static final int WEYL_0 = 0x9E3779B9;

    static final int WEYL_1 = 0xBB67AE85;
    static final int ROUNDS = 10;

    /** Blocks in a group. */
    static final int GROUP = 16;

    static final long MASK = 0xFFFF_FFFFL;

    static final float FLOAT_UNIT = 0x1p-24f;
    static final double DOUBLE_UNIT = 0x1p-53;

    /** Draws made at once where they are used one by one. */
    private static final long DRAWS = 1024;

    private Philox() {}

    /**
     * Four words from a counter of four words and a key of two, in place: the function of the paper.
     *
     * @param words counter in, result out; words[0] is the least significant
     */
    static void block(int[] words, long key) {
        int k0 = (int) key;
        int k1 = (int) (key >>> 32);
        int c0 = words[0];
        int c1 = words[1];
        int c2 = words[2];
        int c3 = words[3];
        for (int round = 0; round < ROUNDS; round++) {
            long p0 = (c0 & MASK) * (MULTIPLIER_0 & MASK);
            long p1 = (c2 & MASK) * (MULTIPLIER_1 & MASK);
            c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            c1 = (int) p1;
            c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c3 = (int) p0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        words[0] = c0;
        words[1] = c1;
        words[2] = c2;
        words[3] = c3;
    }

    /** The words of block number {@code block} of a stream. */
    static void block(int[] words, long key, long stream, long block) {
        words[0] = (int) block;
        words[1] = (int) (block >>> 32);
        words[2] = (int) stream;
        words[3] = (int) (stream >>> 32);
        block(words, key);
    }

    /** 32 random bits: element {@code element} of a stream of i32. */
    public static int bits32(long key, long stream, long element) {
        int[] words = new int[4];
        block(words, key, stream, (element >> 6) * GROUP + (element & (GROUP - 1)));
        return words[(int) (element >>> 4) & 3];
    }

    /** 64 random bits: element {@code element} of a stream of i64. */
    public static long bits64(long key, long stream, long element) {
        int[] words = new int[4];
        block(words, key, stream, (element >> 5) * GROUP + (element & (GROUP - 1)));
        int pair = (int) (element >>> 4) & 1;
        return join(words[2 * pair], words[2 * pair + 1]);
    }

    /** A number in [0, 1), a multiple of 2⁻²⁴: element {@code element} of a stream of f32. */
    public static float uniformFloat(long key, long stream, long element) {
        return toFloat(bits32(key, stream, element));
    }

    /** A number in [0, 1), a multiple of 2⁻⁵³: element {@code element} of a stream of f64. */
    public static double uniformDouble(long key, long stream, long element) {
        return toDouble(bits64(key, stream, element));
    }

    /**
     * A whole number in [0, bound), made of 64 bits: element {@code element} of a stream of bounded numbers. No number is more or
     * less likely than 1/bound by more than 2⁻⁶⁴, which is a relative bias of bound·2⁻⁶⁴ at most.
     */
    public static long bounded(long key, long stream, long element, long bound) {
        requirePositive(bound);
        return Math.unsignedMultiplyHigh(bits64(key, stream, element), bound);
    }

    /**
     * dst[i] = uniform in [0, 1), element first + i of the stream.
     *
     * @param first number of the first element in the stream
     * @param dst native memory
     * @param dstOffset where to begin in it, in elements
     * @param count how many
     * @param dtype f32, with 24 random bits, or f64, with 53
     */
    public static void uniform(
            long key, long stream, long first, MemorySegment dst, long dstOffset, long count, DType dtype) {
        if (!dtype.isFloating()) {
            throw new IllegalArgumentException("uniform numbers are f32 or f64, not " + dtype);
        }
        fill(key, stream, first, dst, dstOffset, count, dtype);
    }

    /**
     * dst[i] = random bits, element first + i of the stream.
     *
     * @param dtype i32 or i64; the other arguments are as in {@link #uniform}
     */
    public static void bits(
            long key, long stream, long first, MemorySegment dst, long dstOffset, long count, DType dtype) {
        if (dtype != DType.I32 && dtype != DType.I64) {
            throw new IllegalArgumentException("random bits are i32 or i64, not " + dtype);
        }
        fill(key, stream, first, dst, dstOffset, count, dtype);
    }

    private static void fill(
            long key, long stream, long first, MemorySegment dst, long dstOffset, long count, DType dtype) {
        int bytes = dtype.byteSize();
        Objects.checkFromIndexSize(dstOffset, count, dst.byteSize() / bytes);
        if (Readiness.isHot(count)) {
            VectorPhilox.fill(key, stream, first, dst, dstOffset, count, dtype);
        } else {
            ScalarPhilox.fill(key, stream, first, dst, dstOffset, count, dtype);
        }
    }

    /**
     * dst[i] = low + a whole number in [0, bound), element first + i of the stream of bounded numbers.
     *
     * @param dtype i32, i64 or u8, which must hold low + bound − 1 (the caller checks)
     * @see #bounded(long, long, long, long)
     */
    public static void bounded(
            long key,
            long stream,
            long first,
            MemorySegment dst,
            long dstOffset,
            long count,
            DType dtype,
            long low,
            long bound) {
        requirePositive(bound);
        if (!dtype.isInteger()) {
            throw new IllegalArgumentException("whole numbers are i32, i64 or u8, not " + dtype);
        }
        Objects.checkFromIndexSize(dstOffset, count, dst.byteSize() / dtype.byteSize());
        forEachDraw(key, stream, first, count, (i, bits) -> {
            long value = low + Math.unsignedMultiplyHigh(bits, bound);
            switch (dtype) {
                case I64 -> dst.setAtIndex(ValueLayout.JAVA_LONG, dstOffset + i, value);
                case I32 -> dst.setAtIndex(ValueLayout.JAVA_INT, dstOffset + i, (int) value);
                default -> dst.set(ValueLayout.JAVA_BYTE, dstOffset + i, (byte) value);
            }
        });
    }

    /**
     * A random order of 0, 1, …, n − 1: {@code result[i]} is what comes at place i. A function of its arguments only.
     *
     * <p>Fisher and Yates's shuffle, with element i of the stream of {@link #bounded} numbers below i + 1 as its i-th draw.
     */
    public static long[] permutation(long key, long stream, int n) {
        long[] order = new long[n];
        forEachDraw(key, stream, 0, n, (i, bits) -> {
            int place = (int) i;
            int other = (int) Math.unsignedMultiplyHigh(bits, i + 1);
            order[place] = order[other];
            order[other] = place;
        });
        return order;
    }

    @FunctionalInterface
    private interface Draw {
        /** Uses the i-th draw. */
        void use(long i, long bits);
    }

    private static void forEachDraw(long key, long stream, long first, long count, Draw draw) {
        Buffer scratch = Buffer.allocate(Math.min(count, DRAWS) * Long.BYTES);
        try {
            MemorySegment bits = scratch.segment();
            for (long done = 0; done < count; done += DRAWS) {
                long part = Math.min(count - done, DRAWS);
                bits(key, stream, first + done, bits, 0, part, DType.I64);
                for (long i = 0; i < part; i++) {
                    draw.use(done + i, bits.getAtIndex(ValueLayout.JAVA_LONG, i));
                }
            }
        } finally {
            scratch.release();
        }
    }

    private static void requirePositive(long bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException(
                    "the bound of random whole numbers is " + bound + "; it must be positive");
        }
    }

    static long join(int low, int high) {
        return (low & MASK) | (long) high << 32;
    }

    static float toFloat(int bits) {
        return (bits >>> 8) * FLOAT_UNIT;
    }

    static double toDouble(long bits) {
        return (bits >>> 11) * DOUBLE_UNIT;
    }
}
