package org.culebra.kernel.codegen;

import org.culebra.kernel.parallel.Team;

/**
 * Work on the blocks of a {@link Walk}: rectangles of rows and columns, one after another, shared out to the team if
 * there is
 * enough to do. How the work is cut depends on shapes only.
 */
abstract class BlockRun implements Team.Task {
    /** Elements times steps below which handing over costs more than it saves. */
    private static final long WORTH_SHARING = 1 << 17;

    private static final long WORK_PER_TASK = 1 << 16;

    private final Walk walk;
    private final long blockRows;
    private final long blockColumns;
    private final long rowBlocks;
    private final long columnBlocks;
    private final long blocks;
    private final long blocksPerTask;
    private final boolean shared;

    /**
     * A run over blocks of at most {@code blockRows × blockColumns}.
     *
     * @param steps what an element costs, as a number of simple instructions
     */
    BlockRun(Walk walk, long blockRows, long blockColumns, long steps) {
        this.walk = walk;
        this.blockRows = Math.min(blockRows, walk.rows());
        this.blockColumns = Math.min(blockColumns, walk.columns());
        rowBlocks = Math.ceilDiv(walk.rows(), this.blockRows);
        columnBlocks = Math.ceilDiv(walk.columns(), this.blockColumns);
        blocks = walk.outer() * rowBlocks * columnBlocks;
        long workPerBlock = this.blockRows * this.blockColumns * steps;
        blocksPerTask = Math.max(1, WORK_PER_TASK / workPerBlock);
        shared = blocks > 1 && blocks * workPerBlock >= WORTH_SHARING;
    }

    /** Does all blocks. */
    final void go() {
        if (shared) {
            Team.run(Math.ceilDiv(blocks, blocksPerTask), this);
        } else {
            someBlocks(0, blocks);
        }
    }

    @Override
    public final void run(long task, int worker) {
        someBlocks(task * blocksPerTask, Math.min(blocks, (task + 1) * blocksPerTask));
    }

    private void someBlocks(long begin, long end) {
        Workspace workspace = Workspace.current(walk.arrays() + 1);
        long[] starts = workspace.starts();
        for (long block = begin; block < end; block++) {
            long column = block % columnBlocks * blockColumns;
            long rest = block / columnBlocks;
            long row = rest % rowBlocks * blockRows;
            walk.offsetsAt(rest / rowBlocks, starts);
            for (int i = 0; i < walk.arrays(); i++) {
                starts[i] += row * walk.rowStride(i) + column * walk.columnStride(i);
            }
            long rows = Math.min(blockRows, walk.rows() - row);
            long columns = Math.min(blockColumns, walk.columns() - column);
            workspace.block().set(row, column, rows, columns);
            block(workspace, workspace.block());
        }
        workspace.release();
    }

    /** Does one block, which begins at {@code workspace.starts()}. */
    abstract void block(Workspace workspace, Block block);

    /**
     * A rectangle of rows and columns, the first of which are {@code row} and {@code column}. A workspace has one, set anew for
     * every block: there are thousands in a training step.
     */
    static final class Block {
        private long row;
        private long column;
        private long rows;
        private long columns;

        private void set(long firstRow, long firstColumn, long height, long width) {
            row = firstRow;
            column = firstColumn;
            rows = height;
            columns = width;
        }

        long row() {
            return row;
        }

        long column() {
            return column;
        }

        long rows() {
            return rows;
        }

        long columns() {
            return columns;
        }
    }
}
