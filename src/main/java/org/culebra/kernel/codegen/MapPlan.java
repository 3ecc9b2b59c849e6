package org.culebra.kernel.codegen;

import org.culebra.kernel.Strided;
import org.culebra.kernel.expression.Program;

/** A program applied to all elements: {@code outputs = program(inputs)}. */
final class MapPlan extends BlockPlan {
    /** Elements per block where nothing is staged; bounds the time that a loop which is not compiled yet may take. */
    private static final long BLOCK = 1 << 15;

    private final Evaluation evaluation;

    private MapPlan(Evaluation evaluation, long blockRows, long blockColumns) {
        super(evaluation.operands().walk(), blockRows, blockColumns, evaluation.steps());
        this.evaluation = evaluation;
    }

    /** Runs {@code program}; the outputs have the same dimensions, to which the inputs are expanded. */
    static void run(LoopCache loops, Program program, double[] scalars, long key, Strided[] inputs, Strided[] outputs) {
        if (outputs[0].count() == 0) {
            return;
        }
        Arguments arguments = Arguments.take();
        try {
            arguments.addAll(inputs);
            arguments.addAll(outputs);
            arguments.setNumbers(scalars, key);
            PlanTable<MapPlan> plans = loops.mapPlans(program);
            MapPlan known = plans.find(arguments);
            MapPlan plan = known != null ? known : plans.add(arguments, newPlan(loops, program, inputs, outputs));
            plan.go(arguments);
        } finally {
            arguments.release();
        }
    }

    private static MapPlan newPlan(LoopCache loops, Program program, Strided[] inputs, Strided[] outputs) {
        Operands operands = new Operands(program, inputs, outputs, program.inputs() + program.uniforms());
        Walk walk = operands.walk();
        boolean transposed = chooseRows(walk);
        long block = operands.markStaged() ? Workspace.BLOCK : BLOCK;
        var evaluation = new Evaluation(loops, program, operands);
        return transposed
                ? new MapPlan(evaluation, Copies.TILE, Copies.TILE)
                : new MapPlan(evaluation, Math.max(1, block / walk.columns()), block);
    }

    /** True if an operand is best read or written in square tiles. */
    private static boolean chooseRows(Walk walk) {
        for (int i = 0; i < walk.arrays(); i++) {
            if (Math.abs(walk.columnStride(i)) > 1 && Copies.makeTransposedRows(walk, i)) {
                return true;
            }
        }
        walk.makeLongestRows();
        return false;
    }

    @Override
    void begin(Arguments arguments, long[] offsets) {
        evaluation.operands().begin(arguments, offsets);
    }

    @Override
    void block(Arguments arguments, Workspace workspace, Block block) {
        evaluation.run(arguments, workspace, 0, block.rows(), block.columns());
        evaluation.operands().unstage(arguments, workspace, block.rows(), block.columns());
    }
}
