package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;
import org.culebra.kernel.gemm.KernelShape.Addressing;
import org.culebra.kernel.parallel.Scratch;
import org.culebra.kernel.parallel.Scratch.Slot;
import org.culebra.kernel.parallel.Team;

/**
 * The gradient of a convolution's weights: w[o, c, a, b] = Σ over images and pixels of y[o, pixel] · patch[c, a, b, pixel].
 *
 * <p>Lanes run along output channels: the patches, unfolded, are the left matrix, whose rows a table finds; the cotangent of y is
 * transposed, panel by panel. What comes out is the transpose of w. Images are cut into <em>shares</em> by shape alone; each
 * share sums its images in order, and the shares are added in order.
 */
final class WeightGradient {
    private static final long PATCH_BYTES = 512 << 10;
    /** Products in one chain, as {@link Blocking#depth} has it, but of whole rows of pixels. */
    private static final long DEPTH = 512;

    private static final long MAX_SHARES = 8;
    /** All shares together. */
    private static final long SHARES_BYTES = 16 << 20;

    private static final long SHARE_PRODUCTS = 1 << 21;
    private static final long MAX_TASKS = 32;
    private static final long TASK_ROWS = 96;

    private final Gemm gemm;
    private final KernelSet kernels;
    private final Tiling tiling;
    private final int size;
    private final ConvGeometry geometry;
    private final Unfold unfold;
    private final Operand x;
    private final Operand y;
    private final Operand w;
    private final long gridRows;
    private final long chainRows;
    private final long shares;
    private final long blocks;

    WeightGradient(Gemm gemm, KernelSet kernels, ConvGeometry geometry, Operand x, Operand y, Operand w) {
        this.gemm = gemm;
        this.kernels = kernels;
        this.geometry = geometry;
        this.x = x;
        this.y = y;
        this.w = w;
        tiling = new Tiling(kernels, Addressing.LEFT_TABLE);
        size = kernels.dtype().byteSize();
        unfold = Unfold.forward(geometry);
        long weights = geometry.o() * geometry.patch();
        long products = weights * geometry.n() * geometry.outH() * geometry.outW();
        long affordable = Math.max(1, SHARES_BYTES / (size * Math.max(1, weights)));
        long worth = Math.clamp(products / SHARE_PRODUCTS, 1, Math.min(MAX_SHARES, affordable));
        shares = Math.clamp(geometry.n(), 1, worth);
        long wanted = Math.clamp(products / SHARE_PRODUCTS, 1, MAX_TASKS);
        long splits = Blocking.ceilDiv(wanted, shares * geometry.groups());
        long fitting = Math.max(1, geometry.patch() / TASK_ROWS);
        blocks = Math.clamp(splits, 1, Math.min(Math.max(1, geometry.groupC()), fitting));
        long channels = Blocking.ceilDiv(geometry.groupC(), blocks);
        gridRows = unfold.rowsWithin(channels, PATCH_BYTES / size);
        chainRows = chainRows();
    }

    private long chainRows() {
        long most = Math.max(1, DEPTH / Math.max(1, geometry.outW()));
        return Math.max(1, Blocking.ceilDiv(gridRows, Blocking.pieces(Math.max(1, gridRows), most)));
    }

    void run() {
        long patch = geometry.patch();
        long weights = geometry.o() * patch;
        if (weights == 0) {
            return;
        }
        // one row more than needed: transposing reads whole vectors
        MemorySegment sums = Scratch.take(Slot.SHARED, size * (shares + 1) * weights + 64);
        long perShare = geometry.groups() * blocks;
        Team.run(shares * perShare, (task, worker) -> {
            long share = task / perShare;
            long group = task / blocks % geometry.groups();
            sum(share, group, task % blocks, sums);
        });
        finish(sums, weights);
    }

    /** Offsets of the rows of the patch matrix that belong to a block of channels. */
    private long[] table(long block) {
        long taps = unfold.taps();
        long first = taps * Blocking.start(geometry.groupC(), blocks, block);
        long end = taps * Blocking.start(geometry.groupC(), blocks, block + 1);
        return unfold.rowOffsets(first, end - first, gridRows, size);
    }

    /** Sums the images of one share for some channels of one group. */
    private void sum(long share, long group, long block, MemorySegment sums) {
        long c0 = Blocking.start(geometry.groupC(), blocks, block);
        long c1 = Blocking.start(geometry.groupC(), blocks, block + 1);
        long taps = unfold.taps();
        long offset = (share * geometry.groups() + group) * geometry.patch() + c0 * taps;
        Strip strip = Strip.ofThread();
        strip.setTarget(sums, size * offset * geometry.groupO(), size * geometry.groupO());
        strip.setTable(table(block));
        strip.startFromZero();
        long pixels = unfold.gridH() * unfold.gridW();
        long end = pixels == 0 ? 0 : Blocking.start(geometry.n(), shares, share + 1);
        for (long image = Blocking.start(geometry.n(), shares, share); image < end; image++) {
            long element = image * geometry.groups() + group;
            long plane = x.offset() + (element * geometry.groupC() + c0) * geometry.h() * geometry.w();
            for (long r0 = 0; r0 < unfold.gridH(); r0 += gridRows) {
                boolean direct = unfold.isIdentity();
                MemorySegment patches =
                        direct ? x.segment() : unfold.fill(kernels, x.segment(), size * plane, c1 - c0, r0, gridRows);
                long base = direct ? size * plane : 0;
                long r1 = Math.min(unfold.gridH(), r0 + gridRows);
                for (long r = r0; r < r1; r += chainRows) {
                    strip.setLeft(patches, base + size * (r - r0) * unfold.gridW(), 0, size);
                    multiply(strip, (c1 - c0) * taps, element, r, Math.min(chainRows, r1 - r));
                    strip.resume();
                }
            }
        }
        if (geometry.n() * pixels == 0) {
            strip.setLeft(x.segment(), 0, 0, size);
            multiply(strip, (c1 - c0) * taps, 0, 0, 0);
        }
    }

    private void multiply(Strip strip, long rows, long element, long r, long lines) {
        long pixels = geometry.outH() * geometry.outW();
        long products = lines * unfold.gridW();
        long columns = geometry.groupO();
        int lanes = kernels.lanes();
        long vectors = Blocking.ceilDiv(columns, lanes);
        long pieces = Blocking.pieces(vectors, kernels.tileVectors(rows));
        long from = y.offset() + element * columns * pixels + r * unfold.gridW();
        for (long piece = 0; piece < pieces; piece++) {
            long j = lanes * Blocking.start(vectors, pieces, piece);
            long end = Math.min(columns, lanes * Blocking.start(vectors, pieces, piece + 1));
            int width = (int) Blocking.ceilDiv(end - j, lanes);
            kernels.pack(strip, y.segment(), size * (from + j * pixels), 1, pixels, products, end - j, width);
            tiling.compute(strip, rows, products, size * j, false);
        }
    }

    /** Adds the shares and transposes the sum. */
    private void finish(MemorySegment sums, long weights) {
        long result = Shares.add(gemm, kernels.dtype(), sums, shares, weights);
        long patch = geometry.patch();
        long columns = geometry.groupO();
        for (long group = 0; group < geometry.groups(); group++) {
            long from = size * (result + group * patch * columns);
            long to = size * (w.offset() + group * patch * columns);
            kernels.transposer().run(sums, from, size * columns, w.segment(), to, size * patch, patch, columns);
        }
    }
}
