package org.culebra.kernel.codegen;

/**
 * How work on arrays that are walked together is cut into blocks, rectangles of rows and columns one after another, shared out to
 * the team if there is enough to do. It depends on shapes only, and serves for all arrays that lie alike.
 */
abstract class BlockPlan {
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
     * A plan with blocks of at most {@code blockRows × blockColumns}.
     *
     * @param steps what an element costs, as a number of simple instructions
     */
    BlockPlan(Walk walk, long blockRows, long blockColumns, long steps) {
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

    final Walk walk() {
        return walk;
    }

    /** Does all blocks. */
    final void go(Arguments arguments) {
        begin(arguments, arguments.offsets(walk.arrays()));
        if (shared) {
            arguments.share(this, Math.ceilDiv(blocks, blocksPerTask));
        } else {
            someBlocks(arguments, 0, blocks);
        }
    }

    /** Writes where each walked array begins. */
    abstract void begin(Arguments arguments, long[] offsets);

    /** Does the blocks of one task. */
    final void task(Arguments arguments, long task) {
        someBlocks(arguments, task * blocksPerTask, Math.min(blocks, (task + 1) * blocksPerTask));
    }

    private void someBlocks(Arguments arguments, long begin, long end) {
        Workspace workspace = Workspace.current(walk.arrays() + 1);
        long[] starts = workspace.starts();
        long[] offsets = arguments.offsets(walk.arrays());
        for (long block = begin; block < end; block++) {
            long column = block % columnBlocks * blockColumns;
            long rest = block / columnBlocks;
            long row = rest % rowBlocks * blockRows;
            walk.offsetsAt(rest / rowBlocks, offsets, starts);
            for (int i = 0; i < walk.arrays(); i++) {
                starts[i] += row * walk.rowStride(i) + column * walk.columnStride(i);
            }
            long rows = Math.min(blockRows, walk.rows() - row);
            long columns = Math.min(blockColumns, walk.columns() - column);
            workspace.block().set(row, column, rows, columns);
            block(arguments, workspace, workspace.block());
        }
        workspace.release();
    }

    /** Does one block, which begins at {@code workspace.starts()}. */
    abstract void block(Arguments arguments, Workspace workspace, Block block);

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
