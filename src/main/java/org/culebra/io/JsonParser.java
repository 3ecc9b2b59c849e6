package org.culebra.io;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Recursive descent over the text. */
final class JsonParser {
    /** Characters of −2⁶³. */
    private static final int LONGEST_LONG = 20;

    private final String text;
    private int at;
    private int depth;

    JsonParser(String text) {
        this.text = text;
    }

    @Nullable
    Object document() throws FormatException {
        Object value = value();
        skipSpace();
        if (at < text.length()) {
            throw expected("the end");
        }
        return value;
    }

    private @Nullable Object value() throws FormatException {
        skipSpace();
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> literal("true", true);
            case 'f' -> literal("false", false);
            case 'n' -> literal("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object() throws FormatException {
        var members = new LinkedHashMap<String, @Nullable Object>();
        enter();
        if (!next('}')) {
            do {
                skipSpace();
                String key = string();
                skipSpace();
                expect(':');
                if (members.containsKey(key)) {
                    throw new FormatException("not JSON: name " + FormatException.quote(key) + " comes twice");
                }
                members.put(key, value());
                skipSpace();
            } while (next(','));
            expect('}');
        }
        depth--;
        return members;
    }

    private List<@Nullable Object> array() throws FormatException {
        var items = new ArrayList<@Nullable Object>();
        enter();
        if (!next(']')) {
            do {
                items.add(value());
                skipSpace();
            } while (next(','));
            expect(']');
        }
        depth--;
        return items;
    }

    private void enter() throws FormatException {
        at++;
        if (++depth > Json.DEEPEST) {
            throw new FormatException("not JSON: it is nested more than " + Json.DEEPEST + " deep");
        }
        skipSpace();
    }

    private @Nullable Object literal(String word, @Nullable Boolean value) throws FormatException {
        if (!text.startsWith(word, at)) {
            throw expected("a value");
        }
        at += word.length();
        return value;
    }

    private Number number() throws FormatException {
        int start = at;
        next('-');
        if (!next('0') && digits() == 0) {
            throw expected("a value");
        }
        boolean whole = true;
        if (next('.')) {
            whole = false;
            requireDigits();
        }
        if (next('e') || next('E')) {
            whole = false;
            if (!next('+')) {
                next('-');
            }
            requireDigits();
        }
        return value(text.substring(start, at), whole);
    }

    private static Number value(String digits, boolean whole) throws FormatException {
        // A long has no −0.
        if (whole && digits.length() <= LONGEST_LONG && !digits.equals("-0")) {
            try {
                return Long.parseLong(digits);
            } catch (NumberFormatException e) {
                // nineteen digits beyond 2⁶³
            }
        }
        double number = Double.parseDouble(digits);
        if (Double.isInfinite(number)) {
            throw new FormatException(
                    "not JSON for Culebra: " + FormatException.quote(digits) + " is beyond the range of f64");
        }
        return number;
    }

    private void requireDigits() throws FormatException {
        if (digits() == 0) {
            throw expected("a digit");
        }
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
        return new FormatException("not JSON: expected " + what + " at character " + at + " but found " + found);
    }
}
