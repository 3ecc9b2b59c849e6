package org.culebra.kernel.expression;

import static org.culebra.kernel.expression.Lanes.constant;

import org.culebra.kernel.expression.Lanes.Parts;
import org.culebra.kernel.expression.Program.Value;

/**
 * log and log1p: x = 2^e · (1 + f) with f about 0, log x = e·ln 2 + log(1 + f).
 *
 * <p>In f32, log(1 + f) = f − f²/2 + f³·R(f), 2/3 ≤ 1 + f ≤ 4/3, relative error 2^−27.6. In f64, with s = f/(2 + f), log(1 + f) = 2s +
 * s·z·A(z), z = s², written as f − (f²/2 − s·(f²/2 + z·A(z))), √½ ≤ 1 + f ≤ √2,
 * relative error 2^−59.
 */
final class Logarithms {

    private static final double[] NARROW = {
        0.33333215, -0.24999785, 0.20010476, -0.16681129, 0.14004463, -0.12174211, 0.1399238, -0.129403
    };

    private static final double[] WIDE = {
        0.6666666666666735,
        0.3999999999940939,
        0.28571428743673405,
        0.22222198430587664,
        0.18183572261874653,
        0.1531383472976042,
        0.14798231561858463
    };

    private Logarithms() {}

    /** The smallest 1 + f: what the polynomials were fitted for. */
    private static double low(Program.Builder b) {
        return b.isWide() ? Math.sqrt(.5) : 2.0 / 3;
    }

    static Value log(Program.Builder b, Value x) {
        Parts parts = Lanes.split(b, x, low(b));
        Value f = b.sub(parts.mantissa(), b.constant(1));
        Value result = finish(b, parts.exponent(), f);
        Value zero = b.constant(0);
        result = b.select(b.eq(x, zero), b.constant(Double.NEGATIVE_INFINITY), result);
        return outside(b, x, zero, result);
    }

    /**
     * log(u) + c/u for u = 1 + x rounded and c what the rounding lost, which joins f before the polynomial.
     */
    static Value log1p(Program.Builder b, Value x) {
        Value one = b.constant(1);
        Value u = b.add(x, one);
        Value exponent = Lanes.exponentBits(b, u, low(b));
        Value lost = b.sub(x, b.sub(u, one));
        Value unit = b.fromBits(b.bitsSub(Lanes.bitsOf(b, 1), b.shiftLeft(exponent, Lanes.mantissaBits(b))));
        // where nothing can be lost the unit may be out of range
        Value isModerate = b.lt(x, b.constant(Math.scalb(1.0, Lanes.mantissaBits(b) + 2)));
        Value f = b.sub(Lanes.mantissa(b, u, exponent), one);
        f = b.add(f, b.select(isModerate, b.mul(lost, unit), b.constant(0)));
        Value result = finish(b, Lanes.toNumber(b, exponent), f);
        result = b.select(b.eq(x, b.constant(-1)), b.constant(Double.NEGATIVE_INFINITY), result);
        result = b.select(b.eq(x, b.constant(0)), x, result);
        return outside(b, x, b.constant(-1), result);
    }

    /** NaN below the domain; ∞ and NaN as they are. */
    private static Value outside(Program.Builder b, Value x, Value low, Value result) {
        Value proper = b.select(b.lt(x, b.constant(Double.POSITIVE_INFINITY)), result, x);
        return b.select(b.lt(x, low), b.constant(Double.NaN), proper);
    }

    /** e·ln 2 + log(1 + f). */
    private static Value finish(Program.Builder b, Value e, Value f) {
        Value tail = b.mul(e, constant(b, -1.9046542121259336e-09, 2.3190468138462996e-17));
        Value head = constant(b, 0.6931471824645996, 0.6931471805599453);
        return b.fma(e, head, b.isWide() ? wide(b, f, tail) : narrow(b, f, tail));
    }

    private static Value narrow(Program.Builder b, Value f, Value tail) {
        Value z = b.mul(f, f);
        Value cubic = b.fma(b.mul(z, f), Lanes.polynomial(b, f, NARROW), tail);
        return b.add(f, b.fma(z, b.constant(-.5), cubic));
    }

    private static Value wide(Program.Builder b, Value f, Value tail) {
        Value s = b.div(f, b.add(f, b.constant(2)));
        Value z = b.mul(s, s);
        Value half = b.mul(b.mul(f, f), b.constant(.5));
        Value series = b.fma(z, Lanes.polynomial(b, z, WIDE), half);
        return b.sub(f, b.sub(half, b.fma(s, series, tail)));
    }
}
