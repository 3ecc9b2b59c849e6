package org.culebra.kernel.expression;

import static org.culebra.kernel.expression.Lanes.constant;

import org.culebra.kernel.expression.Program.Value;

/**
 * exp and its relatives: x = k·ln 2 + r with an integer k and |r| ≤ ln 2 / 2, exp(x) = 2^k · exp(r), exp(r) = 1 + r + r²·q(r).
 *
 * <p>The coefficients of q are minimax for the relative error of exp(r) − 1: 2^−26.1 in f32, 2^−55.2 in f64.
 */
final class Exponentials {

    private static final double[] NARROW = {0.49999997, 0.16666539, 0.041667752, 0.0083671, 0.0013837084};

    private static final double[] WIDE = {
        0.5000000000000006,
        0.16666666666666347,
        0.04166666666656846,
        0.008333333333596338,
        0.001388888893483569,
        0.00019841269172586062,
        2.4801500984062457e-05,
        2.755797360804618e-06,
        2.762782340719253e-07,
        2.485273397197825e-08
    };

    private Exponentials() {}

    /**
     * x = k·ln 2 + r.
     *
     * @param k the bits of a number that has that integer in its low bits
     * @param expm1 exp(r) − 1
     */
    private record Reduced(Value k, Value expm1) {}

    private static Reduced reduce(Program.Builder b, Value x) {
        Value magic = Lanes.magic(b);
        Value shifted = b.fma(x, constant(b, 1.4426950216293335, 1.4426950408889634), magic);
        Value minusK = b.sub(magic, shifted);
        // nothing is rounded here: see the note on exactness in Trigonometry
        Value head = b.fma(minusK, constant(b, 0.6931471824645996, 0.6931471805599453), x);
        Value tail = b.mul(minusK, constant(b, -1.9046542121259336e-09, 2.3190468138462996e-17));
        Value r = b.add(head, tail);
        // head last: the rounding of r then counts only where it is multiplied by something small
        Value q = Lanes.polynomial(b, r, b.isWide() ? WIDE : NARROW);
        return new Reduced(b.toBits(shifted), b.add(head, b.fma(b.mul(r, r), q, tail)));
    }

    /** exp(x); beyond the clamps it is 0 or ∞ anyway. */
    static Value exp(Program.Builder b, Value x) {
        Value clamped = Lanes.clampBelow(b, Lanes.clampAbove(b, x, b.isWide() ? 710 : 89), b.isWide() ? -746 : -104);
        Reduced reduced = reduce(b, clamped);
        return Lanes.scale(b, b.add(reduced.expm1, b.constant(1)), reduced.k);
    }

    /** exp(x) for x so small that nothing overflows or underflows. */
    static Value expModerate(Program.Builder b, Value x) {
        Reduced reduced = reduce(b, x);
        return b.mul(b.add(reduced.expm1, b.constant(1)), Lanes.powerOfTwo(b, reduced.k));
    }

    /** exp(x) − 1 = 2·(2^(k−1)·(exp(r) − 1) + 2^(k−1) − ½). */
    static Value expm1OfAny(Program.Builder b, Value x) {
        Value clamped = Lanes.clampAbove(b, x, b.isWide() ? 710 : 89);
        Reduced reduced = reduce(b, Lanes.clampBelow(b, clamped, b.isWide() ? -40 : -20));
        Value half = b.fromBits(b.bitsAdd(b.shiftLeft(reduced.k, Lanes.mantissaBits(b)), Lanes.bitsOf(b, .5)));
        Value result = b.fma(half, reduced.expm1, b.sub(half, b.constant(.5)));
        Value isTiny = b.lt(b.abs(x), b.constant(Math.scalb(1.0, -Lanes.mantissaBits(b) - 4)));
        return b.select(isTiny, x, b.add(result, result));
    }

    /**
     * 1/(1 + exp(−x)): of −|x| it is p·2^k/(1 + p·2^k) with p = exp(r), and of |x| 1 minus that.
     *
     * <p>Denormal results are rounded once, by the last product: up to there everything is larger by 2^h.
     */
    static Value sigmoid(Program.Builder b, Value x) {
        Value one = b.constant(1);
        int h = b.isWide() ? 512 : 64;
        Value size = Lanes.clampAbove(b, b.abs(x), b.isWide() ? 746 : 104);
        Reduced reduced = reduce(b, b.neg(size));
        Value unit = Lanes.bitsOf(b, Math.scalb(1.0, h));
        Value large = b.fromBits(b.bitsAdd(b.shiftLeft(reduced.k, Lanes.mantissaBits(b)), unit));
        Value power = b.mul(large, b.constant(Math.scalb(1.0, -h)));
        Value inverse = b.div(one, b.fma(power, reduced.expm1, b.add(power, one)));
        Value share = b.mul(large, inverse);
        Value small = b.mul(b.fma(share, reduced.expm1, share), b.constant(Math.scalb(1.0, -h)));
        return b.select(b.lt(x, b.constant(0)), small, b.sub(one, small));
    }

    /** (exp(2x) − 1)/(exp(2x) + 1) of |x|, with x's sign. */
    static Value tanh(Program.Builder b, Value x) {
        Value size = Lanes.clampAbove(b, b.abs(x), b.isWide() ? 22 : 10);
        Value result = b.isWide() ? wideTanh(b, size) : narrowTanh(b, size);
        return Lanes.flipSign(b, result, Lanes.signBit(b, x));
    }

    private static Value wideTanh(Program.Builder b, Value x) {
        Reduced reduced = reduce(b, b.add(x, x));
        Value power = Lanes.powerOfTwo(b, reduced.k);
        Value numerator = b.fma(power, reduced.expm1, b.sub(power, b.constant(1)));
        return b.div(numerator, b.add(numerator, b.constant(2)));
    }

    /** A polynomial up to 0.6 (error 2^−28.4), 1 − 2/(exp(2x) + 1) from there: this keeps f32 within 2 ulp. */
    private static Value narrowTanh(Program.Builder b, Value x) {
        Value z = b.mul(x, x);
        Value q = Lanes.polynomial(b, z, -0.333333, 0.13331936, -0.053784717, 0.020798622, -0.005897958);
        Value near = b.fma(b.mul(x, z), q, x);
        Value one = b.constant(1);
        Value far = b.sub(one, b.div(b.constant(2), b.add(expModerate(b, b.add(x, x)), one)));
        return b.select(b.lt(x, b.constant(.6)), near, far);
    }
}
