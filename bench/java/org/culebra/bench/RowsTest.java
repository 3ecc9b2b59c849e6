package org.culebra.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.culebra.bench.Row.Sides;
import org.culebra.memory.Scope;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is timed is the same work: every row's sides come to the same numbers. */
class RowsTest {
    @TestFactory
    Stream<DynamicTest> sidesAgree() {
        return Rows.matching("").stream().map(row -> DynamicTest.dynamicTest(row.name(), () -> agree(row)));
    }

    private static void agree(Row row) {
        Sides sides = row.maker().get();
        Map<String, Supplier<?>> peers = new LinkedHashMap<>(); // with the weights of before our step
        sides.peers().forEach(name -> peers.put(name, sides.peer(name)));
        try (var ours = Scope.open("ours");
                var theirs = new PointerScope()) {
            float[] expected = Pair.numbers(sides.ours().get());
            peers.forEach((name, peer) -> {
                float[] actual = Pair.numbers(peer.get());
                assertEquals(expected.length, actual.length, name);
                double distance = distance(expected, actual);
                assertTrue(
                        distance <= sides.tolerance(), () -> name + " is " + distance + " of the largest number away");
            });
            assertTrue(ours.isOpen() && !theirs.toString().isEmpty());
        }
    }

    /** The largest difference as a share of the largest number. */
    private static double distance(float[] a, float[] b) {
        double largest = 0;
        double apart = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i]));
            apart = Math.max(apart, Math.abs((double) a[i] - b[i]));
        }
        return largest == 0 ? apart : apart / largest;
    }

    @Test
    void namesAreUnique() {
        List<String> names = Rows.matching("").stream().map(Row::name).toList();
        assertEquals(names.size(), names.stream().distinct().count());
    }
}
