package org.culebra.kernel.expression;

import static org.culebra.kernel.expression.Lanes.constant;

import org.culebra.kernel.expression.Program.Value;

/**
 * a^b = 2^(b·log₂ a), with the logarithm and the product in two words each: an exponent of 100 magnifies what they lose.
 *
 * <p>log₂ a = e + log₂ c + 2/ln 2 · artanh(s), s = (m − c)/(m + c), for a = 2^e·m and c one of 51/64, 1, 5/4, whichever is near m;
 * artanh(s) = s·(1 + z·P(z)), z = s² ≤ 0.0038. Relative errors of the fits: 2^−38 in f32, 2^−69 in f64.
 */
final class Power {

    private static final double[] NARROW_LOGARITHM = {0.33333334, 0.19999059, 0.14512439};

    private static final double[] WIDE_LOGARITHM = {
        0.3333333333333333,
        0.20000000000007212,
        0.14285714276489037,
        0.11111116385386788,
        0.09089460671189489,
        0.07869545370879168
    };

    private static final double[] NARROW_EXPONENTIAL = {
        0.6931472, 0.2402265, 0.055504035, 0.009618083, 0.0013339658, 0.00015453601, 1.3881381e-05
    };

    private static final double[] WIDE_EXPONENTIAL = {
        0.6931471805599453,
        0.2402265069591007,
        0.05550410866482345,
        0.009618129107629938,
        0.0013333558146001675,
        0.00015403530390106033,
        1.5252734209364087e-05,
        1.3215489791319195e-06,
        1.0177910688875908e-07,
        7.0537050650579265e-09,
        4.477026542029915e-10,
        2.7462414402752937e-11
    };

    private Power() {}

    /** A number in two words. */
    private record Pair(Value head, Value tail) {}

    /** The special cases are those of {@link Math#pow}. */
    static Value pow(Program.Builder b, Value a, Value exponent) {
        Value zero = b.constant(0);
        Value one = b.constant(1);
        Value infinity = b.constant(Double.POSITIVE_INFINITY);
        Value size = b.abs(a);
        Value isNegativePower = b.lt(exponent, zero);
        Value result = exp2(b, product(b, log2(b, size), exponent));
        result = b.select(b.eq(size, zero), b.select(isNegativePower, infinity, zero), result);
        result = b.select(b.eq(size, infinity), b.select(isNegativePower, zero, infinity), result);

        Value isInteger = b.eq(Rounding.round(b, exponent), exponent);
        Value half = b.mul(exponent, b.constant(.5));
        Value isOdd = b.and(isInteger, b.ne(Rounding.round(b, half), half));
        result = b.select(isOdd, Lanes.flipSign(b, result, Lanes.signBit(b, a)), result);

        Value isFiniteNegative = b.and(b.lt(a, zero), b.ne(size, infinity));
        Value isUndefined = b.and(isFiniteNegative, b.not(isInteger));
        isUndefined = b.or(isUndefined, b.and(b.eq(size, one), b.eq(b.abs(exponent), infinity)));
        isUndefined = b.or(isUndefined, b.or(b.ne(a, a), b.ne(exponent, exponent)));
        result = b.select(isUndefined, b.constant(Double.NaN), result);
        return b.select(b.eq(exponent, zero), one, result);
    }

    /** x^0.5 = √x, but +0 of −0 and ∞ of −∞. */
    static Value squareRoot(Program.Builder b, Value x) {
        Value root = b.sqrt(b.add(x, b.constant(0)));
        return b.select(b.eq(x, b.constant(Double.NEGATIVE_INFINITY)), b.constant(Double.POSITIVE_INFINITY), root);
    }

