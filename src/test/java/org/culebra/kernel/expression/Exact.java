package org.culebra.kernel.expression;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.IntFunction;
import org.culebra.kernel.expression.Expression.Function;

/**
 * The functions to 50 digits and more, by their series: slow, simple, and the judge of everything else. Arguments are finite and
 * inside the domain.
 */
final class Exact {

    static final MathContext DIGITS = new MathContext(60, RoundingMode.HALF_EVEN);

    private static final BigDecimal ONE = BigDecimal.ONE;
    private static final BigDecimal TWO = BigDecimal.TWO;
    private static final BigDecimal HALF = new BigDecimal("0.5");
    private static final BigDecimal LN2 =
            atanhSeries(ONE.divide(BigDecimal.valueOf(3), DIGITS)).multiply(TWO);

    /** Enough for the remainder of 2^1023: 308 digits before the point, 60 after. */
    private static final MathContext FAR = new MathContext(400, RoundingMode.HALF_EVEN);

    private static final BigDecimal HALF_PI = machin().multiply(TWO);

    private Exact() {}

    static BigDecimal apply(Function function, double argument) {
        BigDecimal x = new BigDecimal(argument);
        return switch (function) {
            case SQRT -> x.sqrt(DIGITS);
            case EXP -> exp(x);
            case EXPM1 -> expm1(x);
            case LOG -> log(x);
            case LOG1P -> log1p(x);
            case SIN -> sin(x);
            case COS -> cos(x);
            case TAN -> sin(x).divide(cos(x), DIGITS);
            case TANH -> tanh(x);
            case SIGMOID -> ONE.divide(ONE.add(exp(x.negate())), DIGITS);
            case ERF -> erf(x);
            default -> throw new IllegalArgumentException(function + " is exact anyway");
        };
    }

    static BigDecimal pow(double a, double b) {
        return exp(log(new BigDecimal(a)).multiply(new BigDecimal(b)));
    }

    /** Adds terms until they no longer count. */
    private static BigDecimal sum(BigDecimal first, IntFunction<BigDecimal> next) {
        BigDecimal sum = first;
        for (int n = 1; ; n++) {
            BigDecimal term = next.apply(n);
            if (term.signum() == 0 || term.precision() - term.scale() < sum.precision() - sum.scale() - 70) {
                return sum;
            }
            sum = sum.add(term, DIGITS);
        }
    }

    /** Σ termₙ with termₙ = termₙ₋₁ · factor / divisor(n). */
    private static BigDecimal series(BigDecimal first, BigDecimal factor, IntFunction<BigDecimal> divisor) {
        var term = new BigDecimal[] {first};
        return sum(first, n -> {
            term[0] = term[0].multiply(factor, DIGITS).divide(divisor.apply(n), DIGITS);
            return term[0];
        });
    }

    static BigDecimal exp(BigDecimal x) {
        BigInteger k = x.divide(LN2, DIGITS).setScale(0, RoundingMode.HALF_EVEN).toBigInteger();
        int power = k.intValueExact();
        BigDecimal r = x.subtract(new BigDecimal(k).multiply(LN2), DIGITS);
        BigDecimal e = ONE.add(expm1Series(r), DIGITS);
        BigDecimal scale = TWO.pow(Math.abs(power));
        return power < 0 ? e.divide(scale, DIGITS) : e.multiply(scale, DIGITS);
    }

    private static BigDecimal expm1Series(BigDecimal r) {
        return r.signum() == 0 ? r : series(r, r, n -> BigDecimal.valueOf(n + 1));
    }

    private static BigDecimal expm1(BigDecimal x) {
        return x.abs().compareTo(HALF) < 0 ? expm1Series(x) : exp(x).subtract(ONE, DIGITS);
    }

    /** x = m·2^e with m near 1; log m = 2·artanh((m−1)/(m+1)). */
    static BigDecimal log(BigDecimal x) {
        int e = Math.getExponent(x.doubleValue());
        if (x.doubleValue() < Double.MIN_NORMAL) {
            e = Math.getExponent(x.doubleValue() * 0x1p60) - 60;
        }
        BigDecimal scale = TWO.pow(Math.abs(e));
        BigDecimal m = e <= 0 ? x.multiply(scale) : x.divide(scale, DIGITS);
        if (m.compareTo(new BigDecimal("1.4")) > 0) {
            m = m.divide(TWO);
            e++;
        }
        BigDecimal s = m.subtract(ONE).divide(m.add(ONE), DIGITS);
        BigDecimal fraction = atanhSeries(s).multiply(TWO);
        return fraction.add(LN2.multiply(BigDecimal.valueOf(e)), DIGITS);
    }

