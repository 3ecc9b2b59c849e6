package org.culebra.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
    @Test
    void readsEveryKindOfValue() throws FormatException {
        var expected = new LinkedHashMap<String, @Nullable Object>();
        expected.put("a", Arrays.asList(1L, -2.5e3, true, false, null));
        expected.put("é\n\"/", "");
        expected.put("o", Map.of());
        expected.put("l", List.of());
        assertEquals(
                expected,
                Json.parse(
                        " {\"a\" : [1, -2.5e+3, true, false, null], \"\\u00e9\\n\\\"\\/\": \"\" , \"o\":{}, \"l\":[]}\n"));
        assertNull(Json.parse("null"));
    }

    @Test
    void membersKeepTheOrderOfTheText() throws FormatException {
        var map = assertInstanceOf(Map.class, Json.parse("{\"z\":1,\"a\":2,\"m\":3}"));
        assertEquals("[z, a, m]", map.keySet().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "\"\\\b\n\t\u0001/", "grün 😀", "\u2028", "half \ud83d of a pair"})
    void stringsComeBack(String text) throws FormatException {
        assertEquals(text, Json.parse(Json.write(text)));
        assertEquals(text, Json.parse(new String(Json.write(text).getBytes(UTF_8), UTF_8)));
    }

    @Test
    void wholeNumbersAreLongsWhereTheyFit() throws FormatException {
        assertEquals(0L, Json.parse("0"));
        assertEquals(Long.MAX_VALUE, Json.parse("9223372036854775807"));
        assertEquals(Long.MIN_VALUE, Json.parse("-9223372036854775808"));
        assertEquals(0x1p63, Json.parse("9223372036854775808"));
        assertEquals(0x1p90, Json.parse("1237940039285380274899124224"));
    }

    @Test
    void otherNumbersAreDoubles() throws FormatException {
        assertEquals(-0.0, Json.parse("-0"));
        assertEquals(10.0, Json.parse("10.0"));
        assertEquals(1e5, Json.parse("1e5"));
        assertEquals(1e-5, Json.parse("1E-05"));
        assertEquals(0.0, Json.parse("1e-999"));
        assertEquals(
                "not JSON for Culebra: '-1e999' is beyond the range of f64",
                assertThrows(FormatException.class, () -> Json.parse("[-1e999]"))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | expected a value at character 0 but found the end",
                "`{` | expected '\"' at character 1 but found the end",
                "`{\"a\":1,}` | expected '\"' at character 7 but found '}'",
                "`{\"a\":1 \"b\":2}` | expected '}' at character 7 but found '\"'",
                "`{\"a\" 1}` | expected ':' at character 5 but found '1'",
                "`{'a':1}` | expected '\"' at character 1 but found '''",
                "`{\"a\":1,\"a\":2}` | name 'a' comes twice",
                "`{\"a\":null,\"a\":null}` | name 'a' comes twice",
                "`[1,]` | expected a value at character 3 but found ']'",
                "`[1 2]` | expected ']' at character 3 but found '2'",
                "`1 2` | expected the end at character 2 but found '2'",
                "`01` | expected the end at character 1 but found '1'",
                "`1.` | expected a digit at character 2 but found the end",
                "`.5` | expected a value at character 0 but found '.'",
                "`+1` | expected a value at character 0 but found '+'",
                "`1e` | expected a digit at character 2 but found the end",
                "`-` | expected a value at character 1 but found the end",
                "`tru` | expected a value at character 0 but found 't'",
                "`NaN` | expected a value at character 0 but found 'N'",
                "`\"a` | expected a closing quote at character 2 but found the end",
                "`\"\\x\"` | expected an escape sequence at character 2 but found 'x'",
                "`\"\\u12g4\"` | expected a hexadecimal digit at character 5 but found 'g'",
                "`\"\\` | expected an escape sequence at character 2 but found the end"
            })
    void refusesWhatIsNotJson(String text, String message) {
        assertEquals(
                "not JSON: " + message,
                assertThrows(FormatException.class, () -> Json.parse(text)).getMessage());
    }

    @Test
    void refusesControlCharactersAndDepth() {
        assertEquals(
                "not JSON: expected no control character at character 1 but found '?'",
                assertThrows(FormatException.class, () -> Json.parse("\"\n\"")).getMessage());
        assertEquals(
                "not JSON: it is nested more than 100 deep",
                assertThrows(FormatException.class, () -> Json.parse("[".repeat(100_000)))
                        .getMessage());
        // The parser's mark for the end is a character of its own here.
        assertThrows(FormatException.class, () -> Json.parse("\u0000"));
        assertThrows(FormatException.class, () -> Json.parse("1\u0000"));
    }

    @Test
    void numbersThatAreNoneBecomeNull() {
        assertEquals(
                "[1, 2.5, 0.1, null, null, null, null]",
                Json.write(Arrays.asList(
                        1L, 2.5, 0.1f, Double.NaN, Float.NaN, Double.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY)));
    }

    @Test
    void textIsEscaped() {
        assertEquals("\"a\\\"b\\\\c\\n\\r\\t\\u0001 ü\"", Json.write("a\"b\\c\n\r\t\u0001 ü"));
    }

    @Test
    void membersKeepTheirOrder() {
        var map = new LinkedHashMap<String, Object>();
        map.put("z", true);
        map.put("a", List.of());
        map.put("m", Map.of());
        assertEquals("{\"z\": true, \"a\": [], \"m\": {}}", Json.write(map));
    }

    @Test
    void nothingIsNull() {
        assertEquals("[null]", Json.write(Arrays.asList((Object) null)));
    }

    @Test
    void anythingElseIsTheStringThatItPrintsAs() {
        assertEquals("{\"1\": \"NEW\"}", Json.write(Map.of(1, Thread.State.NEW)));
    }

    @Test
    void refusesToWriteArraysAndWhatHoldsItself() throws FormatException {
        assertEquals(
                "json: an array is not a value; make a list of the long[]",
                assertThrows(IllegalArgumentException.class, () -> Json.write(new long[] {1}))
                        .getMessage());
        Map<String, Object> knot = new HashMap<>();
        knot.put("self", List.of(knot));
        assertEquals(
                "json: the value is nested more than 100 deep",
                assertThrows(IllegalArgumentException.class, () -> Json.write(knot))
                        .getMessage());
        String deepest = "[".repeat(100) + "]".repeat(100);
        assertEquals(deepest, Json.write(Json.parse(deepest)));
    }
}
