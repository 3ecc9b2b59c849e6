package org.culebra.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;

/** What is written is read as it was, and whatever is read is a value or a {@link FormatException} of one line. */
final class JsonProperties {
    private static final String[] TOKENS = {
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "-",
        "0",
        "1e9",
        "1e999",
        ".",
        "\\u",
        "\\ud800",
        "\\",
        "null",
        "true",
        " ",
        "\n",
        "\0",
        "9223372036854775808",
        "é",
        "😀",
        "\"a\":1"
    };

    @Property(edgeCases = EdgeCasesMode.NONE)
    void whatIsWrittenIsReadAsItWas(@ForAll long seed) throws FormatException {
        Object value = value(new SplittableRandom(seed), 4);
        assertEquals(value, Json.parse(Json.write(value)));
    }

    @Property(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void anythingElseIsRefusedInASentence(@ForAll long seed) throws FormatException {
        var random = new SplittableRandom(seed);
        var text = new StringBuilder(Json.write(value(random, 4)));
        for (int i = 0; i <= random.nextInt(4); i++) {
            int from = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), from + random.nextInt(3));
            text.replace(from, to, TOKENS[random.nextInt(TOKENS.length)]);
        }
        Object value;
        try {
            value = Json.parse(text.toString());
        } catch (FormatException e) {
            assertEquals(1, Objects.requireNonNull(e.getMessage()).lines().count(), e.getMessage());
            return;
        }
        assertEquals(value, Json.parse(Json.write(value)));
    }

    private static @Nullable Object value(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth == 0 ? 5 : 7)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong() >> random.nextInt(64);
            case 3 -> finite(random);
            case 4 -> text(random);
            case 5 -> list(random, depth - 1);
            default -> map(random, depth - 1);
        };
    }

    private static double finite(SplittableRandom random) {
        double number = Double.longBitsToDouble(random.nextLong());
        return Double.isFinite(number) ? number : 0;
    }

    /** Any characters, halves of pairs among them. */
    private static String text(SplittableRandom random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append((char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000));
        }
        return text.toString();
    }

    private static List<@Nullable Object> list(SplittableRandom random, int depth) {
        var list = new ArrayList<@Nullable Object>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(value(random, depth));
        }
        return list;
    }

    private static Map<String, @Nullable Object> map(SplittableRandom random, int depth) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (int i = random.nextInt(4); i > 0; i--) {
            map.put(text(random), value(random, depth));
        }
        return map;
    }
}
