package org.culebra.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
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
}
