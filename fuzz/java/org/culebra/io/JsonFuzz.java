package org.culebra.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.culebra.fuzz.Target;

/** JSON texts, which are read again as they were. */
public final class JsonFuzz implements Target {
    @Override
    public List<byte[]> seeds() {
        return Stream.of(
                        "{\"name\": [1, -2.5e3, true, false, null], \"\\u00e9\": {}}",
                        "[[], \"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\ud83d\\ude00\"]",
                        " 9223372036854775807 ",
                        "-0")
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    @Override
    public List<String> tokens() {
        return List.of("null", "false", "1e308", "-9223372036854775809", "\\ud800", "[[[[[[[[[[[[[[[[[[[[");
    }

    @Override
    public Class<? extends IOException> refusal() {
        return FormatException.class;
    }

    @Override
    public void read(Path file) throws IOException {
        Object value;
        try {
            value = Json.parse(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (FormatException e) {
            throw new FormatException(file + " is " + e.getMessage()); // the parser knows no file
        }
        assertEquals(value, Json.parse(Json.write(value)));
    }
}
