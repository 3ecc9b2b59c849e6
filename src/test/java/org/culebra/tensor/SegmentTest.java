package org.culebra.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.culebra.memory.Buffer;
import org.culebra.memory.DType;
import org.culebra.memory.Pool;
import org.culebra.memory.Scope;
import org.junit.jupiter.api.Test;

/** What leaves a tensor as an array or a segment. */
final class SegmentTest {
    private static final double[] TRANSPOSED = {0, 3, 1, 4, 2, 5};

    private static Tensor matrix() {
        return Tensor.arange(DType.F64, 0, 6, 1).reshape(2, 3);
    }

    private static double[] read(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_DOUBLE);
    }

    @Test
    void segmentOfAContiguousTensorIsItsMemory() {
        Tensor matrix = matrix();
        MemorySegment row = matrix.select(0, 1).segment();
        assertTrue(row.isReadOnly());
        assertArrayEquals(new double[] {3, 4, 5}, read(row));
        matrix.fill(7);
        assertArrayEquals(new double[] {7, 7, 7}, read(row));
        assertEquals(0, Tensor.zeros(0, 3).transpose().segment().byteSize());
    }

    @Test
    void segmentOfAViewOutlivesScopesAndCollections() {
        Tensor view = matrix().transpose();
        MemorySegment segment;
        try (Scope scope = Scope.open("inner")) {
            segment = view.segment();
            assertTrue(scope.isOpen());
        }
        MemorySegment outside = view.segment();
        for (int i = 0; i < 5; i++) {
            System.gc();
            Pool.report();
            for (int k = 0; k < 50; k++) {
                Buffer.allocate(48).segment().fill((byte) 0xFF);
            }
        }
        assertArrayEquals(TRANSPOSED, read(segment));
        assertArrayEquals(TRANSPOSED, read(outside));
    }

    @Test
    void arraysOfViewsTakeNoMemoryForLong() {
        try (Scope scope = Scope.open("test")) {
            Tensor view = matrix().transpose();
            long held = scope.bytesHeld();
            assertArrayEquals(TRANSPOSED, view.toDoubleArray());
            assertArrayEquals(new long[] {0, 3, 1, 4, 2, 5}, view.toLongArray());
            assertArrayEquals(new byte[] {0, 3, 1, 4, 2, 5}, view.toByteArray());
            assertArrayEquals(new boolean[] {false, true, true, true, true, true}, view.toBooleanArray());
            assertEquals(held, scope.bytesHeld());
        }
    }
}
