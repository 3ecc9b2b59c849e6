package org.culebra.io;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of RFC 8259, and a strict reader of it: nothing but white space may follow, no key may come twice. */
sealed interface JsonValue {
    /** {@code {"key": value, …}}, in the order of the text. */
    record Obj(Map<String, JsonValue> members) implements JsonValue {}

    /** {@code [value, …]}. */
    record Arr(List<JsonValue> items) implements JsonValue {}

    /** {@code "text"}. */
    record Str(String text) implements JsonValue {}

    /** A number as it is written. */
    record Num(String digits) implements JsonValue {}

    /** {@code true} or {@code false}. */
    record Bool(boolean value) implements JsonValue {}

    /** {@code null}. */
    record Nil() implements JsonValue {}

    /**
     * Reads a text.
     *
     * @throws FormatException if it is not JSON; the message is the end of a sentence: "…, which is not JSON: " + message
     */
    static JsonValue parse(String text) throws FormatException {
        return new Parser(text).document();
    }

    /** Writes a string with its quotes. */
    static String quote(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** Recursive descent over the text. */
    final class Parser {
        private static final int DEEPEST = 32;

        private final String text;
        private int at;
        private int depth;

        private Parser(String text) {
            this.text = text;
        }

        private JsonValue document() throws FormatException {
            JsonValue value = value();
            skipSpace();
            if (at < text.length()) {
                throw expected("the end");
            }
            return value;
        }

        private JsonValue value() throws FormatException {
            skipSpace();
            return switch (peek()) {
                case '{' -> object();
                case '[' -> array();
                case '"' -> new Str(string());
                case 't' -> literal("true", new Bool(true));
                case 'f' -> literal("false", new Bool(false));
                case 'n' -> literal("null", new Nil());
                default -> number();
            };
        }

        private JsonValue object() throws FormatException {
            var members = new LinkedHashMap<String, JsonValue>();
            enter();
            if (!next('}')) {
                do {
                    skipSpace();
                    String key = string();
                    skipSpace();
                    expect(':');
                    if (members.put(key, value()) != null) {
                        throw new FormatException("key " + FormatException.quote(key) + " comes twice");
                    }
                    skipSpace();
                } while (next(','));
                expect('}');
            }
            depth--;
            return new Obj(members);
        }

        private JsonValue array() throws FormatException {
            var items = new ArrayList<JsonValue>();
            enter();
            if (!next(']')) {
                do {
                    items.add(value());
                    skipSpace();
                } while (next(','));
                expect(']');
            }
            depth--;
            return new Arr(items);
        }

        private void enter() throws FormatException {
            at++;
            if (++depth > DEEPEST) {
                throw new FormatException("it is nested more than " + DEEPEST + " deep");
            }
            skipSpace();
        }

        private JsonValue literal(String word, JsonValue value) throws FormatException {
            if (!text.startsWith(word, at)) {
                throw expected("a value");
            }
            at += word.length();
            return value;
        }

        private JsonValue number() throws FormatException {
            int start = at;
            next('-');
            if (!next('0') && digits() == 0) {
                throw expected("a value");
            }
            if (next('.') && digits() == 0) {
                throw expected("a digit");
            }
            if (next('e') || next('E')) {
                if (!next('+')) {
                    next('-');
                }
                if (digits() == 0) {
                    throw expected("a digit");
                }
            }
            return new Num(text.substring(start, at));
        }

        private int digits() {
            int start = at;
            while (peek() >= '0' && peek() <= '9') {
                at++;
            }
            return at - start;
        }

        private String string() throws FormatException {
            expect('"');
            var content = new StringBuilder();
            while (!next('"')) {
                char c = peek();
                if (c < ' ') {
                    throw expected(at < text.length() ? "no control character" : "a closing quote");
                }
                at++;
                content.append(c == '\\' ? escaped() : c);
            }
            return content.toString();
        }

        private char escaped() throws FormatException {
            char c = peek();
            at++;
            return switch (c) {
                case '"', '\\', '/' -> c;
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'u' -> hexadecimal();
                default -> {
                    at--;
                    throw expected("an escape sequence");
                }
            };
        }

        private char hexadecimal() throws FormatException {
            int code = 0;
            for (int i = 0; i < 4; i++) {
                int digit = peek() < 128 ? Character.digit(peek(), 16) : -1;
                if (digit < 0) {
                    throw expected("a hexadecimal digit");
                }
                code = 16 * code + digit;
                at++;
            }
            return (char) code;
        }

        private void skipSpace() {
            while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
                at++;
            }
        }

        /** The next character; 0 at the end, which no rule accepts. */
        private char peek() {
            return at < text.length() ? text.charAt(at) : 0;
        }

        private boolean next(char c) {
            boolean there = peek() == c && at < text.length();
            at += there ? 1 : 0;
            return there;
        }

        private void expect(char c) throws FormatException {
            if (!next(c)) {
                throw expected("'" + c + "'");
            }
        }

        private FormatException expected(String what) {
            String found = at < text.length()
                    ? FormatException.quote(text.substring(at, Math.min(at + 1, text.length())))
                    : "the end";
            return new FormatException("expected " + what + " at character " + at + " but found " + found);
        }
    }
}
