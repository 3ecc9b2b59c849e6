package org.culebra.kernel.gemm;

import java.util.List;
import org.culebra.kernel.gemm.KernelShape.Addressing;

/** Covers strips of a result with tiles. */
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
        int lanes = kernels.lanes();
        boolean masked = strip.columns % lanes != 0;
        long tail = strip.columns - (strip.vectors - 1L) * lanes;
        long pieces = Blocking.pieces(rows, kernels.tileRows(strip.vectors));
        boolean tabled = addressing == Addressing.LEFT_TABLE;
        for (long piece = 0; piece < pieces; piece++) {
            long i = Blocking.start(rows, pieces, piece);
            int height = (int) (Blocking.start(rows, pieces, piece + 1) - i);
            KernelSet.tile(tiles, height, strip.vectors, masked)
                    .run(
                            strip.left,
                            strip.leftOffset + i * strip.leftRow,
                            strip.leftRow,
                            strip.leftStep,
                            strip.panel,
                            strip.panelOffset,
                            strip.panelStep,
                            products,
                            strip.target,
                            strip.targetOffset + at + i * strip.targetRow,
                            strip.targetRow,
                            strip.start,
                            strip.startOffset + at * strip.startColumn + i * strip.startRow,
                            strip.startRow,
                            strip.table,
                            tabled ? (int) i : 0,
                            tail);
        }
        if (relu) {
            kernels.relu(strip.target, strip.targetOffset + at, strip.targetRow, rows, strip.vectors, masked, tail);
        }
    }
}
