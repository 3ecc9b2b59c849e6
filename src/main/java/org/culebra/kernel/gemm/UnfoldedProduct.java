package org.culebra.kernel.gemm;

import java.lang.foreign.MemorySegment;
import org.culebra.kernel.gemm.Epilogue.Start;
import org.culebra.kernel.gemm.KernelShape.Addressing;
import org.culebra.kernel.parallel.Scratch;
import org.culebra.kernel.parallel.Scratch.Slot;
import org.culebra.kernel.parallel.Team;

/**
 * A matrix times the patches of planes: target[e] = left[e mod G] · patches(source[e]), for every image and group e.
 *
 * <p>A task takes some rows of the result and some rows of the pixel grid, unfolds what its pixels see, one block of K at a
 * time, and multiplies.
 */
final class UnfoldedProduct {
    /** What a task unfolds at a time: half of a second-level cache of a megabyte. */
    private static final long PATCH_BYTES = 512 << 10;

    /**
     * Rows of the left matrix at multiples of this share a set or two of the first-level cache (8 lines of 64 bytes in each of
     * 64 sets), which a tile of 6 to 12 rows and the panel then fight for.
     */
    private static final long CROWDED_BYTES = 2048;

    private static final long SPREAD_BYTES = 64;
    /** Pixels from which moving the rows apart pays. */
    private static final long WORTH_SPREADING = 256;

    private static final long TASK_PRODUCTS = 1 << 19;
    private static final long MAX_TASKS = 32;
    private static final long TASK_ROWS = 48;

    /**
     * Where pixel (i, j) of the grid goes in each plane of the target.
     *
     * @param planeH rows of a plane
     * @param planeW columns of a plane
     */
    record Placement(Operand target, long planeH, long planeW, long stepH, long stepW, long firstH, long firstW) {
        boolean isDense(Unfold unfold) {
            return stepH == 1 && stepW == 1 && unfold.gridW() == planeW && unfold.gridH() == planeH;
        }
    }

    private final KernelSet kernels;
    private final Tiling tiling;
    private final int size;
    private final Unfold unfold;
    private final long elements;
    private final long groups;
    private final long rows;
    private final long channels;
    private final Operand left;
    /** Elements from a row of the left matrix to the next. */
    private final long leftStride;

    private final Operand source;
    private final long sourcePlane;
    private final Placement placement;
    private final Epilogue epilogue;
    private final long k;
    private final long depth;
    private final long gridRows;

    /**
     * Prepares a product.
     *
     * @param elements images times groups
     * @param rows rows of the left matrix of one group: channels of the target
     * @param channels channels of the source in one group
     * @param left [groups, rows, channels · taps]
     * @param source [elements, channels, plane]
     */
    UnfoldedProduct(
            KernelSet kernels,
            Unfold unfold,
            long elements,
            long groups,
            long rows,
            long channels,
            Operand left,
            Operand source,
            Placement placement,
            Epilogue epilogue) {
        this.kernels = kernels;
        this.unfold = unfold;
        this.elements = elements;
        this.groups = groups;
        this.rows = rows;
        this.channels = channels;
        this.source = source;
        this.placement = placement;
        this.epilogue = epilogue;
        tiling = new Tiling(kernels, Addressing.RIGHT_TABLE);
        size = kernels.dtype().byteSize();
        sourcePlane = unfold.planeSize();
        k = channels * unfold.taps();
        depth = Blocking.depth(k);
        boolean spread =
                k > 0 && k * size % CROWDED_BYTES == 0 && elements * unfold.gridH() * unfold.gridW() > WORTH_SPREADING;
        leftStride = spread ? k + SPREAD_BYTES / size : k;
        this.left = spread ? spread(left) : left;
        long most = Math.min(channels, depth / Math.max(1, unfold.taps()) + 2);
        gridRows = unfold.rowsWithin(most, PATCH_BYTES / size);
    }

    /** The left matrix with its rows moved apart. */
    private Operand spread(Operand matrix) {
        MemorySegment target = Scratch.take(Slot.LEFT, size * groups * rows * leftStride);
        kernels.copyRows(
                matrix.segment(), size * matrix.offset(), size * k, target, 0, size * leftStride, groups * rows, k);
        return new Operand(target, 0);
    }

