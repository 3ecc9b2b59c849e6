package org.culebra.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JsonTest {
    @Test
    void readsTheValuesOfTheJdk() throws FormatException {
        Object value = Json.parse(
                "{\"a\": [1, -2.5e+3, true, null], \"b\": \"é\", \"c\": {}, \"d\": 9223372036854775807, \"e\": 9223372036854775808}");
        assertEquals(
                Map.of(
                        "a",
                        Arrays.asList(1L, -2500.0, true, null),
                        "b",
                        "é",
                        "c",
                        Map.of(),
                        "d",
                        Long.MAX_VALUE,
                        "e",
                        0x1p63),
                value);
    }

    @Test
    void whatIsWrittenComesBack() throws FormatException {
        String text = Json.write(List.of(Map.of("k\"\n", 1.5), "x", 7L, false));
        assertEquals("[{\"k\\\"\\u000a\": 1.5}, \"x\", 7, false]", text);
        assertEquals(List.of(Map.of("k\"\n", 1.5), "x", 7L, false), Json.parse(text));
    }

    @Test
    void whatIsNotFiniteIsNull() {
        assertEquals("[null, null, null]", Json.write(Arrays.asList(Double.NaN, Float.NEGATIVE_INFINITY, null)));
    }
}
