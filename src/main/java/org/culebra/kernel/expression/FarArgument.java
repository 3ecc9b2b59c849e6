package org.culebra.kernel.expression;

/**
 * The remainder of huge numbers modulo π/2, exact to the last bit (Payne and Hanek 1983): what {@link Program.Opcode#FAR} does.
 *
 * <p>A sine of 10²⁰ needs π to 130 bits. Nobody trains on such numbers, but a wrong digit is a wrong digit; so the few lanes
 * that are beyond {@link #limit} go through this scalar code, and all others never pay for it.
 */
public final class FarArgument {

    /** Kind: r in [−π/2, π/2] with sin r = sin a. */
    public static final int SINE = 0;

    /** Kind: r in [−π/2, π/2] with sin r = cos a. */
    public static final int COSINE = 1;

    /** Kind: r in [−π/4, π/4], the remainder of a modulo π/2. */
    public static final int REMAINDER = 2;

    /** Kind: what {@link #REMAINDER} lost in rounding. */
    public static final int TAIL = 4;

    /** Kind: −1 where the multiple of π/2 that {@link #REMAINDER} took away is odd, 1 where it is even. */
    public static final int PARITY = 3;

    /** 2^17: so far three words of f32 hold π. */
    public static final float NARROW_LIMIT = 0x1p17f;

    /** 2^30: so far three words of f64 hold π. */
    public static final double WIDE_LIMIT = 0x1p30;

    private static final double HALF_PI = 1.5707963267948966;
    private static final double HALF_PI_TAIL = 6.123233995736766e-17;

    /** 2/π = 0.a2f98…₁₆, after a word of zeros. */
    private static final long[] TWO_OVER_PI = {
        0,
        0xa2f9836e4e441529L,
        0xfc2757d1f534ddc0L,
        0xdb6295993c439041L,
        0xfe5163abdebbc561L,
        0xb7246e3a424dd2e0L,
        0x06492eea09d1921cL,
        0xfe1deb1cb129a73eL,
        0xe88235f52ebb4484L,
        0xe99c7026b45f7e41L,
        0x3991d639835339f4L,
        0x9c845f8bbdf9283bL,
        0x1ff897ffde05980fL,
        0xef2f118b5a0a6d1fL,
        0x6d367ecf27cb09b7L,
        0x4f463f669e5fea2dL,
        0x7527bac7ebe5f17bL,
        0x3d0739f78a5292eaL,
        0x6bfb5fb11f8d5d08L,
        0x56033046fc7b6babL,
        0xf0cfbc209af4361dL
    };

    private FarArgument() {}

    /** Up to this size of a, {@link #reduce} gives a back. */
    static double limit(boolean wide) {
        return wide ? WIDE_LIMIT : NARROW_LIMIT;
    }

    /** a where |a| ≤ 2^17 or a is NaN; else what {@code kind} says, NaN for infinities. */
    public static float reduce(float a, int kind) {
        if (!(Math.abs(a) > NARROW_LIMIT)) {
            return a;
        }
        if (kind == TAIL) {
            double remainder = reduceAny(a, REMAINDER);
            return (float) (remainder - (float) remainder);
        }
        return (float) reduceAny(a, kind);
    }

    /** a where |a| ≤ 2^30 or a is NaN; else what {@code kind} says, NaN for infinities. */
    public static double reduce(double a, int kind) {
        return Math.abs(a) > WIDE_LIMIT ? reduceAny(a, kind) : a;
    }

    /** For |a| ≥ 2^17. */
    private static double reduceAny(double a, int kind) {
        if (Double.isInfinite(a)) {
            return Double.NaN;
        }
        long bits = Double.doubleToRawLongBits(a);
        int exponent = Math.getExponent(a) - 52;
        long mantissa = (bits & ((1L << 52) - 1)) | (1L << 52);
        // a·2/π modulo 4, times 2^190: bits of 2/π that count whole turns are left out
        int start = 64 + exponent - 2;
        long high = product(mantissa, start);
        long middle = productMiddle(mantissa, start);
        long low = mantissa * word(start + 128);
        return finish(a < 0, high, middle, low, kind);
    }

    /** 64 bits of 2/π from a bit on. */
    private static long word(int bit) {
        long word = TWO_OVER_PI[bit >> 6] << (bit & 63);
        return (bit & 63) == 0 ? word : word | (TWO_OVER_PI[(bit >> 6) + 1] >>> (64 - (bit & 63)));
    }

    /** The second of the three words of the product, modulo 2^192. */
    private static long productMiddle(long mantissa, int start) {
        return mantissa * word(start + 64) + Math.unsignedMultiplyHigh(mantissa, word(start + 128));
    }

    /** The first one. */
    private static long product(long mantissa, int start) {
        long below = mantissa * word(start + 64);
        boolean carry = Long.compareUnsigned(productMiddle(mantissa, start), below) < 0;
        return mantissa * word(start) + Math.unsignedMultiplyHigh(mantissa, word(start + 64)) + (carry ? 1 : 0);
    }

    /** The words hold quadrant (2 bits) and fraction of |a|·2/π. */
    private static double finish(boolean negative, long high, long middle, long low, int kind) {
        int quadrant = (int) (high >>> 62);
        long fraction = (high << 2) | (middle >>> 62);
        long rest = (middle << 2) | (low >>> 62);
        boolean above = fraction < 0;
        if (above) {
            quadrant++;
            fraction = ~fraction;
            rest = ~rest;
        }
        double size = timesHalfPi(fraction, rest, false);
        double r = above ? -size : size;
        double difference = HALF_PI - size;
        double complement = difference + (HALF_PI - difference - size + HALF_PI_TAIL);
        double sign = negative ? -1 : 1;
        return switch (kind) {
            case SINE -> sign * ((quadrant & 2) == 0 ? 1 : -1) * ((quadrant & 1) == 0 ? r : complement);
            case COSINE -> ((quadrant & 2) == 0 ? 1 : -1) * ((quadrant & 1) == 0 ? complement : -r);
            case REMAINDER -> sign * r;
            case TAIL -> sign * (above ? -1 : 1) * timesHalfPi(fraction, rest, true);
            case PARITY -> (quadrant & 1) == 0 ? 1 : -1;
            default -> throw new IllegalArgumentException("kind " + kind);
        };
    }

    /** (fraction + rest·2^−64)·2^−64·π/2, the fraction below one half, rounded; or what the rounding loses. */
    private static double timesHalfPi(long fraction, long rest, boolean isTail) {
        int zeros = Long.numberOfLeadingZeros(fraction);
        long leading = zeros == 0 ? fraction : zeros == 64 ? rest : (fraction << zeros) | (rest >>> (64 - zeros));
        double head = (double) (leading >>> 11) * 0x1p11;
        double tail = (double) (leading & 0x7ff);
        double product = head * HALF_PI;
        double error = Math.fma(head, HALF_PI, -product) + (head * HALF_PI_TAIL + tail * HALF_PI);
        double sum = product + error;
        return Math.scalb(isTail ? error - (sum - product) : sum, -64 - zeros);
    }
}
