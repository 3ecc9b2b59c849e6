package org.culebra.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.culebra.tensor.Tensor;
import org.junit.jupiter.api.Test;

class DigitsTest {
    @Test
    void everyImageIsInOnePart() {
        Splits splits = Digits.load();
        assertEquals(1438, splits.training().size());
        assertEquals(359, splits.test().size());
        assertEquals(16, splits.training().images().max().item());
        long[] counts = new long[10];
        for (Tensor labels :
                new Tensor[] {splits.training().labels(), splits.test().labels()}) {
            for (long label : labels.toLongArray()) {
                counts[(int) label]++;
            }
        }
        // The counts of the data set's description.
        assertArrayEquals(new long[] {178, 182, 177, 183, 181, 182, 181, 179, 174, 180}, counts);
    }

    @Test
    void theFirstImageIsThatOfTheFile() {
        Tensor first = Digits.load().training().images().select(0, 0).select(0, 0);
        assertArrayEquals(
                new int[] {0, 0, 5, 13, 9, 1, 0, 0}, first.select(0, 0).toIntArray());
        assertArrayEquals(
                new int[] {0, 0, 6, 13, 10, 0, 0, 0}, first.select(0, 7).toIntArray());
    }

    @Test
    void attributionShipsWithTheData() throws IOException {
        try (var in = Digits.class.getResourceAsStream("digits-ATTRIBUTION.txt")) {
            assertNotNull(in);
            assertTrue(new String(in.readAllBytes(), StandardCharsets.UTF_8).contains("CC BY 4.0"));
        }
    }

    @Test
    void badLinesAreNamed() {
        String line = "0,".repeat(64) + "9\n";
        malformed("digits has 64 fields in line 2 instead of 65", line + "0,".repeat(63) + "9\n");
        malformed("digits has '17' in line 1 where a number from 0 to 16 belongs", "17," + line.substring(2));
        malformed("digits has '-1' in line 1 where a number from 0 to 16 belongs", "-1," + line.substring(2));
        malformed("digits has 'x' in line 1 where a number from 0 to 16 belongs", "x," + line.substring(2));
        malformed("digits has '10' in line 1 where a number from 0 to 9 belongs", "0,".repeat(64) + "10\n");
    }

    private static void malformed(String message, String content) {
        var in = new ByteArrayInputStream(content.getBytes(StandardCharsets.US_ASCII));
        assertEquals(
                message,
                assertThrows(MalformedDataException.class, () -> Digits.parse(in, "digits"))
                        .getMessage());
    }
}
