package org.culebra.kernel.codegen;

import java.lang.foreign.MemorySegment;
import org.culebra.kernel.Strided;
import org.culebra.memory.DType;

/** Copies between any two layouts and dtypes. */
final class Copies {
    /** Side of the square tiles in which a transposing copy reads and writes whole cache lines. */
    static final long TILE = 64;

    private static final long BLOCK = 1 << 15;
    /** Bytes from which {@code MemorySegment.copy} is faster than a loop. */
    private static final long WORTH_BULK = 256;

    private static final PlanTable<Plan> PLANS = new PlanTable<>();

    private Copies() {}

    /** Copies {@code from} to {@code to}, which has the same dimensions and does not overlap it. */
    static void copy(Strided from, Strided to) {
        if (to.count() == 0) {
            return;
        }
        Arguments arguments = Arguments.take();
        try {
            arguments.add(to);
            arguments.add(from);
            Plan known = PLANS.find(arguments);
            Plan plan = known != null ? known : PLANS.add(arguments, newPlan(from, to));
            plan.go(arguments);
        } finally {
            arguments.release();
        }
    }

    private static Plan newPlan(Strided from, Strided to) {
        Walk walk = new Walk(to.dims(), new long[][] {to.strides(), from.strides()}, 0);
        boolean transposing = makeTransposedRows(walk, 1);
        long columns = transposing ? TILE : BLOCK;
        long rows = transposing ? TILE : Math.max(1, BLOCK / walk.columns());
        return new Plan(walk, from.dtype(), to.dtype(), rows, columns);
    }

    /**
     * Makes the dimension along which array i is contiguous the rows, if that is not the columns; else the longest.
     * True if it
     * is to be read in square tiles.
     */
    static boolean makeTransposedRows(Walk walk, int i) {
        if (Math.abs(walk.columnStride(i)) > 1) {
            for (int k = 0; k < walk.rank() - 1; k++) {
                if (Math.abs(walk.stride(i, k)) == 1) {
                    walk.makeRows(k);
                    return walk.rows() > 1;
                }
            }
        }
        walk.makeLongestRows();
        return false;
    }

    /** Array 0 is written, array 1 read. */
    private static final class Plan extends BlockPlan {
        private final DType fromType;
        private final DType toType;

        Plan(Walk walk, DType fromType, DType toType, long rows, long columns) {
            super(walk, rows, columns, 2);
            this.fromType = fromType;
            this.toType = toType;
        }

        @Override
        void begin(Arguments arguments, long[] offsets) {
            for (int i = 0; i < 2; i++) {
                offsets[i] = arguments.array(i).offset() + walk().shift(i);
            }
        }

        @Override
        void block(Arguments arguments, Workspace workspace, Block block) {
            long[] starts = workspace.starts();
            copyBlock(
                    arguments.array(1).segment(),
                    fromType,
                    starts[1],
                    walk().rowStride(1),
                    walk().columnStride(1),
                    arguments.array(0).segment(),
                    toType,
                    starts[0],
                    walk().rowStride(0),
                    walk().columnStride(0),
                    block.rows(),
                    block.columns());
        }
    }

    /** Copies rows and columns; offsets and strides count elements. */
    static void copyBlock(
            MemorySegment from,
            DType fromType,
            long fromOffset,
            long fromRow,
            long fromColumn,
            MemorySegment to,
            DType toType,
            long toOffset,
            long toRow,
            long toColumn,
            long rows,
            long columns) {
        boolean unitFrom = fromColumn == 1;
        boolean unitTo = toColumn == 1;
        long size = toType.byteSize();
        if (unitFrom && unitTo && fromType == toType && columns * size >= WORTH_BULK) {
            for (long row = 0; row < rows; row++) {
                MemorySegment.copy(
                        from, (fromOffset + row * fromRow) * size, to, (toOffset + row * toRow) * size, columns * size);
            }
            return;
        }
        if (fromRow == 1 && unitTo && fromType == toType && size >= 4) {
            long fromStep = fromColumn * size; // what is a row of the target is a column of the source
            Transposer.ofSize((int) size)
                    .run(
                            from,
                            fromOffset * size,
                            fromStep,
                            to,
                            toOffset * size,
                            toRow * size,
                            /* rows= */ columns,
                            /* columns= */ rows);
            return;
        }
        LoopCache.copy(fromType, toType, unitFrom, unitTo)
                .run(from, fromOffset, fromRow, fromColumn, to, toOffset, toRow, toColumn, rows, columns);
    }
}
