package org.culebra.kernel.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Random;
import org.culebra.kernel.expression.Expression.Function;
import org.junit.jupiter.api.Test;

class FarArgumentTest {

    /** The double nearest to a multiple of π/2 of all (Muller, Elementary Functions, 3rd ed., table 11.1): 61 bits cancel. */
    private static final double WORST = 6381956970095103.0 * 0x1p797;

    @Test
    void nearArgumentsAndNaNStay() {
        for (int kind = 0; kind < 5; kind++) {
            assertEquals(131072f, FarArgument.reduce(131072f, kind));
            assertEquals(-0x1p30, FarArgument.reduce(-0x1p30, kind));
            assertEquals(Float.NaN, FarArgument.reduce(Float.NaN, kind));
            assertEquals(Double.NaN, FarArgument.reduce(Double.NEGATIVE_INFINITY, kind));
        }
    }

    @Test
    void remaindersAreExact() {
        var random = new Random(1);
        for (int i = 0; i < 500; i++) {
            double a = i == 0 ? WORST : (random.nextDouble() - .5) * Math.scalb(1.0, random.nextInt(33, 1024));
            check(Function.SIN, FarArgument.reduce(a, FarArgument.SINE), a);
            check(Function.COS, FarArgument.reduce(a, FarArgument.COSINE), a);
            BigDecimal remainder = new BigDecimal(FarArgument.reduce(a, FarArgument.REMAINDER));
            BigDecimal whole = remainder.add(new BigDecimal(FarArgument.reduce(a, FarArgument.TAIL)));
            boolean isOdd = FarArgument.reduce(a, FarArgument.PARITY) < 0;
            BigDecimal exact = Exact.apply(Function.TAN, a);
            BigDecimal tangent = isOdd ? new BigDecimal(-1).divide(exact, Exact.DIGITS) : exact;
            // r + tail is good to 62 bits, and so is its tangent
            BigDecimal difference = Exact.sin(whole)
                    .divide(Exact.cos(whole), Exact.DIGITS)
                    .subtract(tangent)
                    .divide(tangent, Exact.DIGITS)
                    .abs();
            assertTrue(difference.doubleValue() < 0x1p-61, () -> a + ": " + difference);
        }
    }

    /** sin of what was returned is the value that was asked for, but for a unit in the last place of the argument. */
    private static void check(Function function, double reduced, double a) {
        double difference = Exact.sin(new BigDecimal(reduced))
                .subtract(Exact.apply(function, a))
                .abs()
                .doubleValue();
        double allowed = 1.01 * Math.ulp(reduced) * (Math.abs(Math.cos(reduced)) + 0x1p-40);
        assertTrue(difference < allowed, () -> function + " " + a + " is off by " + difference);
    }
}
