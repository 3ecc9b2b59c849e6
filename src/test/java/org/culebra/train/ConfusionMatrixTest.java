package org.culebra.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {
    @Test
    void itCounts() {
        var confusion = new ConfusionMatrix(List.of("a", "b", "c"));
        confusion.add(new long[] {0, 0, 0, 1}, new long[] {0, 0, 1, 1});
        confusion.add(new long[] {1}, new long[] {0});
        assertEquals(2, confusion.count(0, 0));
        assertEquals(1, confusion.count(0, 1));
        assertEquals(3 / 5., confusion.accuracy());
        assertEquals(2 / 3., confusion.recall(0));
        assertTrue(Double.isNaN(confusion.recall(2)));
        assertEquals(List.of(List.of(2L, 1L, 0L), List.of(1L, 1L, 0L), List.of(0L, 0L, 0L)), confusion.rows());
    }

    @Test
    void shortNamesAreTheHeadings() {
        var confusion = new ConfusionMatrix(List.of("0", "1"));
        confusion.add(new long[] {0, 1, 1, 1}, new long[] {0, 1, 1, 0});
        assertEquals("""
                   0  1   recall
                0  1  ·  100.0 %
                1  1  2   66.7 %
                """, confusion.toString());
    }

    @Test
    void longNamesAreNumbered() {
        var confusion = new ConfusionMatrix(List.of("pullover", "coat"));
        for (int i = 0; i < 100; i++) {
            confusion.add(new long[] {0}, new long[] {i % 10 == 0 ? 1 : 0});
        }
        assertEquals("""
                              0   1   recall
                0  pullover  90  10   90.0 %
                1  coat       ·   ·        –
                """, confusion.toString());
    }
}