    void run() {
        if (elements * rows * unfold.gridH() * unfold.gridW() == 0) {
            return;
        }
        long[][] tables = new long[(int) Math.max(1, Blocking.ceilDiv(k, depth))][];
        for (int block = 0; block < tables.length; block++) {
            tables[block] = unfold.rowOffsets(block * depth, Math.min(depth, k - block * depth), gridRows, size);
        }
        long strips = Blocking.ceilDiv(unfold.gridH(), gridRows);
        long products = Math.max(1, rows * unfold.gridH() * unfold.gridW() * Math.max(1, k));
        long wanted = Math.clamp(elements * products / TASK_PRODUCTS, 1, MAX_TASKS);
        long blocks = Math.clamp(rows / TASK_ROWS, 1, Blocking.ceilDiv(wanted, elements * strips));
        long group = strips * blocks == 1 ? Math.max(1, TASK_PRODUCTS / products) : 1;
        Team.run(Blocking.ceilDiv(elements, group) * strips * blocks, (task, worker) -> {
            long block = task % blocks;
            long r0 = task / blocks % strips * gridRows;
            long first = task / (blocks * strips) * group;
            for (long element = first; element < Math.min(elements, first + group); element++) {
                compute(
                        element,
                        Blocking.start(rows, blocks, block),
                        Blocking.start(rows, blocks, block + 1),
                        r0,
                        Math.min(gridRows, unfold.gridH() - r0),
                        tables);
            }
        });
    }

    private void compute(long element, long i0, long i1, long r0, long lines, long[][] tables) {
        boolean dense = placement.isDense(unfold);
        long pixels = lines * unfold.gridW();
        long plane = placement.planeH * placement.planeW;
        long planes = placement.target.offset() + plane * (element * rows + i0);
        Strip strip = Strip.ofThread();
        if (dense) {
            strip.setTarget(placement.target.segment(), size * (planes + r0 * unfold.gridW()), size * plane);
        } else {
            strip.setTarget(Scratch.take(Slot.RESULT, size * pixels * (i1 - i0)), 0, size * pixels);
        }
        long a = left.offset() + (element % groups * rows + i0) * leftStride;
        for (long p = 0; p == 0 || p < k; p += depth) {
            long products = Math.min(depth, k - p);
            unfold(strip, element, p, products, r0, pixels);
            strip.setLeft(left.segment(), size * (a + p), size * leftStride, size);
            strip.setTable(tables[(int) (p / depth)]);
            start(strip, element, i0, i1, p);
            panels(strip, i1 - i0, products, epilogue.relu() && p + depth >= k);
        }
        if (!dense) {
            place(strip, planes, i1 - i0, r0, lines);
        }
    }

    /** Finds the patches for some rows of K: unfolded, or the planes themselves. As one panel, as wide as all pixels. */
    private void unfold(Strip strip, long element, long p, long products, long r0, long pixels) {
        long taps = Math.max(1, unfold.taps());
        long from = size * (source.offset() + (element * channels + p / taps) * sourcePlane);
        if (unfold.isIdentity()) {
            long end = from + size * (products - 1) * sourcePlane + size * pixels + KernelSet.SLACK;
            if (end <= source.segment().byteSize()) {
                strip.setPanel(source.segment(), from, 0, 0, pixels);
                return;
            }
        }
        long count = unfold.channels(p, products);
        MemorySegment patches = unfold.fill(kernels, source.segment(), from, count, r0, gridRows);
        strip.setPanel(patches, 0, 0, 0, pixels);
    }

    private void start(Strip strip, long element, long i0, long i1, long p) {
        if (p > 0) {
            strip.resume();
        } else if (epilogue.start() == Start.ZERO) {
            strip.startFromZero();
        } else {
            long first = epilogue.offset() + element % groups * rows + i0;
            strip.startFromRows(kernels, epilogue.bias(), first, i1 - i0);
        }
    }

    private void panels(Strip strip, long count, long products, boolean relu) {
        int lanes = kernels.lanes();
        long patches = strip.panelOffset;
        long pixels = strip.columns;
        long vectors = Blocking.ceilDiv(pixels, lanes);
        long pieces = Blocking.pieces(vectors, kernels.tileVectors(count));
        for (long piece = 0; piece < pieces; piece++) {
            long j = lanes * Blocking.start(vectors, pieces, piece);
            long end = Math.min(pixels, lanes * Blocking.start(vectors, pieces, piece + 1));
            strip.setPanel(strip.panel, patches + size * j, 0, (int) Blocking.ceilDiv(end - j, lanes), end - j);
            tiling.compute(strip, count, products, size * j, relu);
        }
    }

    /** Spreads results over the pixels that they belong to. */
    private void place(Strip strip, long planes, long count, long r0, long lines) {
        for (long i = 0; i < count; i++) {
            long plane = planes + i * placement.planeH * placement.planeW;
            for (long r = 0; r < lines; r++) {
                long to = plane + (placement.firstH + (r0 + r) * placement.stepH) * placement.planeW + placement.firstW;
                ScalarKernels.gather(
                        size,
                        strip.target,
                        i * strip.targetRow + size * r * unfold.gridW(),
                        size,
                        placement.target.segment(),
                        size * to,
                        size * placement.stepW,
                        unfold.gridW());
            }
        }
    }
}
