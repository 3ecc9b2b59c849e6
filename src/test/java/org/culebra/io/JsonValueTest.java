package org.culebra.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonValueTest {
    @Test
    void readsEveryKindOfValue() throws FormatException {
        JsonValue json = JsonValue.parse(
                " {\"a\" : [1, -2.5e+3, true, false, null], \"\\u00e9\\n\\\"\\/\": \"\" , \"o\":{}, \"l\":[]}\n");
        assertEquals(
                new JsonValue.Obj(Map.of(
                        "a",
                        new JsonValue.Arr(List.of(
                                new JsonValue.Num("1"),
                                new JsonValue.Num("-2.5e+3"),
                                new JsonValue.Bool(true),
                                new JsonValue.Bool(false),
                                new JsonValue.Nil())),
                        "é\n\"/",
                        new JsonValue.Str(""),
                        "o",
                        new JsonValue.Obj(Map.of()),
                        "l",
                        new JsonValue.Arr(List.of()))),
                json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "\"\\\b\n\t\u0001/", "grün 😀", "\u2028"})
    void quotedStringsComeBack(String text) throws FormatException {
        assertEquals(new JsonValue.Str(text), JsonValue.parse(JsonValue.quote(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0", "10", "1.25", "1e5", "1E-05", "123456789012345678901234567890"})
    void numbersStayAsTheyAre(String digits) throws FormatException {
        assertEquals(
                digits,
                assertInstanceOf(JsonValue.Num.class, JsonValue.parse(digits)).digits());
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
                "`{\"a\":1,\"a\":2}` | key 'a' comes twice",
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
                message,
                assertThrows(FormatException.class, () -> JsonValue.parse(text)).getMessage());
    }

    @Test
    void refusesControlCharactersAndDepth() {
        assertEquals(
                "expected no control character at character 1 but found '?'",
                assertThrows(FormatException.class, () -> JsonValue.parse("\"\n\""))
                        .getMessage());
        assertEquals(
                "it is nested more than 32 deep",
                assertThrows(FormatException.class, () -> JsonValue.parse("[".repeat(100_000)))
                        .getMessage());
        // The parser's mark for the end is a character of its own here.
        assertThrows(FormatException.class, () -> JsonValue.parse("\u0000"));
        assertThrows(FormatException.class, () -> JsonValue.parse("1\u0000"));
    }
}