    /** Of a small x, 2·artanh(x/(2+x)). */
    private static BigDecimal log1p(BigDecimal x) {
        boolean isSmall = x.abs().compareTo(new BigDecimal("0.4")) < 0;
        return isSmall ? atanhSeries(x.divide(x.add(TWO), DIGITS)).multiply(TWO) : log(x.add(ONE));
    }

    private static BigDecimal atanhSeries(BigDecimal s) {
        BigDecimal z = s.multiply(s, DIGITS);
        var power = new BigDecimal[] {s};
        return s.signum() == 0
                ? s
                : sum(s, n -> {
                    power[0] = power[0].multiply(z, DIGITS);
                    return power[0].divide(BigDecimal.valueOf(2L * n + 1), DIGITS);
                });
    }

    /** π/4 = 4 arctan(1/5) − arctan(1/239). */
    private static BigDecimal machin() {
        return arctanOfInverse(5).multiply(BigDecimal.valueOf(4)).subtract(arctanOfInverse(239));
    }

    private static BigDecimal arctanOfInverse(int q) {
        BigDecimal power = ONE.divide(BigDecimal.valueOf(q), FAR);
        BigDecimal sum = power;
        for (int n = 1; power.signum() != 0 && n < 400; n++) {
            power = power.divide(BigDecimal.valueOf(-(long) q * q), FAR);
            sum = sum.add(power.divide(BigDecimal.valueOf(2L * n + 1), FAR), FAR);
        }
        return sum;
    }

    private static BigInteger quadrant(BigDecimal x) {
        return x.divide(HALF_PI, FAR).setScale(0, RoundingMode.HALF_EVEN).toBigInteger();
    }

    static BigDecimal sin(BigDecimal x) {
        BigInteger n = quadrant(x);
        return quarter(x.subtract(new BigDecimal(n).multiply(HALF_PI)).round(DIGITS), n);
    }

    static BigDecimal cos(BigDecimal x) {
        BigInteger n = quadrant(x);
        return quarter(x.subtract(new BigDecimal(n).multiply(HALF_PI)).round(DIGITS), n.add(BigInteger.ONE));
    }

    /** sin(r + n·π/2). */
    private static BigDecimal quarter(BigDecimal r, BigInteger n) {
        BigDecimal minusSquare = r.multiply(r, DIGITS).negate();
        BigDecimal value = n.testBit(0)
                ? series(ONE, minusSquare, k -> BigDecimal.valueOf(2L * k * (2L * k - 1)))
                : series(r, minusSquare, k -> BigDecimal.valueOf(2L * k * (2L * k + 1)));
        return n.testBit(1) ? value.negate() : value;
    }

    private static BigDecimal tanh(BigDecimal x) {
        BigDecimal e = expm1(x.multiply(TWO));
        return e.divide(e.add(TWO), DIGITS);
    }

    /** 2/√π · exp(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1)); 1 beyond 12 is right to 60 digits. */
    private static BigDecimal erf(BigDecimal x) {
        if (x.abs().compareTo(BigDecimal.valueOf(12)) > 0) {
            return BigDecimal.valueOf(x.signum());
        }
        BigDecimal square = x.multiply(x, DIGITS);
        BigDecimal series = series(x, square.multiply(TWO), n -> BigDecimal.valueOf(2L * n + 1));
        BigDecimal pi = HALF_PI.multiply(TWO).round(DIGITS);
        return series.multiply(TWO).multiply(exp(square.negate()), DIGITS).divide(pi.sqrt(DIGITS), DIGITS);
    }

    /** |value − exact| in units of the last place that exact has in f64; an overflow counts as 2^1024. */
    static double ulps(double value, BigDecimal exact) {
        BigDecimal limit = TWO.pow(1024);
        BigDecimal target = exact.abs().min(limit);
        BigDecimal given = Double.isInfinite(value) ? limit : new BigDecimal(Math.abs(value));
        boolean hasOtherSign = value != 0 && exact.signum() != 0 && value < 0 != exact.signum() < 0;
        BigDecimal difference =
                hasOtherSign ? given.add(target) : given.subtract(target).abs();
        return difference.divide(power(exponent(target) - 52), DIGITS).doubleValue();
    }

    private static int exponent(BigDecimal x) {
        int e = Math.clamp(Math.getExponent(x.doubleValue()), Double.MIN_EXPONENT, Double.MAX_EXPONENT);
        return e > Double.MIN_EXPONENT && x.compareTo(power(e)) < 0 ? e - 1 : e;
    }

    private static BigDecimal power(int e) {
        return e < 0 ? ONE.divide(TWO.pow(-e)) : TWO.pow(e);
    }
}
