package org.culebra.kernel.codegen;

import org.culebra.kernel.Reduction;
import org.culebra.kernel.Strided;
import org.culebra.kernel.expression.Program;

/**
 * Elementwise functions, copies and reductions over n-dimensional arrays of any layout.
 *
 * <p>Results are the same bits for every {@link Tier}, width of vectors and number of threads.
 */
public final class Loops {
    private static final Loops SHARED =
            new Loops(Tier.valueOf(System.getProperty("culebra.loops", Tier.AUTO.name())), VectorWidth.bits());

    private final LoopCache cache;

    /**
     * Loops of their own, for tests and benchmarks.
     *
     * @param bits width of the vectors: 128, 256 or 512
     */
    public Loops(Tier tier, int bits) {
        cache = new LoopCache(tier, bits, false);
    }

    /** The loops of this process. */
    public static Loops shared() {
        return SHARED;
    }

    /**
     * outputsⱼ = programⱼ(inputs), element by element.
     *
     * <p>An output may be the same memory as an input of the same layout. Elements of another dtype than the program's
     * are
     * converted as Java casts do; to bool, what is not 0 is true.
     *
     * @param scalars the program's run-time numbers
     * @param key of the random streams, if the program has any
     * @param inputs with the dimensions of the outputs: expanded with stride 0 where they repeat
     * @param outputs all of the same dimensions, no stride 0
     */
    public void map(Program program, double[] scalars, long key, Strided[] inputs, Strided[] outputs) {
        MapPlan.run(cache, program, scalars, key, inputs, outputs);
    }

    /** to = from, converted to its dtype; the same dimensions, no overlap. Integers stay exact. */
    public void copy(Strided from, Strided to) {
        Copies.copy(from, to);
    }

    /**
     * output = reduction over the reduced axes of program(inputs), evaluated on the way: one pass over memory.
     *
     * <p>Reduces in the program's dtype (a program on i64 sums integers exactly); sums of f32 in blocks whose sums are
     * added in
     * double. Over no elements the result is the identity: 0, 1, ±∞.
     *
     * @param program with one output
     * @param key of the random streams, if the program has any
     * @param inputs at least one, all of the same dimensions
     * @param reduced per axis, whether it is reduced
     * @param output has these dimensions, but 1 for a reduced axis
     */
    public void reduce(
            Reduction reduction,
            Program program,
            double[] scalars,
            long key,
            Strided[] inputs,
            boolean[] reduced,
            Strided output) {
        Reductions.run(cache, reduction, program, scalars, key, inputs, reduced, output);
    }

    /**
     * output = the index along {@code axis} of the largest (or the smallest) element; of equal ones the first; a NaN
     * beats all.
     *
     * @param input of any dtype, not empty along the axis
     * @param output i64, with size 1 at the axis
     */
    public void argReduce(boolean largest, Strided input, int axis, Strided output) {
        Lines.argReduce(largest, input, axis, output);
    }

    /**
     * outputᵢ = Σ inputⱼ over j ≤ i along {@code axis}, added from the first to the last, floating in f64 and others
     * in i64, and
     * converted to the output's dtype.
     *
     * @param output of the input's dimensions; it may be the same memory with the same layout
     */
    public void cumulativeSum(Strided input, int axis, Strided output) {
        Lines.cumulativeSum(input, axis, output);
    }
}
