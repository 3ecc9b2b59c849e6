package org.culebra.kernel.expression;

import static org.culebra.kernel.expression.Lanes.constant;

import org.culebra.kernel.expression.Program.Value;

/**
 * sin and cos from one odd polynomial on [−π/2, π/2], tan from one on [−π/4, π/4]; x − n·π in three words of π (Cody and Waite).
 *
 * <p>Why the first step of the reduction is exact: with n the nearest integer, both x and the product n·π₁ (which {@code fma}
 * does not round) are multiples of the last bit of π₁ or finer ones, and their difference is so small that it has no more bits
 * than fit. So each step loses at most half a unit of the result, for |x| up to {@link FarArgument#limit}.
 */
final class Trigonometry {

    /** sin(r)/r − 3/4, in z = r². */
    private static final double[] NARROW_SINE = {.25, -0.1666666, 0.008333069, -0.00019809777, 2.6060952e-06};

    private static final double[] WIDE_SINE = {
        .25,
        -0.16666666666666666,
        0.008333333333333207,
        -0.00019841269841212476,
        2.755731921156833e-06,
        -2.5052106904243097e-08,
        1.6058940989103593e-10,
        -7.643018910271041e-13,
        2.721413366575293e-15
    };

    private static final double[] NARROW_TANGENT = {
        0.3333335, 0.13332674, 0.05405918, 0.021284467, 0.010832664, 9.09029e-05, 0.004376622
    };

    private static final double[] WIDE_TANGENT = {
        0.3333333333333277,
        0.13333333333415587,
        0.05396825392620564,
        0.02186948962012729,
        0.008863219006842674,
        0.003592290505487712,
        0.001454749256903008,
        0.0005951015805979654,
        0.00022227064978658906,
        0.00013675144562846922,
        -2.67059582714287e-05,
        8.974743998159084e-05,
        -4.5036490399291874e-05,
        2.090186762249067e-05
    };

    private Trigonometry() {}

    static Value sin(Program.Builder b, Value x) {
        Value near = b.far(x, FarArgument.SINE);
        Value magic = Lanes.magic(b);
        Value shifted = b.fma(near, constant(b, 0.31830987334251404, 0.3183098861837907), magic);
        Value n = b.sub(shifted, magic);
        // all three constants have one sign, so that −0 stays −0
        Value r = b.fma(n, constant(b, -3.141592502593994, -3.141592653589793), near);
        r = b.fma(n, constant(b, -1.5099578831723193e-07, -1.224646799147353e-16), r);
        r = b.fma(n, constant(b, -1.0780605906948477e-14, -2.165713347843828e-32), r);
        return Lanes.flipSign(b, sine(b, r), oddBit(b, shifted));
    }

    static Value cos(Program.Builder b, Value x) {
        Value far = b.far(x, FarArgument.COSINE); // first: what is alive here, C2 keeps in memory
        return sine(b, b.select(isFar(b, x), far, cosineAngle(b, x)));
    }

    /** The same without a look at whether the argument is far. */
    static Value nearCos(Program.Builder b, Value x) {
        return sine(b, cosineAngle(b, x));
    }

    /** The angle whose sine is cos x: with n odd, cos x = −(−1)^((n−1)/2) · sin(x − n·π/2). */
    private static Value cosineAngle(Program.Builder b, Value x) {
        Value magic = Lanes.magic(b);
        Value turns = b.fma(x, constant(b, 0.31830987334251404, 0.3183098861837907), b.constant(-.5));
        Value shifted = b.add(turns, magic);
        Value n = b.fma(b.sub(shifted, magic), b.constant(2), b.constant(1));
        Value r = b.fma(n, constant(b, -1.570796251296997, -1.5707963267948966), x);
        r = b.fma(n, constant(b, -7.549789415861596e-08, -6.123233995736765e-17), r);
        r = b.fma(n, constant(b, -5.390302953474238e-15, -1.082856673921914e-32), r);
        Value sign = b.xor(oddBit(b, shifted), Lanes.bits(b, Integer.MIN_VALUE, Long.MIN_VALUE));
        return Lanes.flipSign(b, r, sign);
    }

    /** tan r where the multiple of π/2 is even, −1/tan r where it is odd: one division serves both. */
    static Value tan(Program.Builder b, Value x) {
        Value farRemainder = b.far(x, FarArgument.REMAINDER);
        Value farTail = b.far(x, FarArgument.TAIL);
        Value farParity = b.far(x, FarArgument.PARITY);
        Value magic = Lanes.magic(b);
        Value shifted = b.fma(x, constant(b, 0.6366197466850281, 0.6366197723675814), magic);
        Reduced near = minus(b, x, b.sub(magic, shifted));
        Value far = isFar(b, x);
        Value r = b.select(far, farRemainder, near.head);
        Value tail = b.select(far, farTail, near.tail);
        Value one = b.constant(1);
        Value parity = b.fromBits(b.xor(b.toBits(one), oddBit(b, shifted)));
        Value isOdd = b.lt(b.select(far, farParity, parity), b.constant(0));
        Value z = b.mul(r, r);
        Value q = Lanes.polynomial(b, z, b.isWide() ? WIDE_TANGENT : NARROW_TANGENT);
        // tan(r + tail) = tan r + tail·(1 + tan² r), and tan² r is about z
        Value tangent = b.add(r, b.fma(b.mul(r, z), q, b.fma(tail, z, tail)));
        Value result = b.div(b.select(isOdd, b.constant(-1), tangent), b.select(isOdd, tangent, one));
        return b.select(b.eq(x, b.constant(0)), x, result);
    }

    private static Value isFar(Program.Builder b, Value x) {
        return b.lt(b.constant(FarArgument.limit(b.isWide())), b.abs(x));
    }

    /** The lowest bit as a sign. */
    private static Value oddBit(Program.Builder b, Value shifted) {
        return b.shiftLeft(b.toBits(shifted), b.isWide() ? 63 : 31);
    }

    private record Reduced(Value head, Value tail) {}

    /** x − n·π/2 in two words. */
    private static Reduced minus(Program.Builder b, Value x, Value minusN) {
        Value exact = b.fma(minusN, constant(b, 1.5707963705062866, 1.5707963267948966), x);
        Value second = constant(b, -4.371138828673793e-08, 6.123233995736766e-17);
        Value third = constant(b, -1.7151245100058819e-15, -1.4973849048591698e-33);
        Value product = b.mul(minusN, second);
        Value lost = b.fma(minusN, third, b.fma(minusN, second, b.neg(product)));
        Value sum = b.add(exact, product);
        Value added = b.sub(sum, exact);
        Value rounding = b.add(b.sub(exact, b.sub(sum, added)), b.sub(product, added));
        Value tail = b.add(rounding, lost);
        Value head = b.add(sum, tail);
        return new Reduced(head, b.add(b.sub(sum, head), tail));
    }

    /** ¾·r + r·s(r²): what is added last is three quarters of the result, or more, and has no rounding error of its own. */
    private static Value sine(Program.Builder b, Value r) {
        Value s = Lanes.polynomial(b, b.mul(r, r), b.isWide() ? WIDE_SINE : NARROW_SINE);
        return b.fma(r, b.constant(.75), b.mul(r, s));
    }
}
