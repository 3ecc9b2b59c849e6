package org.culebra.kernel.codegen;

import java.lang.foreign.MemorySegment;
import org.culebra.kernel.Reduction;
import org.culebra.kernel.codegen.Reductions.Source;
import org.culebra.memory.DType;

/** A reduction along the columns: each piece of a row is folded to one partial result. */
final class RowReduction extends ReductionPlan {
    /** Elements that are added up in the program's dtype; their sums are added in double. */
    private static final long PIECE = Workspace.BLOCK;
    /** Pieces per block where values need not be computed first. */
    private static final long PIECES = 8;

    private final Tiered<FoldLoop> fold;
    private final boolean rowsKept;
    private final long blockRows;
    private final long piecesPerRow;
    private final int spare;

    private RowReduction(
            Source source,
            Tiered<FoldLoop> fold,
            Partials partials,
            boolean rowsKept,
            long blockRows,
            long partsInside) {
        super(source, partials, partsInside, blockRows, source.isDirect() ? PIECE * PIECES : PIECE);
        this.fold = fold;
        this.rowsKept = rowsKept;
        this.blockRows = blockRows;
        this.piecesPerRow = Math.ceilDiv(walk().columns(), PIECE);
        this.spare = walk().arrays();
    }

    static RowReduction plan(LoopCache loops, Reduction reduction, DType dtype, Source source, DType result) {
        Walk walk = source.walk();
        int array = source.evaluation().operands().firstOutput();
        boolean rowsKept = walk.rowStride(array) != 0;
        long blockRows = Math.max(1, PIECE / walk.columns());
        long partsInside = Math.ceilDiv(walk.columns(), PIECE) * (rowsKept ? 1 : Math.ceilDiv(walk.rows(), blockRows));
        var partials = new Partials(reduction, dtype, walk, array, result, partsInside, true);
        return new RowReduction(source, loops.fold(reduction, dtype), partials, rowsKept, blockRows, partsInside);
    }

    @Override
    void block(Arguments arguments, Workspace workspace, Block block) {
        long part = part(workspace) + block.column() / PIECE;
        if (!rowsKept) {
            part += block.row() / blockRows * piecesPerRow;
        }
        source.evaluate(arguments, workspace, 0, block.rows(), block.columns());
        FoldLoop loop = fold.loop(block.rows() * block.columns());
        MemorySegment from = workspace.segments()[source.result()];
        long offset = workspace.offsets()[source.result()];
        long rowStride = workspace.rowStrides()[source.result()];
        long to = partials.position(arguments, result(workspace), part);
        MemorySegment sums = arguments.partials();
        if (block.columns() > PIECE) {
            foldPieces(loop, from, offset, sums, to, block.columns());
        } else if (rowsKept) {
            long toRow = resultsPerRow() * partials.resultStride();
            loop.run(from, offset, rowStride, sums, to, toRow, block.rows(), block.columns());
        } else if (block.rows() == 1 || rowStride == block.columns()) {
            loop.run(from, offset, 0, sums, to, 0, 1, block.rows() * block.columns());
        } else {
            MemorySegment ofRows = workspace.scratch(spare);
            loop.run(from, offset, rowStride, ofRows, 0, 1, block.rows(), block.columns());
            loop.run(ofRows, 0, 0, sums, to, 0, 1, block.rows());
        }
    }

    private static void foldPieces(
            FoldLoop loop, MemorySegment from, long offset, MemorySegment sums, long to, long columns) {
        long whole = columns / PIECE;
        long rest = columns % PIECE;
        loop.run(from, offset, PIECE, sums, to, 1, whole, PIECE);
        if (rest > 0) {
            loop.run(from, offset + whole * PIECE, 0, sums, to + whole, 0, 1, rest);
        }
    }
}