    private static Pair log2(Program.Builder b, Value x) {
        Lanes.Parts parts = Lanes.split(b, x, Math.sqrt(.5));
        Value m = parts.mantissa();
        Value isLow = b.lt(m, b.constant(.8927));
        Value isHigh = b.lt(b.constant(1.118), m);
        Value c = b.select(isLow, b.constant(.796875), b.select(isHigh, b.constant(1.25), b.constant(1)));
        Pair ratio = ratio(b, m, c);
        Value s = ratio.head;
        Value w = b.isWide() ? wideSeries(b, ratio) : narrowSeries(b, s);
        Value rest = b.fma(s, w, ratio.tail);
        Value head = b.add(s, rest);
        Pair artanh = new Pair(head, b.sub(rest, b.sub(head, s)));
        Pair logarithm = timesTwoOverLn2(b, artanh);

        Value zero = b.constant(0);
        Value low = constant(b, -0.32763671875, -0.3275746580284249);
        Value high = constant(b, 0.322021484375, 0.32192809488697094);
        Value lowTail = constant(b, 6.2060724303592e-05, -7.951818330761124e-14);
        Value highTail = constant(b, -9.338948439108208e-05, 3.914087556296025e-13);
        Value whole = b.add(parts.exponent(), b.select(isLow, low, b.select(isHigh, high, zero)));
        Value wholeTail = b.select(isLow, lowTail, b.select(isHigh, highTail, zero));
        Value sum = b.add(whole, logarithm.head);
        Value lost = b.sub(logarithm.head, b.sub(sum, whole));
        return new Pair(sum, b.add(lost, b.add(logarithm.tail, wholeTail)));
    }

    /** artanh(s)/s − 1 = z·P(z). */
    private static Value narrowSeries(Program.Builder b, Value s) {
        Value z = b.mul(s, s);
        return b.mul(z, Lanes.polynomial(b, z, NARROW_LOGARITHM));
    }

    /** The same with what rounding takes from z = s² given back: an exponent of 1000 leaves no room for it. */
    private static Value wideSeries(Program.Builder b, Pair ratio) {
        Value s = ratio.head;
        Value z = b.mul(s, s);
        Value lost = b.fma(b.add(s, s), ratio.tail, b.fma(s, s, b.neg(z)));
        return b.fma(z, Lanes.polynomial(b, z, WIDE_LOGARITHM), b.mul(lost, b.constant(1.0 / 3)));
    }

    /** (m − c)/(m + c); the numerator is exact, the denominator is not. */
    private static Pair ratio(Program.Builder b, Value m, Value c) {
        Value numerator = b.sub(m, c);
        Value denominator = b.add(m, c);
        Value lost = b.sub(m, b.sub(denominator, c));
        Value inverse = b.div(b.constant(1), denominator);
        Value head = b.mul(numerator, inverse);
        Value minusHead = b.neg(head);
        Value remainder = b.fma(minusHead, lost, b.fma(minusHead, denominator, numerator));
        return new Pair(head, b.mul(remainder, inverse));
    }

    private static Pair timesTwoOverLn2(Program.Builder b, Pair x) {
        Value scale = constant(b, 2.885390043258667, 2.8853900817779268);
        Value scaleTail = constant(b, 3.851926067000022e-08, 4.0710547481862066e-17);
        Value head = b.mul(x.head, scale);
        Value lost = b.fma(x.head, scale, b.neg(head));
        return new Pair(head, b.fma(x.tail, scale, b.fma(x.head, scaleTail, lost)));
    }

    /** x·y; y beyond 2^40 (f64: 2^66) makes the power 0, 1 or ∞ all the same, and products must not overflow. */
    private static Pair product(Program.Builder b, Pair x, Value y) {
        double bound = b.isWide() ? 0x1p66 : 0x1p40;
        Value factor = Lanes.clampBelow(b, Lanes.clampAbove(b, y, bound), -bound);
        Value head = b.mul(factor, x.head);
        Value lost = b.fma(factor, x.head, b.neg(head));
        return new Pair(head, b.fma(factor, x.tail, lost));
    }

    private static Value exp2(Program.Builder b, Pair y) {
        double bound = b.isWide() ? 1100 : 160;
        Value head = Lanes.clampBelow(b, Lanes.clampAbove(b, y.head, bound), -bound);
        Value tail = b.select(b.lt(b.abs(y.head), b.constant(bound)), y.tail, b.constant(0));
        Value magic = Lanes.magic(b);
        Value shifted = b.add(head, magic);
        Value r = b.add(b.sub(head, b.sub(shifted, magic)), tail);
        double[] coefficients = b.isWide() ? WIDE_EXPONENTIAL : NARROW_EXPONENTIAL;
        Value power = b.fma(r, Lanes.polynomial(b, r, coefficients), b.constant(1));
        return Lanes.scale(b, power, b.toBits(shifted));
    }
}
