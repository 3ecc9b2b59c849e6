package org.culebra.kernel.expression;

import org.culebra.kernel.expression.Program.Value;

/** Phrases of floating-point code that the functions share: polynomials, signs, exponents, all without a branch. */
final class Lanes {

    private Lanes() {}

    /** Bits of a number after the leading one: 23 or 52. */
    static int mantissaBits(Program.Builder b) {
        return b.isWide() ? 52 : 23;
    }

    /** The number if the lanes are f32, or f64. */
    static Value constant(Program.Builder b, double narrow, double wide) {
        return b.constant(b.isWide() ? wide : narrow);
    }

    static Value bits(Program.Builder b, int narrow, long wide) {
        return b.bits(b.isWide() ? wide : narrow);
    }

    /** The bits of the number, rounded to the lanes' type. */
    static Value bitsOf(Program.Builder b, double value) {
        return b.bits(b.isWide() ? Double.doubleToRawLongBits(value) : Float.floatToRawIntBits((float) value));
    }

    /** c₀ + c₁x + c₂x² + …, by Horner's rule. */
    static Value polynomial(Program.Builder b, Value x, double... coefficients) {
        Value sum = b.constant(coefficients[coefficients.length - 1]);
        for (int i = coefficients.length - 2; i >= 0; i--) {
            sum = b.fma(sum, x, b.constant(coefficients[i]));
        }
        return sum;
    }

    /** x where x ≤ bound or x is NaN. */
    static Value clampAbove(Program.Builder b, Value x, double bound) {
        Value limit = b.constant(bound);
        return b.select(b.lt(limit, x), limit, x);
    }

    /** x where x ≥ bound or x is NaN. */
    static Value clampBelow(Program.Builder b, Value x, double bound) {
        Value limit = b.constant(bound);
        return b.select(b.lt(x, limit), limit, x);
    }

    /** The sign bit of x, alone. */
    static Value signBit(Program.Builder b, Value x) {
        return b.and(b.toBits(x), bits(b, Integer.MIN_VALUE, Long.MIN_VALUE));
    }

    /** −x where the bit (made by {@link #signBit}) is set. */
    static Value flipSign(Program.Builder b, Value x, Value signBit) {
        return b.fromBits(b.xor(b.toBits(x), signBit));
    }

    /** 1.5 · 2^mantissaBits: a sum with it is rounded to an integer, which then stands in its low bits. */
    static Value magic(Program.Builder b) {
        return b.constant(magicNumber(b));
    }

    static double magicNumber(Program.Builder b) {
        return b.isWide() ? 0x1.8p52 : 0x1.8p23;
    }

    /** The number equal to a small integer. */
    static Value toNumber(Program.Builder b, Value integer) {
        return b.sub(b.fromBits(b.bitsAdd(integer, bitsOf(b, magicNumber(b)))), magic(b));
    }

    /** 2^k, for an integer k in its low bits such that the power is a normal number. */
    static Value powerOfTwo(Program.Builder b, Value k) {
        return b.fromBits(b.bitsAdd(b.shiftLeft(k, mantissaBits(b)), bitsOf(b, 1)));
    }

    /**
     * x · 2^k in two steps, so that results beyond the normal numbers, in both directions, are rounded once and rightly.
     *
     * @param k the bits of a sum with {@link #magic}
     */
    static Value scale(Program.Builder b, Value x, Value k) {
        Value half = b.shiftRight(k, 1);
        return b.mul(b.mul(x, powerOfTwo(b, half)), powerOfTwo(b, b.bitsSub(k, half)));
    }

    /** x = 2^exponent · mantissa. */
    record Parts(Value exponent, Value mantissa) {}

    /** Takes a positive finite number apart, the mantissa in [low, 2·low); anything else gives anything. */
    static Parts split(Program.Builder b, Value x, double low) {
        int shift = mantissaBits(b) + 1;
        Value isSmall = b.lt(x, constant(b, Float.MIN_NORMAL, Double.MIN_NORMAL));
        Value normal = b.select(isSmall, b.mul(x, b.constant(Math.scalb(1.0, shift))), x);
        Parts parts = splitNormal(b, normal, low);
        Value correction = b.select(isSmall, b.constant(shift), b.constant(0));
        return new Parts(b.sub(parts.exponent, correction), parts.mantissa);
    }

    /** The same for a number that is not denormal. */
    static Parts splitNormal(Program.Builder b, Value x, double low) {
        Value exponent = exponentBits(b, x, low);
        return new Parts(toNumber(b, exponent), mantissa(b, x, exponent));
    }

    /** The exponent as an integer. */
    static Value exponentBits(Program.Builder b, Value x, double low) {
        return b.shiftRight(b.bitsSub(b.toBits(x), bitsOf(b, low)), mantissaBits(b));
    }

    /** x · 2^−exponent. */
    static Value mantissa(Program.Builder b, Value x, Value exponent) {
        return b.fromBits(b.bitsSub(b.toBits(x), b.shiftLeft(exponent, mantissaBits(b))));
    }
}
