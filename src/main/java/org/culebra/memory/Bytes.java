package org.culebra.memory;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes in words. */
final class Bytes {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,18})([KMGT]?)(I?B)?");
    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Bytes() {}

    /** {@code 4,096 bytes}, {@code 12.5 MiB}. */
    static String text(long byteSize) {
        if (byteSize < 10_000) {
            return exact(byteSize);
        }
        double value = byteSize / 1024.0;
        int unit = 0;
        while (value >= 999.95) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }

    /** {@code 13,107,200 bytes}. */
    static String exact(long byteSize) {
        return String.format(Locale.ROOT, byteSize == 1 ? "%,d byte" : "%,d bytes", byteSize);
    }

    /**
     * Reads {@code 1073741824}, {@code 1g}, {@code 1GB} or {@code 1GiB}; the units are powers of 1024.
     *
     * @throws IllegalArgumentException if it is none of these; the text names {@code what}
     */
    static long parse(String what, String text) {
        Matcher matcher = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (matcher.matches()) {
            int shift = 10 * " KMGT".indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2));
            long number = Long.parseLong(matcher.group(1));
            if (number << shift >>> shift == number && number << shift > 0) {
                return number << shift;
            }
        }
        throw new IllegalArgumentException(what + " is \"" + text + "\"; it must be a size such as 512m or 4g");
    }
}
