package org.culebra.kernel.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.VectorShape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every element goes to its place and nowhere else, whatever the sizes and the width of the vectors. */
class TransposerTest {
    private static final long GAP = 3;

    @ParameterizedTest
    @CsvSource({
        "4, 1, 1",
        "4, 16, 16",
        "4, 17, 33",
        "4, 64, 5",
        "4, 5, 64",
        "4, 40, 48",
        "8, 8, 8",
        "8, 9, 31",
        "8, 33, 7"
    })
    void everyElementGoesToItsPlace(int size, long rows, long columns) {
        for (int bits = 128; bits <= VectorShape.preferredShape().vectorBitSize(); bits *= 2) {
            for (Tier tier : Tier.values()) {
                check(new Transposer(size, tier, bits), size, rows, columns);
            }
        }
    }

    private static void check(Transposer transposer, int size, long rows, long columns) {
        long sourceStep = columns + GAP;
        long targetStep = rows + GAP;
        // Neither has room behind its last element.
        MemorySegment source = Arena.ofAuto().allocate(size * ((rows - 1) * sourceStep + columns), 8);
        MemorySegment target = Arena.ofAuto().allocate(size * ((columns - 1) * targetStep + rows), 8);
        for (long i = 0; i < source.byteSize() / size; i++) {
            set(source, size, i, i + 1);
        }
        transposer.run(source, 0, size * sourceStep, target, 0, size * targetStep, rows, columns);
        for (long i = 0; i < target.byteSize() / size; i++) {
            long row = i % targetStep;
            long expected = row < rows ? row * sourceStep + i / targetStep + 1 : 0;
            assertEquals(expected, get(target, size, i), rows + "×" + columns + ", element " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8})
    void theVectorLoopIsFoundWorthIt(int size) throws InterruptedException {
        var transposer = new Transposer(size, Tier.AUTO, VectorWidth.bits());
        for (int i = 0; i < 3_000 && !transposer.isSettled(); i++) {
            check(transposer, size, 64, 64);
            Thread.sleep(10);
        }
        assertTrue(transposer.isSettled());
    }

    private static void set(MemorySegment segment, int size, long i, long value) {
        if (size == 4) {
            segment.setAtIndex(ValueLayout.JAVA_INT, i, (int) value);
        } else {
            segment.setAtIndex(ValueLayout.JAVA_LONG, i, value);
        }
    }

    private static long get(MemorySegment segment, int size, long i) {
        return size == 4 ? segment.getAtIndex(ValueLayout.JAVA_INT, i) : segment.getAtIndex(ValueLayout.JAVA_LONG, i);
    }
}
