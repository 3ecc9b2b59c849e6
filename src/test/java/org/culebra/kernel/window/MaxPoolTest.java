package org.culebra.kernel.window;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.culebra.kernel.Strided;
import org.culebra.kernel.Window;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

class MaxPoolTest {
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT;

    /** A geometry whose windows all hold an input. */
    private static Window window(SplittableRandom random) {
        while (true) {
            int size = 1 + random.nextInt(4);
            int stride = 1 + random.nextInt(3);
            int dilation = 1 + random.nextInt(2);
            int padding = random.nextInt((size - 1) * dilation / 2 + 1);
            int inputs = 1 + random.nextInt(60);
            int span = inputs + 2 * padding - (size - 1) * dilation - 1;
            if (span >= 0) {
                var window = new Window(size, stride, padding, dilation, inputs, span / stride + 1);
                boolean holds = true;
                for (int i = 0; i < window.outputs(); i++) {
                    holds &= window.first(i) < window.end(i);
                }
                if (holds) {
                    return window;
                }
            }
        }
    }

    /** Few values, so that they tie; zeros of both signs, infinities, NaN. */
    private static float value(SplittableRandom random, boolean odd) {
        float[] values = {0f, -0f, 1f, -1f, 2f, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, Float.NaN};
        return odd ? values[random.nextInt(values.length)] : random.nextFloat() - .5f;
    }

    private static Strided array(Arena arena, DType dtype, long... dims) {
        long count = 1;
        for (long dim : dims) {
            count *= dim;
        }
        MemorySegment segment = arena.allocate(Math.max(64, Math.ceilDiv(count * dtype.byteSize(), 64) * 64), 64);
        segment.fill((byte) 0x55);
        return new Strided(segment, dtype, 0, dims, Strided.contiguousStrides(dims));
    }

    private record Case(Strided x, Window rows, Window columns, Strided values, Strided indices) {
        static Case draw(Arena arena, SplittableRandom random, boolean odd) {
            long planes = random.nextInt(4);
            Window rows = window(random);
            Window columns = window(random);
            Strided x = array(arena, DType.F32, planes, rows.inputs(), columns.inputs());
            for (long i = 0; i < x.count(); i++) {
                x.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, value(random, odd));
            }
            return new Case(
                    x,
                    rows,
                    columns,
                    output(arena, DType.F32, planes, rows, columns),
                    output(arena, DType.I32, planes, rows, columns));
        }

        static Strided output(Arena arena, DType dtype, long planes, Window rows, Window columns) {
            return array(arena, dtype, planes, rows.outputs(), columns.outputs());
        }

        MaxPool pool() {
            return new MaxPool(x, rows, columns, values, indices);
        }

        long rowCount() {
            return pool().rowCount();
        }

        int[] bits(Strided array) {
            int[] bits = new int[(int) array.count()];
            MemorySegment.copy(array.segment(), I32, 0, bits, 0, bits.length);
            return bits;
        }

        /** The winner of each window, by the definition. */
        int[] winners() {
            int[] winners = new int[(int) values.count()];
            long plane = (long) rows.inputs() * columns.inputs();
            for (int o = 0; o < winners.length; o++) {
                int j = o % columns.outputs();
                int i = o / columns.outputs() % rows.outputs();
                winners[o] = winner(o / columns.outputs() / rows.outputs() * plane, i, j);
            }
            return winners;
        }

        private int winner(long plane, int i, int j) {
            int winner = -1;
            for (int a = 0; a < rows.size(); a++) {
                for (int b = 0; b < columns.size(); b++) {
                    int r = i * rows.stride() - rows.padding() + a * rows.dilation();
                    int c = j * columns.stride() - columns.padding() + b * columns.dilation();
                    if (r >= 0 && r < rows.inputs() && c >= 0 && c < columns.inputs()) {
                        int at = r * columns.inputs() + c;
                        winner = winner < 0 || isLarger(get(plane + at), get(plane + winner)) ? at : winner;
                    }
                }
            }
            return winner;
        }

        private static boolean isLarger(float a, float b) {
            return a > b || (Float.isNaN(a) && !Float.isNaN(b));
        }

        private float get(long at) {
            return x.segment().getAtIndex(ValueLayout.JAVA_FLOAT, at);
        }

        void check(String which) {
            int[] winners = winners();
            assertArrayEquals(winners, bits(indices), () -> which + " " + rows + " " + columns);
            int[] found = bits(values);
            long plane = (long) rows.inputs() * columns.inputs();
            for (int o = 0; o < found.length; o++) {
                long at = o / ((long) rows.outputs() * columns.outputs()) * plane + winners[o];
                assertEquals(x.segment().getAtIndex(I32, at), found[o], which);
            }
        }
    }

    private interface Loop {
        MaxRows of(Case drawn);
    }

    private static void checkAll(String which, Loop loop, boolean odd) {
        var random = new SplittableRandom(odd ? 1 : 2);
        for (int trial = 0; trial < 50; trial++) {
            try (Arena arena = Arena.ofConfined()) {
                Case drawn = Case.draw(arena, random, odd);
                MaxRows rows = loop.of(drawn);
                // In two parts: nothing may spill from the first into the second.
                long middle = drawn.rowCount() / 2;
                rows.run(drawn.pool(), middle, drawn.rowCount());
                rows.run(drawn.pool(), 0, middle);
                drawn.check(which);
            }
        }
    }

    private static MaxRows vectors(Case drawn) {
        return switch (drawn.columns.stride()) {
            case 1 -> MaxPoolVectors::stride1;
            case 2 -> MaxPoolVectors::stride2;
            default -> MaxPool::singles;
        };
    }

    @Test
    void plainLoopFindsTheWinner() {
        checkAll("plain", drawn -> MaxPool::singles, false);
        checkAll("plain", drawn -> MaxPool::singles, true);
    }

    @Test
    void vectorLoopsFindTheWinner() {
        checkAll("vectors", MaxPoolTest::vectors, false);
        checkAll("vectors", MaxPoolTest::vectors, true);
    }

    @Test
    void doublesFindTheSameWinners() {
        var random = new SplittableRandom(3);
        for (int trial = 0; trial < 50; trial++) {
            // The team's threads read it too.
            Case drawn = Case.draw(Arena.ofAuto(), random, trial % 2 == 0);
            Strided x = array(Arena.ofAuto(), DType.F64, drawn.x.dims());
            for (long i = 0; i < x.count(); i++) {
                x.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, i, drawn.get(i));
            }
            Strided y = array(Arena.ofAuto(), DType.F64, drawn.values.dims());
            Windows.maxPool(x, drawn.rows, drawn.columns, y, drawn.indices);
            assertArrayEquals(drawn.winners(), drawn.bits(drawn.indices));
            long size = (long) drawn.rows.outputs() * drawn.columns.outputs();
            long plane = (long) drawn.rows.inputs() * drawn.columns.inputs();
            for (long o = 0; o < y.count(); o++) {
                long at = o / size * plane + drawn.indices.segment().getAtIndex(I32, o);
                assertEquals((double) drawn.get(at), y.segment().getAtIndex(ValueLayout.JAVA_DOUBLE, o));
            }
        }
    }
}
