package org.culebra.kernel.codegen;

import java.util.List;
import org.culebra.kernel.Reduction;
import org.culebra.kernel.Strided;
import org.culebra.kernel.expression.Program;
import org.culebra.kernel.expression.Program.Opcode;
import org.culebra.memory.DType;

/**
 * Reductions of a program's values over any set of axes.
 *
 * <p>The elements are walked in the order of memory. Where the innermost dimension is reduced, rows are folded
 * ({@link RowReduction}); where it is kept, rows are added to a row of results ({@link ColumnReduction}). Both leave
 * partial
 * results, a fixed number per result that depends on the shape only, which {@link Partials} combines in order.
 */
final class Reductions {
    private Reductions() {}

    static void run(
            LoopCache loops,
            Reduction reduction,
            Program program,
            double[] scalars,
            long key,
            Strided[] inputs,
            boolean[] reduced,
            Strided output) {
        if (output.count() == 0) {
            return;
        }
        if (inputs[0].count() == 0) {
            fillIdentity(loops, reduction, program.dtype(), output);
            return;
        }
        if (isMap(reduced, inputs[0].dims())) {
            Strided repeated = repeat(output, reduced, inputs[0].dims());
            MapPlan.run(loops, program, scalars, key, inputs, new Strided[] {repeated});
            return;
        }
        Arguments arguments = Arguments.take();
        try {
            arguments.addAll(inputs);
            arguments.add(output);
            arguments.setNumbers(scalars, key);
            arguments.setReduction(reduction, reduced);
            PlanTable<ReductionPlan> plans = loops.reductionPlans(program);
            ReductionPlan known = plans.find(arguments);
            ReductionPlan plan = known != null
                    ? known
                    : plans.add(arguments, newPlan(loops, reduction, program, inputs, reduced, output));
            plan.reduce(arguments);
        } finally {
            arguments.release();
        }
    }

    private static ReductionPlan newPlan(
            LoopCache loops,
            Reduction reduction,
            Program program,
            Strided[] inputs,
            boolean[] reduced,
            Strided output) {
        Strided repeated = repeat(output, reduced, inputs[0].dims());
        Operands operands = new Operands(program, inputs, new Strided[] {repeated}, leader(inputs));
        Walk walk = operands.walk();
        boolean byRows = walk.columnStride(operands.firstOutput()) == 0;
        chooseRows(walk, operands.firstOutput(), byRows);
        boolean anyStaged = operands.markStaged();
        operands.keepOutputsInScratch();
        var evaluation = new Evaluation(loops, program, operands);
        var source = new Source(evaluation, isIdentity(program, walk), anyStaged);
        return byRows
                ? RowReduction.plan(loops, reduction, program.dtype(), source, output.dtype())
                : ColumnReduction.plan(loops, reduction, program.dtype(), source, output.dtype());
    }

    /** The values to reduce; for an identity, the staged input is the value and no loop need run. */
    record Source(Evaluation evaluation, boolean identity, boolean anyStaged) {
        Walk walk() {
            return evaluation.operands().walk();
        }

        /** The operand of a workspace that holds the values after {@link #evaluate}. */
        int result() {
            return identity ? 0 : evaluation.operands().firstOutput();
        }

        /** True if the values lie in the input's memory, so that blocks may be of any size. */
        boolean isDirect() {
            return identity && !anyStaged;
        }

        void evaluate(Arguments arguments, Workspace workspace, long firstRow, long rows, long columns) {
            if (identity) {
                evaluation.stage(arguments, workspace, firstRow, rows, columns);
            } else {
                evaluation.run(arguments, workspace, firstRow, rows, columns);
            }
        }
    }

    private static boolean isIdentity(Program program, Walk walk) {
        return program.instructions().size() == 1
                && program.instructions().getFirst().opcode() == Opcode.INPUT
                && program.instructions().getFirst().immediate() == 0
                && program.inputs() == 1
                && walk.columnStride(0) != 0;
    }

    /** The output with the input's dimensions: every element of a reduced axis is the same one. */
    private static Strided repeat(Strided output, boolean[] reduced, long[] dims) {
        long[] strides = output.strides().clone();
        for (int k = 0; k < strides.length; k++) {
            if (reduced[k]) {
                strides[k] = 0;
            }
        }
        return new Strided(output.segment(), output.dtype(), output.offset(), dims, strides);
    }

    /** True if nothing is combined: the reduced axes have size 1. */
    private static boolean isMap(boolean[] reduced, long[] dims) {
        for (int k = 0; k < dims.length; k++) {
            if (reduced[k] && dims[k] > 1) {
                return false;
            }
        }
        return true;
    }

    /** The input that repeats itself along the fewest dimensions: its memory is the most to read. */
    private static int leader(Strided[] inputs) {
        int leader = 0;
        for (int i = 1; i < inputs.length; i++) {
            if (distinct(inputs[i]) > distinct(inputs[leader])) {
                leader = i;
            }
        }
        return leader;
    }

    private static long distinct(Strided array) {
        long count = 1;
        for (int k = 0; k < array.rank(); k++) {
            count *= array.strides()[k] == 0 ? 1 : array.dims()[k];
        }
        return count;
    }

    /** The longest dimension becomes the rows; where the columns are kept, the longest reduced one. */
    private static void chooseRows(Walk walk, int output, boolean byRows) {
        int longest = -1;
        for (int k = walk.rank() - 2; k >= 0; k--) {
            boolean candidate = byRows || walk.stride(output, k) == 0;
            if (candidate && (longest < 0 || walk.dim(k) > walk.dim(longest))) {
                longest = k;
            }
        }
        walk.makeRows(longest);
    }

    private static void fillIdentity(LoopCache loops, Reduction reduction, DType dtype, Strided output) {
        var builder = new Program.Builder(dtype);
        double identity = dtype.isFloating()
                ? Double.longBitsToDouble(reduction.identity(dtype))
                : (double) reduction.identity(dtype);
        Program constant = builder.build(0, 0, List.of(builder.constant(identity)));
        MapPlan.run(loops, constant, new double[0], 0, new Strided[0], new Strided[] {output});
    }
}
