package org.culebra.tensor;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Floating numbers as NumPy writes those of one array: the fewest digits that tell each from its neighbours, at most eight
 * behind the point, all points below one another; with exponents where the numbers are very large, very small or far apart.
 */
final class FloatColumn {
    private static final int DIGITS = 8;

    /** The parts of a finite number: {@code whole.fraction}, and an exponent or nothing. */
    private record Parts(String whole, String fraction, String exponent) {}

    private final boolean single;
    private final boolean scientific;
    private int left;
    private int right;
    private int exponentSize;

    private FloatColumn(double[] values, boolean single) {
        this.single = single;
        scientific = needsExponents(values);
        for (double value : values) {
            if (Double.isFinite(value)) {
                Parts parts = parts(value, shortest(Math.abs(value)));
                left = Math.max(left, parts.whole.length());
                right = Math.max(right, parts.fraction.length());
                exponentSize = Math.max(exponentSize, parts.exponent.length());
            }
        }
        for (double value : values) {
            if (!Double.isFinite(value)) {
                left = Math.max(left, special(value).length() - width() + left);
            }
        }
    }

    /**
     * The numbers, all of one width.
     *
     * @param single whether they are f32: fewer digits tell those apart
     */
    static String[] format(double[] values, boolean single) {
        var column = new FloatColumn(values, single);
        String[] texts = new String[values.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = column.format(values[i]);
        }
        return texts;
    }

    private int width() {
        return left + 1 + right + exponentSize;
    }

    /** NumPy's rule: 10⁸ (f32: 10⁶) or more, less than 10⁻⁴, or more than 10³ apart. */
    private boolean needsExponents(double[] values) {
        double largest = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (double value : values) {
            double magnitude = Math.abs(value);
            if (Double.isFinite(magnitude) && magnitude != 0) {
                largest = Math.max(largest, magnitude);
                smallest = Math.min(smallest, magnitude);
            }
        }
        if (largest == 0) {
            return false;
        }
        return single
                ? largest >= 1e6 || (float) smallest < 1e-4f || (float) largest / (float) smallest > 1000
                : largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1000;
    }

    private String format(double value) {
        if (!Double.isFinite(value)) {
            return padded(special(value), width());
        }
        BigDecimal exact = new BigDecimal(Math.abs(value));
        // What one number needs all of them have: digits of the number, not zeros.
        Parts parts = parts(value, scientific ? rounded(exact, right + 1) : shortest(Math.abs(value)));
        String exponent = parts.exponent;
        if (scientific) {
            String zeros = "0".repeat(exponentSize - exponent.length());
            exponent = exponent.substring(0, 2) + zeros + exponent.substring(2);
        }
        String filler = (scientific ? "0" : " ").repeat(right - parts.fraction.length());
        return padded(parts.whole, left) + "." + parts.fraction + filler + exponent;
    }

    private static String special(double value) {
        return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }

    private static String padded(String text, int width) {
        return " ".repeat(width - text.length()) + text;
    }

    private Parts parts(double value, BigDecimal digits) {
        boolean negative = Double.doubleToRawLongBits(value) < 0;
        Parts parts = scientific ? mantissa(digits) : positional(digits);
        return negative ? new Parts("-" + parts.whole, parts.fraction, parts.exponent) : parts;
    }

    private static Parts positional(BigDecimal digits) {
        String plain = digits.toPlainString();
        int point = plain.indexOf('.');
        return point < 0
                ? new Parts(plain, "", "")
                : new Parts(plain.substring(0, point), plain.substring(point + 1), "");
    }

    private static Parts mantissa(BigDecimal digits) {
        String all = digits.unscaledValue().toString();
        int exponent = digits.signum() == 0 ? 0 : digits.precision() - digits.scale() - 1;
        String size = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        return new Parts(all.substring(0, 1), all.substring(1), (exponent < 0 ? "e-" : "e+") + size);
    }

    /** The shortest decimal that reads back as this number, the closest of those; rounded where it has too many digits. */
    private BigDecimal shortest(double magnitude) {
        BigDecimal exact = new BigDecimal(magnitude);
        BigDecimal one = rounded(exact, 1);
        // The JDK writes two digits at least, and 4.9E-324 is closer than the 5e-324 that does.
        boolean enough = single ? one.floatValue() == (float) magnitude : one.doubleValue() == magnitude;
        String text = single ? Float.toString((float) magnitude) : Double.toString(magnitude);
        BigDecimal shortest = enough ? one : new BigDecimal(text).stripTrailingZeros();
        if (scientific) {
            return shortest.precision() > DIGITS + 1 ? rounded(exact, DIGITS + 1) : shortest;
        }
        return shortest.scale() > DIGITS
                ? exact.setScale(DIGITS, RoundingMode.HALF_EVEN).stripTrailingZeros()
                : shortest;
    }

    private static BigDecimal rounded(BigDecimal number, int digits) {
        return number.round(new MathContext(digits, RoundingMode.HALF_EVEN)).stripTrailingZeros();
    }
}
