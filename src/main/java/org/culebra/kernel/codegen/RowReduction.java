package org.culebra.kernel.codegen;

import java.lang.foreign.MemorySegment;
import org.culebra.kernel.Reduction;
import org.culebra.kernel.Strided;
import org.culebra.kernel.codegen.Reductions.Source;
import org.culebra.memory.DType;

/** A reduction along the columns: each piece of a row is folded to one partial result. */
final class RowReduction extends BlockRun {
    /** Elements that are added up in the program's dtype; their sums are added in double. */
    private static final long PIECE = Workspace.BLOCK;
    /** Pieces per block where values need not be computed first. */
    private static final long PIECES = 8;

    private final Source source;
    private final Walk walk;
    private final Tiered<FoldLoop> fold;
    private final Partials partials;
    private final boolean rowsKept;
    private final long blockRows;
    private final long piecesPerRow;
    private final int resultNumber;
    private final int partNumber;
    private final int spare;

    private RowReduction(Source source, Tiered<FoldLoop> fold, Partials partials, Numbering numbering, long columns) {
        super(source.walk(), numbering.blockRows, columns, source.evaluation().steps() + 1L);
        this.source = source;
        this.walk = source.walk();
        this.fold = fold;
        this.partials = partials;
        this.rowsKept = numbering.rowsKept;
        this.blockRows = numbering.blockRows;
        this.piecesPerRow = numbering.piecesPerRow;
        this.resultNumber = walk.append(numbering.resultStrides);
        this.partNumber = walk.append(numbering.partStrides);
        this.spare = walk.arrays();
    }

    private record Numbering(
            boolean rowsKept, long blockRows, long piecesPerRow, long[] resultStrides, long[] partStrides) {}

    static void run(LoopCache loops, Reduction reduction, DType dtype, Source source, Strided output) {
        Walk walk = source.walk();
        int array = source.evaluation().operands().firstOutput();
        boolean rowsKept = walk.rowStride(array) != 0;
        long piecesPerRow = Math.ceilDiv(walk.columns(), PIECE);
        long blockRows = Math.max(1, PIECE / walk.columns());
        long partsInside = piecesPerRow * (rowsKept ? 1 : Math.ceilDiv(walk.rows(), blockRows));
        long parts = partsInside;
        for (int k = 0; k < walk.rank() - 2; k++) {
            parts *= walk.stride(array, k) == 0 ? walk.dim(k) : 1;
        }
        var partials = new Partials(reduction, dtype, Partials.kept(walk, array, output), parts, true);
        var numbering = new Numbering(
                rowsKept,
                blockRows,
                piecesPerRow,
                Partials.resultStrides(walk, array),
                Partials.partStrides(walk, array, partsInside));
        long columns = source.isDirect() ? PIECE * PIECES : PIECE;
        new RowReduction(source, loops.fold(reduction, dtype), partials, numbering, columns).go();
        partials.finish();
    }

    @Override
    void block(Workspace workspace, Block block) {
        long result = workspace.starts()[resultNumber];
        long part = workspace.starts()[partNumber] + block.column() / PIECE;
        if (!rowsKept) {
            part += block.row() / blockRows * piecesPerRow;
        }
        source.evaluate(workspace, 0, block.rows(), block.columns());
        FoldLoop loop = fold.loop(block.rows() * block.columns());
        MemorySegment from = workspace.segments()[source.result()];
        long offset = workspace.offsets()[source.result()];
        long rowStride = workspace.rowStrides()[source.result()];
        long to = partials.position(result, part);
        if (block.columns() > PIECE) {
            foldPieces(loop, from, offset, to, block.columns());
        } else if (rowsKept) {
            long toRow = walk.rowStride(resultNumber) * partials.resultStride();
            loop.run(from, offset, rowStride, partials.segment(), to, toRow, block.rows(), block.columns());
        } else if (block.rows() == 1 || rowStride == block.columns()) {
            loop.run(from, offset, 0, partials.segment(), to, 0, 1, block.rows() * block.columns());
        } else {
            MemorySegment sums = workspace.scratch(spare);
            loop.run(from, offset, rowStride, sums, 0, 1, block.rows(), block.columns());
            loop.run(sums, 0, 0, partials.segment(), to, 0, 1, block.rows());
        }
    }

    private void foldPieces(FoldLoop loop, MemorySegment from, long offset, long to, long columns) {
        long whole = columns / PIECE;
        long rest = columns % PIECE;
        loop.run(from, offset, PIECE, partials.segment(), to, 1, whole, PIECE);
        if (rest > 0) {
            loop.run(from, offset + whole * PIECE, 0, partials.segment(), to + whole, 0, 1, rest);
        }
    }
}
