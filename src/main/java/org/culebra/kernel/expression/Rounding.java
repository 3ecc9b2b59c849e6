package org.culebra.kernel.expression;

import org.culebra.kernel.expression.Program.Value;

/** Rounding to integers: vectors have no instruction for it. */
final class Rounding {

    private Rounding() {}

    /** To the nearest integer, ties to even: |x| + 2^m − 2^m, with x's sign; what has no fraction, and NaN, stays. */
    static Value round(Program.Builder b, Value x) {
        Value big = b.constant(Math.scalb(1.0, Lanes.mantissaBits(b)));
        Value size = b.abs(x);
        Value rounded = b.sub(b.add(size, big), big);
        return b.select(b.lt(size, big), Lanes.flipSign(b, rounded, Lanes.signBit(b, x)), x);
    }

    /** The largest integer ≤ x. */
    static Value floor(Program.Builder b, Value x) {
        Value nearest = round(b, x);
        return b.select(b.lt(x, nearest), b.sub(nearest, b.constant(1)), nearest);
    }

    /** The smallest integer ≥ x: −floor(−x), so that −0.5 gives −0. */
    static Value ceil(Program.Builder b, Value x) {
        return b.neg(floor(b, b.neg(x)));
    }
}
