package org.culebra.kernel.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.culebra.kernel.Reduction;
import org.culebra.kernel.Strided;
import org.culebra.kernel.expression.Program;
import org.culebra.kernel.parallel.Team;
import org.culebra.memory.DType;
import org.junit.jupiter.api.Test;

/** Reductions against a plain loop in double, and the same bits from every tier, width and number of threads. */
class ReductionTest {
    private static final List<Reduction> REDUCTIONS = List.of(Reduction.values());
    private static final double[] NONE = {};
    private static final List<long[]> SHAPES = List.of(
            new long[] {207},
            new long[] {4098},
            new long[] {6, 13},
            new long[] {290, 5},
            new long[] {5, 300},
            new long[] {3, 4, 5, 6},
            new long[] {2, 65, 1, 33},
            new long[] {1, 1},
            new long[] {9, 2, 130},
            new long[] {});

    private static Program identity(DType dtype) {
        var builder = new Program.Builder(dtype);
        return builder.build(1, 0, List.of(builder.input(0)));
    }

    private static Program squaredDifference(DType dtype) {
        var builder = new Program.Builder(dtype);
        var difference = builder.sub(builder.input(0), builder.input(1));
        return builder.build(2, 0, List.of(builder.mul(difference, difference)));
    }

    private static long[] outputDims(long[] dims, boolean[] reduced) {
        long[] result = dims.clone();
        for (int k = 0; k < dims.length; k++) {
            result[k] = reduced[k] ? 1 : dims[k];
        }
        return result;
    }

    private static boolean[] axes(long[] dims, int bits) {
        boolean[] reduced = new boolean[dims.length];
        for (int k = 0; k < dims.length; k++) {
            reduced[k] = (bits >> k & 1) != 0;
        }
        return reduced;
    }

    /** Row-major number, in the output, of the result that an element goes to. */
    private static int target(long number, long[] dims, boolean[] reduced) {
        long rest = number;
        long result = 0;
        long step = 1;
        for (int k = dims.length - 1; k >= 0; k--) {
            if (!reduced[k]) {
                result += rest % dims[k] * step;
                step *= dims[k];
            }
            rest /= dims[k];
        }
        return (int) result;
    }

    private static double[] expected(Reduction reduction, Program program, Strided[] inputs, boolean[] reduced) {
        long[] dims = inputs[0].dims();
        double[] results = new double[(int) Layouts.product(outputDims(dims, reduced))];
        Arrays.fill(
                results,
                reduction == Reduction.SUM
                        ? 0
                        : reduction == Reduction.PRODUCT
                                ? 1
                                : reduction == Reduction.MIN ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY);
        var oracle = new ProgramOracle(program);
        for (long i = 0; i < inputs[0].count(); i++) {
            double[] x = new double[inputs.length];
            for (int j = 0; j < x.length; j++) {
                x[j] = Layouts.get(inputs[j], i);
            }
            double value = oracle.floating(x, NONE)[0];
            int at = target(i, dims, reduced);
            results[at] = reduction.combine(results[at], value);
        }
        return results;
    }

    private static void fillGently(Random random, Strided array) {
        for (long i = 0; i < array.count(); i++) {
            Layouts.set(array, i, 1 + random.nextGaussian() / 8);
        }
    }

    @Test
    void everySetOfAxesInRandomLayouts() {
        var random = new Random(21);
        for (long[] dims : SHAPES) {
            for (int bits = 0; bits < 1 << dims.length; bits++) {
                DType dtype = random.nextBoolean() ? DType.F32 : DType.F64;
                Program program = random.nextBoolean() ? identity(dtype) : squaredDifference(dtype);
                Strided[] inputs = new Strided[program.inputs()];
                for (int i = 0; i < inputs.length; i++) {
                    inputs[i] = random.nextBoolean()
                            ? Layouts.dense(dtype, dims)
                            : Layouts.broadcast(random, random.nextInt(4) == 0 ? DType.F32 : dtype, dims);
                    fillGently(random, inputs[i]);
                }
                boolean[] reduced = axes(dims, bits);
                Reduction reduction = REDUCTIONS.get(random.nextInt(4));
                checkClose(random, reduction, program, inputs, reduced);
            }
        }
    }

    /** The scalar loops and those of some width. */
    private static List<Loops> scalarAndOther(Random random) {
        List<Loops> all = MapTest.allLoops();
        return List.of(all.getFirst(), all.get(random.nextInt(1, all.size())));
    }

    private static void checkClose(
            Random random, Reduction reduction, Program program, Strided[] inputs, boolean[] reduced) {
        long[] outputDims = outputDims(inputs[0].dims(), reduced);
        double[] expected = expected(reduction, program, inputs, reduced);
        double tolerance = program.dtype() == DType.F32 ? 3e-6 : 1e-12;
        double[] first = null;
        for (Loops loops : scalarAndOther(random)) {
            Strided output = Layouts.scattered(random, program.dtype(), outputDims);
            loops.reduce(reduction, program, NONE, 0, inputs, reduced, output);
            double[] got = new double[expected.length];
            for (int i = 0; i < got.length; i++) {
                got[i] = Layouts.get(output, i);
                double scale = Math.max(1, Math.abs(expected[i]));
                // A product of n numbers near 1 has n roundings.
                double many = reduction == Reduction.PRODUCT ? Math.sqrt((double) inputs[0].count()) + 4 : 1;
                assertEquals(expected[i], got[i], tolerance * scale * many, () -> reduction + " of " + program);
            }
            first = first == null ? got : first;
            assertTrue(Arrays.equals(first, got), "bits differ between tiers or widths");
        }
    }

