package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.culebra.kernel.gemm.KernelShape.Addressing;

/**
 * Covers strips of a result with tiles. Where columns are no whole vectors, a tile is computed aside, in whole vectors, and only the
 * columns that count are copied.
 */
final class Tiling {
    private final KernelSet kernels;
    private final Addressing addressing;
    private final List<Warming<TileKernel>> tiles;

    Tiling(KernelSet kernels, Addressing addressing) {
        this.kernels = kernels;
        this.addressing = addressing;
        tiles = kernels.tiles(addressing);
    }

    /**
     * {@code target = left·panel + start}.
     *
     * @param rows rows of the strip
     * @param products length of the sums
     * @param at the panel's place in each row of the target, in bytes
     * @param relu whether negative results then become 0
     */
    void compute(Strip strip, long rows, long products, long at, boolean relu) {
        boolean whole = strip.columns % kernels.lanes() == 0;
        MemorySegment target = whole ? strip.target : strip.aside;
        MemorySegment start = whole ? strip.start : strip.aside;
        long width = (long) strip.vectors * kernels.lanes() * kernels.dtype().byteSize();
        long targetRow = whole ? strip.targetRow : width;
        long startRow = whole ? strip.startRow : width;
        long pieces = Blocking.pieces(rows, kernels.tileRows(strip.vectors));
        for (long piece = 0; piece < pieces; piece++) {
            long i = Blocking.start(rows, pieces, piece);
            int height = (int) (Blocking.start(rows, pieces, piece + 1) - i);
            long to = strip.targetOffset + at + i * strip.targetRow;
            long from = strip.startOffset + at * strip.startColumn + i * strip.startRow;
            if (!whole) {
                kernels.copyRows(strip.start, from, strip.startRow, start, 0, width, height, strip.columns);
            }
            KernelSet.tile(tiles, height, strip.vectors)
                    .run(
                            strip.left,
                            strip.leftOffset + i * strip.leftRow,
                            strip.leftRow,
                            strip.leftStep,
                            strip.panel,
                            strip.panelOffset,
                            strip.panelStep,
                            products,
                            target,
                            whole ? to : 0,
                            targetRow,
                            start,
                            whole ? from : 0,
                            startRow,
                            strip.table,
                            addressing == Addressing.LEFT_TABLE ? (int) i : 0);
            if (relu) {
                kernels.relu(target, whole ? to : 0, targetRow, height, strip.vectors);
            }
            if (!whole) {
                kernels.copyRows(target, 0, width, strip.target, to, strip.targetRow, height, strip.columns);
            }
        }
    }
}
