package org.culebra.cli;

import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** JSON as far as results need it: written, on one line. */
final class Json {
    private Json() {}

    /**
     * A value as JSON (RFC 8259).
     *
     * @param value a string, number, boolean, null, or a map or iterable of these; what is not finite becomes null
     */
    static String write(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Map<?, ?> map -> object(map);
            case Iterable<?> items -> array(items);
            case Double number when !Double.isFinite(number) -> "null";
            case Float number when !Float.isFinite(number) -> "null";
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            default -> string(value.toString());
        };
    }

    private static String object(Map<?, ?> map) {
        var members = new StringJoiner(", ", "{", "}");
        map.forEach((name, value) -> members.add(string(String.valueOf(name)) + ": " + write(value)));
        return members.toString();
    }

    private static String array(Iterable<?> items) {
        var elements = new StringJoiner(", ", "[", "]");
        items.forEach(item -> elements.add(write(item)));
        return elements.toString();
    }

    private static String string(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' ') {
                        quoted.append(String.format("\\u%04x", (int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
