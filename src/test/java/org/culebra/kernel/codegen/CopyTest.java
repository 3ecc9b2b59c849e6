package org.culebra.kernel.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.culebra.kernel.Strided;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

/** Copies against element-by-element Java. */
class CopyTest {
    private final Random random = new Random(11);

    private static void check(Strided from, Strided to) {
        Loops.shared().copy(from, to);
        for (long i = 0; i < to.count(); i++) {
            if (to.dtype().isFloating()) {
                double expected = to.dtype() == DType.F32 ? (float) Layouts.get(from, i) : Layouts.get(from, i);
                assertEquals(expected, Layouts.get(to, i), from.dtype() + " to " + to.dtype());
            } else {
                assertEquals(
                        converted(from, i, to.dtype()), Layouts.getLong(to, i), from.dtype() + " to " + to.dtype());
            }
        }
    }

    private static long converted(Strided from, long i, DType to) {
        if (to == DType.BOOL) {
            return Layouts.get(from, i) != 0 ? 1 : 0;
        }
        if (from.dtype().isFloating()) {
            double x = Layouts.get(from, i);
            return to == DType.I64 ? (long) x : to == DType.I32 ? (int) x : (int) x & 0xFF;
        }
        long x = Layouts.getLong(from, i);
        return to == DType.I64 ? x : to == DType.I32 ? (int) x : x & 0xFF;
    }

    @Test
    void everyPairOfTypesInRandomLayouts() {
        for (DType from : DType.values()) {
            for (DType to : DType.values()) {
                for (int round = 0; round < 4; round++) {
                    long[] dims = List.of(
                                    new long[] {3, 5, 7}, new long[] {150}, new long[] {70, 69}, new long[] {2, 0})
                            .get(round);
                    Strided source = Layouts.broadcast(random, from, dims);
                    Layouts.fill(random, source);
                    check(source, round % 2 == 0 ? Layouts.scattered(random, to, dims) : Layouts.dense(to, dims));
                }
            }
        }
    }

    @Test
    void channelsFirstToLastAndBack() {
        Strided first = Layouts.dense(DType.F32, 2, 5, 9, 130);
        Layouts.fill(random, first);
        Strided last =
                new Strided(first.segment(), DType.F32, 0, new long[] {2, 9, 130, 5}, new long[] {5850, 130, 1, 1170});
        check(last, Layouts.dense(DType.F32, 2, 9, 130, 5));
        check(first, Layouts.rotate(Layouts.dense(DType.F32, 130, 2, 5, 9), 1));
    }

    @Test
    void hugeIntegersStayExact() {
        Strided from = Layouts.dense(DType.I64, 3);
        from.segment().setAtIndex(ValueLayout.JAVA_LONG, 0, Long.MAX_VALUE);
        from.segment().setAtIndex(ValueLayout.JAVA_LONG, 1, (1L << 53) + 1);
        from.segment().setAtIndex(ValueLayout.JAVA_LONG, 2, Long.MIN_VALUE + 1);
        Strided to = Layouts.scattered(random, DType.I64, 3);
        Loops.shared().copy(from, to);
        assertEquals(Long.MAX_VALUE, Layouts.getLong(to, 0));
        assertEquals((1L << 53) + 1, Layouts.getLong(to, 1));
        assertEquals(Long.MIN_VALUE + 1, Layouts.getLong(to, 2));
    }

    @Test
    void scalars() {
        Strided from = Layouts.dense(DType.F64);
        Layouts.set(from, 0, 2.5);
        check(from, Layouts.dense(DType.I32));
    }
}