    @Test
    void sameBitsWithAnyNumberOfThreads() {
        var random = new Random(22);
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            Strided input = Layouts.dense(dtype, 30, 50, 90);
            fillGently(random, input);
            for (int bits = 1; bits < 8; bits++) {
                boolean[] reduced = axes(input.dims(), bits);
                Strided one = Layouts.dense(dtype, outputDims(input.dims(), reduced));
                Strided three = Layouts.dense(dtype, outputDims(input.dims(), reduced));
                Strided[] inputs = {input};
                var scalar = new Loops(Tier.SCALAR, 128);
                Team.withThreads(1, () -> scalar.reduce(Reduction.SUM, identity(dtype), NONE, 0, inputs, reduced, one));
                Team.withThreads(
                        3, () -> scalar.reduce(Reduction.SUM, identity(dtype), NONE, 0, inputs, reduced, three));
                assertEquals(-1, one.segment().mismatch(three.segment()));
            }
        }
    }

    @Test
    void sumOfManyFloatsIsAccurate() {
        long n = 1 << 18;
        Strided input = Layouts.dense(DType.F32, n);
        double exact = 0;
        var random = new Random(23);
        for (long i = 0; i < n; i++) {
            Layouts.set(input, i, random.nextFloat());
            exact += Layouts.get(input, i);
        }
        Strided output = Layouts.dense(DType.F32, 1);
        boolean[] all = {true};
        Loops.shared().reduce(Reduction.SUM, identity(DType.F32), NONE, 0, new Strided[] {input}, all, output);
        assertEquals(exact, Layouts.get(output, 0), exact * 1e-7);
    }

    @Test
    void notANumberPropagates() {
        for (Loops loops : MapTest.allLoops()) {
            for (Reduction reduction : Reduction.values()) {
                for (boolean byRows : new boolean[] {true, false}) {
                    Strided input = Layouts.dense(DType.F32, 18, 71);
                    Layouts.set(input, 71 * 7 + 5, Double.NaN);
                    Strided output = byRows ? Layouts.dense(DType.F32, 18, 1) : Layouts.dense(DType.F32, 1, 71);
                    boolean[] reduced = {!byRows, byRows};
                    loops.reduce(reduction, identity(DType.F32), NONE, 0, new Strided[] {input}, reduced, output);
                    int at = target(71 * 7 + 5, input.dims(), reduced);
                    for (int i = 0; i < output.count(); i++) {
                        assertEquals(i == at, Double.isNaN(Layouts.get(output, i)), reduction + " " + byRows);
                    }
                }
            }
        }
    }

    @Test
    void integersAndMasks() {
        var random = new Random(24);
        for (DType from : List.of(DType.I32, DType.I64, DType.U8, DType.BOOL)) {
            for (int bits = 0; bits < 8; bits++) {
                Strided input = Layouts.scattered(random, from, 5, 40, 7);
                Layouts.fill(random, input);
                boolean[] reduced = axes(input.dims(), bits);
                long[] dims = outputDims(input.dims(), reduced);
                Strided sum = Layouts.dense(DType.I64, dims);
                Strided any = Layouts.dense(DType.BOOL, dims);
                Strided[] inputs = {input};
                Loops.shared().reduce(Reduction.SUM, identity(DType.I64), NONE, 0, inputs, reduced, sum);
                Loops.shared().reduce(Reduction.MAX, identity(DType.I32), NONE, 0, inputs, reduced, any);
                long[] sums = new long[(int) sum.count()];
                long[] largest = new long[sums.length];
                Arrays.fill(largest, Long.MIN_VALUE);
                for (long i = 0; i < input.count(); i++) {
                    int at = target(i, input.dims(), reduced);
                    sums[at] += Layouts.getLong(input, i);
                    largest[at] = Math.max(largest[at], Layouts.getLong(input, i));
                }
                for (int i = 0; i < sums.length; i++) {
                    assertEquals(sums[i], Layouts.getLong(sum, i));
                    assertEquals(largest[i] != 0 ? 1 : 0, Layouts.getLong(any, i));
                }
            }
        }
    }

    @Test
    void nothingGivesTheIdentity() {
        Strided input = Layouts.dense(DType.F64, 3, 0);
        double[] identities = {0, 1, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (Reduction reduction : Reduction.values()) {
            Strided output = Layouts.dense(DType.F64, 3, 1);
            boolean[] reduced = {false, true};
            Loops.shared().reduce(reduction, identity(DType.F64), NONE, 0, new Strided[] {input}, reduced, output);
            for (int i = 0; i < 3; i++) {
                assertEquals(identities[REDUCTIONS.indexOf(reduction)], Layouts.get(output, i));
            }
        }
        boolean[] outer = {true, false};
        Strided none = Layouts.dense(DType.F64, 1, 0);
        Loops.shared().reduce(Reduction.SUM, identity(DType.F64), NONE, 0, new Strided[] {input}, outer, none);
    }
}
