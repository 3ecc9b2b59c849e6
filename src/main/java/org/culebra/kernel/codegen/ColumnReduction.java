package org.culebra.kernel.codegen;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.culebra.kernel.Reduction;
import org.culebra.kernel.codegen.Reductions.Source;
import org.culebra.kernel.expression.Program;
import org.culebra.kernel.expression.Program.Opcode;
import org.culebra.kernel.expression.Program.Value;
import org.culebra.memory.DType;

/** A reduction across the rows: four rows at a time are taken into a row of partial results. */
final class ColumnReduction extends ReductionPlan {
    /** Rows that are added up in the program's dtype; their sums are added in double. */
    private static final long ROWS = 256;

    private static final long COLUMNS = 1024;
    private static final int TOGETHER = 4;
    /** Operands of the loop that takes rows in: the results, the rows, the results again. */
    private static final int OPERANDS = TOGETHER + 2;

    private static final double[] NO_SCALARS = {};

    private final Reduction reduction;
    private final DType dtype;
    private final Tiered<MapLoop> takeFour;
    private final Tiered<MapLoop> takeOne;

    private ColumnReduction(
            LoopCache loops, Reduction reduction, DType dtype, Source source, Partials partials, long partsInside) {
        super(source, partials, partsInside, ROWS, COLUMNS);
        this.reduction = reduction;
        this.dtype = dtype;
        this.takeFour = loops.map(takeIn(reduction.opcode(), dtype, TOGETHER), 0);
        this.takeOne = loops.map(takeIn(reduction.opcode(), dtype, 1), 0);
    }

    static ColumnReduction plan(LoopCache loops, Reduction reduction, DType dtype, Source source, DType result) {
        Walk walk = source.walk();
        int array = source.evaluation().operands().firstOutput();
        long partsInside = Math.ceilDiv(walk.rows(), ROWS);
        var partials = new Partials(reduction, dtype, walk, array, result, partsInside, false);
        return new ColumnReduction(loops, reduction, dtype, source, partials, partsInside);
    }

    /** result ∘ ((x₀ ∘ x₁) ∘ (x₂ ∘ x₃)), or result ∘ x₀. */
    private static Program takeIn(Opcode opcode, DType dtype, int rows) {
        var builder = new Program.Builder(dtype);
        Value more = builder.input(1);
        if (rows == TOGETHER) {
            Value first = combine(builder, opcode, more, builder.input(2));
            more = combine(builder, opcode, first, combine(builder, opcode, builder.input(3), builder.input(4)));
        }
        return builder.build(1 + rows, 0, List.of(combine(builder, opcode, builder.input(0), more)));
    }

    private static Value combine(Program.Builder builder, Opcode opcode, Value a, Value b) {
        return switch (opcode) {
            case ADD -> builder.add(a, b);
            case MUL -> builder.mul(a, b);
            case MIN -> builder.min(a, b);
            default -> builder.max(a, b);
        };
    }

    @Override
    void block(Arguments arguments, Workspace workspace, Block block) {
        long columns = block.columns();
        long part = part(workspace) + block.row() / ROWS;
        long to = partials.position(arguments, result(workspace), part);
        MemorySegment sums = arguments.partials();
        fillIdentity(sums, to, columns);
        // Rows at a time: all where they are read as they lie, else as many as scratch holds; always whole fours.
        long together = source.isDirect() ? ROWS : Math.max(TOGETHER, Workspace.BLOCK / columns & -TOGETHER);
        for (long row = 0; row < block.rows(); row += together) {
            long rows = Math.min(together, block.rows() - row);
            source.evaluate(arguments, workspace, row, rows, columns);
            takeIn(workspace, sums, to, rows, columns);
        }
    }

    private void takeIn(Workspace workspace, MemorySegment sums, long to, long rows, long columns) {
        MemorySegment from = workspace.segments()[source.result()];
        long offset = workspace.offsets()[source.result()];
        long rowStride = workspace.rowStrides()[source.result()];
        workspace.set(0, sums, to, 0);
        for (int i = 0; i < TOGETHER; i++) {
            workspace.set(i + 1, from, offset + i * rowStride, TOGETHER * rowStride);
        }
        workspace.set(OPERANDS - 1, sums, to, 0);
        run(takeFour, workspace, rows / TOGETHER, columns);
        long rest = rows % TOGETHER;
        if (rest > 0) {
            workspace.set(1, from, offset + (rows - rest) * rowStride, rowStride);
            workspace.set(2, sums, to, 0);
            run(takeOne, workspace, rest, columns);
        }
    }

    private static void run(Tiered<MapLoop> tiered, Workspace workspace, long rows, long columns) {
        if (rows == 0) {
            return;
        }
        tiered.loop(rows * columns * TOGETHER)
                .run(workspace.segments(), workspace.offsets(), workspace.rowStrides(), NO_SCALARS, rows, columns);
    }

    private void fillIdentity(MemorySegment segment, long to, long columns) {
        long identity = reduction.identity(dtype);
        for (long i = to; i < to + columns; i++) {
            switch (dtype) {
                case F32 -> segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) Double.longBitsToDouble(identity));
                case F64 -> segment.setAtIndex(ValueLayout.JAVA_LONG, i, identity);
                case I32 -> segment.setAtIndex(ValueLayout.JAVA_INT, i, (int) identity);
                default -> segment.setAtIndex(ValueLayout.JAVA_LONG, i, identity);
            }
        }
    }
}
