package org.culebra.io;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Texts of RFC 8259 as the JDK's own values: maps in the order of the text, lists, strings, numbers, booleans and null. */
public final class Json {
    private static final int LONGEST_LONG = 20;

    private Json() {}

    /**
     * Reads a text. A number without a fraction and an exponent is a {@code Long} if it fits one, any other a {@code Double}.
     *
     * @throws FormatException if it is not JSON; the message is the end of a sentence: "…, which is not JSON: " + message
     */
    public static @Nullable Object parse(String text) throws FormatException {
        return plain(JsonValue.parse(text));
    }

    /**
     * A value as JSON, on one line.
     *
     * @param value a string, number, boolean, null, or a map or iterable of these; what is not finite becomes null
     */
    public static String write(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Map<?, ?> map -> {
                var members = new StringJoiner(", ", "{", "}");
                map.forEach(
                        (name, member) -> members.add(JsonValue.quote(String.valueOf(name)) + ": " + write(member)));
                yield members.toString();
            }
            case Iterable<?> items -> {
                var elements = new StringJoiner(", ", "[", "]");
                items.forEach(item -> elements.add(write(item)));
                yield elements.toString();
            }
            case Double number when !Double.isFinite(number) -> "null";
            case Float number when !Float.isFinite(number) -> "null";
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            default -> JsonValue.quote(value.toString());
        };
    }

    private static @Nullable Object plain(JsonValue value) {
        return switch (value) {
            case JsonValue.Obj object -> {
                var members = new LinkedHashMap<String, @Nullable Object>();
                object.members().forEach((name, member) -> members.put(name, plain(member)));
                yield members;
            }
            case JsonValue.Arr array -> {
                List<@Nullable Object> items = new ArrayList<>();
                array.items().forEach(item -> items.add(plain(item)));
                yield items;
            }
            case JsonValue.Str text -> text.text();
            case JsonValue.Num number -> number(number.digits());
            case JsonValue.Bool truth -> truth.value();
            case JsonValue.Nil() -> null;
        };
    }

    private static Number number(String digits) {
        boolean whole =
                digits.length() <= LONGEST_LONG && digits.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
        if (whole && new BigInteger(digits).bitLength() < Long.SIZE) {
            return Long.valueOf(digits);
        }
        return Double.valueOf(digits);
    }
}
