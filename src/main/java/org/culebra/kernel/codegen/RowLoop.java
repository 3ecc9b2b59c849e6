package org.culebra.kernel.codegen;

import java.lang.foreign.MemorySegment;
import org.culebra.kernel.expression.Program;

/**
 * A program without random numbers, applied by the calling thread to rows of memory that it names itself: for
 * kernels that know their own layouts and cannot afford to describe them anew. Rows may be a few vectors long.
 */
public final class RowLoop {
    private final Tiered<MapLoop> loop;
    private final int steps;

    private RowLoop(Tiered<MapLoop> loop, int steps) {
        this.loop = loop;
        this.steps = steps;
    }

    /**
     * The loop of a program.
     *
     * @param bits width of the vectors
     */
    public static RowLoop of(Program program, Tier tier, int bits) {
        if (program.uniforms() > 0) {
            throw new IllegalArgumentException("a row loop has no random numbers");
        }
        return new RowLoop(
                new LoopCache(tier, bits, true).map(program, 0),
                program.instructions().size());
    }

    /**
     * Runs the program on {@code rows × columns} elements, row by row. Operands are the inputs, then the outputs; of each, the
     * elements of a row lie side by side.
     *
     * @param segments memory of each operand
     * @param offsets element of its first column in the first row
     * @param rowStrides elements from one row to the next
     * @param scalars the program's run-time numbers
     */
    public void run(
            MemorySegment[] segments, long[] offsets, long[] rowStrides, double[] scalars, long rows, long columns) {
        if (rows > 0 && columns > 0) {
            loop.loop(rows * columns * steps).run(segments, offsets, rowStrides, scalars, rows, columns);
        }
    }
}
