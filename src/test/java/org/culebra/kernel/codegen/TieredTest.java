package org.culebra.kernel.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.culebra.kernel.Strided;
import org.culebra.kernel.expression.Program;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The change from the scalar twin to the vector loop. */
class TieredTest {

    private static Program program(int terms) {
        var builder = new Program.Builder(DType.F32);
        var sum = builder.input(0);
        for (int i = 1; i <= terms; i++) {
            sum = builder.fma(sum, builder.constant(1.0 / (i + 1)), builder.max(sum, builder.constant(i)));
        }
        return builder.build(1, 0, List.of(sum));
    }

    @Test
    @Timeout(60)
    void vectorLoopTakesOverWithTheSameBits() throws InterruptedException {
        // Many steps: a loop that C1 would have to give up on.
        Program program = program(30);
        var cache = new LoopCache(Tier.AUTO, VectorWidth.bits(), false);
        Tiered<MapLoop> tiered = cache.map(program, 0);
        MapLoop scalar = tiered.loop(1);
        assertSame(scalar, tiered.loop(1), "little work does not make a vector loop");
        tiered.loop(10_000_000);
        while (!tiered.isSettled()) {
            Thread.sleep(5);
        }
        MapLoop vector = tiered.loop(1);
        assertNotSame(scalar, vector);
        assertTrue(
                vector.getClass().getName().contains("VectorLoop"),
                vector.getClass().getName());

        Strided input = Layouts.dense(DType.F32, 3, 207);
        Layouts.fill(new Random(41), input);
        Strided expected = Layouts.dense(DType.F32, 3, 207);
        Strided got = Layouts.dense(DType.F32, 3, 207);
        run(scalar, input, expected);
        run(vector, input, got);
        assertEquals(-1, expected.segment().mismatch(got.segment()));
    }

    private static void run(MapLoop loop, Strided input, Strided output) {
        var segments = new MemorySegment[] {input.segment(), output.segment()};
        loop.run(segments, new long[2], new long[] {207, 207}, new double[0], 3, 207);
    }

    @Test
    void integersHaveOneFormOnly() {
        var builder = new Program.Builder(DType.I32);
        Program program = builder.build(1, 0, List.of(builder.neg(builder.input(0))));
        assertTrue(new LoopCache(Tier.AUTO, VectorWidth.bits(), false)
                .map(program, 0)
                .isSettled());
    }

    @Test
    void samePatternSameLoop() {
        var cache = new LoopCache(Tier.SCALAR, 128, false);
        assertSame(cache.map(program(2), 0), cache.map(program(2), 0));
        assertNotSame(cache.map(program(2), 0), cache.map(program(2), 1));
    }
}
