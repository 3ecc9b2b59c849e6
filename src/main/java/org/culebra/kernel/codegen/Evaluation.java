package org.culebra.kernel.codegen;

import org.culebra.kernel.expression.Program;

/** A program with a loop for it and how its operands are walked: computes block after block. */
final class Evaluation {
    private final Tiered<MapLoop> loop;
    private final Operands operands;
    private final int steps;

    /** The evaluation of {@code program} on operands that are marked as staged or not. */
    Evaluation(LoopCache loops, Program program, Operands operands) {
        this.loop = loops.map(program, operands.constantAlongRow());
        this.operands = operands;
        this.steps = program.instructions().size();
    }

    Operands operands() {
        return operands;
    }

    /** What an element costs, as a number of simple instructions. */
    int steps() {
        return steps;
    }

    /** Prepares the operands only. */
    void stage(Arguments arguments, Workspace workspace, long firstRow, long rows, long columns) {
        operands.stage(arguments, workspace, firstRow, rows, columns);
    }

    /** Computes rows from {@code firstRow} of the block that {@code workspace} is at. */
    void run(Arguments arguments, Workspace workspace, long firstRow, long rows, long columns) {
        operands.stage(arguments, workspace, firstRow, rows, columns);
        MapLoop now = loop.loop(rows * columns * steps);
        boolean oneRun = rows > 1 && operands.isOneRun(workspace, columns);
        now.run(
                workspace.segments(),
                workspace.offsets(),
                workspace.rowStrides(),
                arguments.scalars(),
                oneRun ? 1 : rows,
                oneRun ? rows * columns : columns);
    }
}
