package org.culebra.kernel.codegen;

import org.culebra.kernel.Strided;
import org.culebra.kernel.expression.Program;

/** A program applied to all elements: {@code outputs = program(inputs)}. */
final class MapRun extends BlockRun {
    /** Elements per block where nothing is staged; bounds the time that a loop which is not compiled yet may take. */
    private static final long BLOCK = 1 << 15;

    private final Evaluation evaluation;

    private MapRun(Evaluation evaluation, long blockRows, long blockColumns) {
        super(evaluation.operands().walk(), blockRows, blockColumns, evaluation.steps());
        this.evaluation = evaluation;
    }

    /** Runs {@code program}; the outputs have the same dimensions, to which the inputs are expanded. */
    static void run(LoopCache loops, Program program, double[] scalars, long key, Strided[] inputs, Strided[] outputs) {
        if (outputs[0].count() == 0) {
            return;
        }
        Operands operands = new Operands(program, inputs, outputs, program.inputs() + program.uniforms());
        Walk walk = operands.walk();
        boolean transposed = chooseRows(walk);
        long block = operands.markStaged() ? Workspace.BLOCK : BLOCK;
        var evaluation = new Evaluation(loops, program, scalars, key, operands);
        var run = transposed
                ? new MapRun(evaluation, Copies.TILE, Copies.TILE)
                : new MapRun(evaluation, Math.max(1, block / walk.columns()), block);
        run.go();
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
    void block(Workspace workspace, Block block) {
        evaluation.run(workspace, 0, block.rows(), block.columns());
        evaluation.operands().unstage(workspace, block.rows(), block.columns());
    }
}
