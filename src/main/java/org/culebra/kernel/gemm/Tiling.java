package org.culebra.kernel.gemm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.culebra.kernel.gemm.KernelShape.Addressing;
import org.culebra.kernel.parallel.Scratch;
import org.culebra.kernel.parallel.Scratch.Slot;

/** Covers a strip of a result, as wide as a panel, with tiles. All offsets and steps are in bytes. */
final class Tiling {
    private static final MemorySegment ZEROS = Arena.global().allocate(1024, 64);

    /** Rows of A, at equal distances or where the table says. */
    record Left(MemorySegment segment, long offset, long row, long step) {}

    /** A strip of B, packed or where it lies, at equal distances or where the table says. */
    record Panel(MemorySegment segment, long offset, long step, int vectors, long columns) {}

    /** Where results go. */
    record Target(MemorySegment segment, long offset, long row) {}

    /**
     * What sums start from.
     *
     * @param row from a row to the next; 0 repeats one row
     * @param column from a panel to the next, per byte of the panel's width: 0 if all panels start alike, else 1
     */
    record Start(MemorySegment segment, long offset, long row, long column) {
        /** From zero. */
        static Start zero() {
            return new Start(ZEROS, 0, 0, 0);
        }

        /** Row i from element {@code first + i} of a vector, repeated over the width of a panel in this thread's scratch. */
        static Start rows(KernelSet kernels, MemorySegment vector, long first, long rows) {
            int size = kernels.dtype().byteSize();
            long width = (long) kernels.tileVectors(rows) * kernels.lanes();
            MemorySegment spread = Scratch.take(Slot.START, size * width * rows);
            for (long i = 0; i < rows; i++) {
                ScalarKernels.gather(size, vector, size * (first + i), 0, spread, size * width * i, size, width);
            }
            return new Start(spread, 0, size * width, 0);
        }

        /** From what is there. */
        static Start resume(Target target) {
            return new Start(target.segment, target.offset, target.row, 1);
        }
    }

    /** An entry for each k or for each row of A, in bytes. */
    record Table(long[] offsets, int first) {
        static final Table NONE = new Table(new long[0], 0);
    }

    private final KernelSet kernels;
    private final Addressing addressing;
    private final List<Warming<TileKernel>> tiles;

    Tiling(KernelSet kernels, Addressing addressing) {
        this.kernels = kernels;
        this.addressing = addressing;
        tiles = kernels.tiles(addressing);
    }

    /**
     * {@code Target = Left·Panel + Start}.
     *
     * @param rows rows of the strip
     * @param products length of the sums
     * @param at the panel's place in each row of the target
     * @param relu whether negative results then become 0
     */
    void compute(
            Left left,
            long rows,
            long products,
            Panel panel,
            Target target,
            Start start,
            long at,
            Table table,
            boolean relu) {
        int lanes = kernels.lanes();
        boolean masked = panel.columns % lanes != 0;
        long tail = panel.columns - (panel.vectors - 1L) * lanes;
        long pieces = Blocking.pieces(rows, kernels.tileRows(panel.vectors));
        boolean tabled = addressing == Addressing.LEFT_TABLE;
        for (long piece = 0; piece < pieces; piece++) {
            long i = Blocking.start(rows, pieces, piece);
            int height = (int) (Blocking.start(rows, pieces, piece + 1) - i);
            KernelSet.tile(tiles, height, panel.vectors, masked)
                    .run(
                            left.segment,
                            left.offset + i * left.row,
                            left.row,
                            left.step,
                            panel.segment,
                            panel.offset,
                            panel.step,
                            products,
                            target.segment,
                            target.offset + at + i * target.row,
                            target.row,
                            start.segment,
                            start.offset + at * start.column + i * start.row,
                            start.row,
                            table.offsets,
                            table.first + (tabled ? (int) i : 0),
                            tail);
        }
        if (relu) {
            kernels.relu(target.segment, target.offset + at, target.row, rows, panel.vectors, masked, tail);
        }
    }
}
