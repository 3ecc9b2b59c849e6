package org.culebra.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How names and numbers are written. */
final class Figures {
    static final String NONE = "–";

    private static final String NARROW_SPACE = "\u202f";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private Figures() {}

    /** {@code validation_loss} as {@code validation loss}. */
    static String name(String name) {
        return name.replace('_', ' ');
    }

    /** A name at the start of a line. */
    static String title(String name) {
        String words = name(name);
        return words.isEmpty() ? words : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /** Whether a figure is a fraction that reads best in per cent. */
    static boolean isShare(String name) {
        return name.endsWith("accuracy")
                || name.endsWith("precision")
                || name.endsWith("recall")
                || name.equals("dead")
                || name.equals("saturated");
    }

    /** Whether more of it is better; else less is. */
    static boolean isGain(String name) {
        return isShare(name) || name.endsWith("per_second") || name.endsWith("score");
    }

    /** A value under its name. */
    static String value(String name, double value) {
        if (!Double.isFinite(value)) {
            return NONE;
        }
        if (isShare(name)) {
            return share(value, 2);
        }
        if (name.equals("seconds") || name.endsWith("_seconds")) {
            return duration(value);
        }
        return name.endsWith("per_second") ? number(value, 3) : number(value, 4);
    }

    /** In per cent. */
    static String share(double value, int digits) {
        return Double.isFinite(value)
                ? String.format(Locale.ROOT, "%." + digits + "f", 100 * value) + NARROW_SPACE + "%"
                : NONE;
    }

    /** With this many digits that count; thousands apart, very large and very small ones with a power of ten. */
    static String number(double value, int digits) {
        if (!Double.isFinite(value)) {
            return NONE;
        }
        if (value == 0) {
            return "0";
        }
        double size = Math.abs(value);
        String sign = value < 0 ? "−" : "";
        if (size >= 1e9 || size < 1e-3) {
            return sign + power(size, Math.min(digits, 3));
        }
        BigDecimal rounded = new BigDecimal(size);
        boolean whole = size == Math.rint(size) || size >= Math.pow(10, digits - 1);
        rounded = whole
                ? BigDecimal.valueOf(Math.round(size))
                : rounded.round(new MathContext(digits)).stripTrailingZeros();
        return sign + grouped(rounded.toPlainString());
    }

    /** A count. */
    static String count(long value) {
        return (value < 0 ? "−" : "") + grouped(Long.toString(Math.abs(value)));
    }

    private static String power(double size, int digits) {
        String[] parts =
                String.format(Locale.ROOT, "%." + (digits - 1) + "e", size).split("e", 2);
        String mantissa = new BigDecimal(parts[0]).stripTrailingZeros().toPlainString();
        String exponent = superscript(Integer.parseInt(parts[1]));
        return mantissa.equals("1") ? "10" + exponent : mantissa + "×10" + exponent;
    }

    private static String superscript(int exponent) {
        var text = new StringBuilder(exponent < 0 ? "⁻" : "");
        for (char digit : Integer.toString(Math.abs(exponent)).toCharArray()) {
            text.append("⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(digit - '0'));
        }
        return text.toString();
    }

    private static String grouped(String digits) {
        int point = digits.indexOf('.');
        int whole = point < 0 ? digits.length() : point;
        var text = new StringBuilder(digits);
        for (int at = whole - 3; at > 0 && whole > 4; at -= 3) {
            text.insert(at, NARROW_SPACE);
        }
        return text.toString();
    }

    /** Seconds as hours, minutes and seconds: the two largest that are needed. */
    static String duration(double seconds) {
        if (!Double.isFinite(seconds) || seconds < 0) {
            return NONE;
        }
        if (seconds < 60) {
            return number(seconds, seconds < 10 ? 2 : 3) + NARROW_SPACE + "s";
        }
        long all = Math.round(seconds);
        long hours = all / 3600;
        long minutes = all % 3600 / 60;
        return hours > 0
                ? count(hours) + NARROW_SPACE + "h " + minutes + NARROW_SPACE + "min"
                : minutes + NARROW_SPACE + "min " + all % 60 + NARROW_SPACE + "s";
    }

    static String time(Instant instant) {
        return TIME.format(instant);
    }
}
