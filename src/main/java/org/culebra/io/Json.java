package org.culebra.io;

import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * JSON, RFC 8259, as values of Java: {@code null}, {@link Boolean}, {@link Long} or {@link Double}, {@link String}, {@link
 * java.util.List} and {@link Map}.
 */
public final class Json {
    /** Levels of lists and maps. Both reading and writing call themselves, and the stack is finite. */
    static final int DEEPEST = 100;

    private Json() {}

    /**
     * The value of a text. Strict: nothing but white space may follow, and no name may come twice in an object.
     *
     * <p>A number without fraction and exponent that a {@code long} holds is a {@link Long}, any other a {@link Double}. Maps and
     * lists keep the order of the text and may be changed.
     *
     * @throws FormatException if it is not JSON, is nested more than 100 deep, or has a number beyond the range of f64
     */
    public static @Nullable Object parse(String text) throws FormatException {
        return new JsonParser(text).document();
    }

    /**
     * The text of a value, on one line.
     *
     * @param value a string, number, boolean, null, or a map or iterable of these, maps in their own order; numbers that are not
     *     finite, which JSON has not, become null, and anything else becomes the string that it prints as
     * @throws IllegalArgumentException for an array, and for what is nested more than 100 deep, as is what holds itself
     */
    public static String write(@Nullable Object value) {
        return write(value, 0);
    }

    private static String write(@Nullable Object value, int depth) {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("json: the value is nested more than " + DEEPEST + " deep");
        }
        return switch (value) {
            case null -> "null";
            case Map<?, ?> map -> object(map, depth + 1);
            case Iterable<?> items -> array(items, depth + 1);
            case Double number when !Double.isFinite(number) -> "null";
            case Float number when !Float.isFinite(number) -> "null";
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            default -> {
                if (value.getClass().isArray()) {
                    throw new IllegalArgumentException("json: an array is not a value; make a list of the "
                            + value.getClass().getSimpleName());
                }
                yield string(value.toString());
            }
        };
    }

    private static String object(Map<?, ?> map, int depth) {
        var members = new StringJoiner(", ", "{", "}");
        map.forEach((name, value) -> members.add(string(String.valueOf(name)) + ": " + write(value, depth)));
        return members.toString();
    }

    private static String array(Iterable<?> items, int depth) {
        var elements = new StringJoiner(", ", "[", "]");
        items.forEach(item -> elements.add(write(item, depth)));
        return elements.toString();
    }

    private static String string(String text) {
        var quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    // Half of a surrogate pair has no UTF-8.
                    if (c < ' ' || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
                        quoted.append(String.format("\\u%04x", c));
                    } else {
                        quoted.appendCodePoint(c);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }
}
