package org.culebra.kernel.gemm;

import org.culebra.kernel.gemm.KernelShape.Addressing;
import org.culebra.kernel.parallel.Team;

/** One call of {@link Gemm#multiply}: how it is cut into tasks, and what a task does. */
final class Product {
    /** Multiply-adds that make a task worth handing to another thread: some ten microseconds. */
    private static final long TASK_PRODUCTS = 1 << 19;

    private static final long MAX_TASKS = 32;
    /** Rows and columns of C that a task has at least, or packing would show. */
    private static final long TASK_ROWS = 96;

    private static final long TASK_COLUMNS = 64;
    /** Up to this many bytes, a block of B is read where it lies: it stays in the second-level cache. */
    private static final long UNPACKED_BYTES = 256 << 10;
    /** For so few rows packing does not pay, however B lies. */
    private static final long UNPACKED_ROWS = 12;

    private final KernelSet kernels;
    private final Tiling tiling;
    private final int size;
    private final int lanes;
    private final long[] batch;
    private final long count;
    private final long m;
    private final long n;
    private final long k;
    private final Matrix a;
    private final Matrix b;
    private final Matrix c;
    private final Epilogue epilogue;
    private final long rowBlocks;
    private final long columnBlocks;
    private final long products;
    private final long depth;
    private final boolean columnsAdjacent;
    private final boolean packed;

    Product(
            KernelSet kernels,
            long[] batch,
            long count,
            long m,
            long n,
            long k,
            Matrix a,
            Matrix b,
            Matrix c,
            Epilogue epilogue) {
        this.kernels = kernels;
        tiling = new Tiling(kernels, Addressing.STEPS);
        size = kernels.dtype().byteSize();
        lanes = kernels.lanes();
        this.batch = batch;
        this.count = count;
        this.m = m;
        this.n = n;
        this.k = k;
        this.a = a;
        this.b = b;
        this.c = c;
        this.epilogue = epilogue;
        products = Math.max(1, m * n * k);
        long wanted = Math.clamp(products / TASK_PRODUCTS, 1, Math.max(1, MAX_TASKS / count));
        columnBlocks = Math.clamp(n / TASK_COLUMNS, 1, wanted);
        rowBlocks = Math.clamp(m / TASK_ROWS, 1, Blocking.ceilDiv(wanted, columnBlocks));
        depth = Blocking.depth(k);
        columnsAdjacent = b.columnStride() == 1 || n == 1;
        packed = !columnsAdjacent || (m > UNPACKED_ROWS && depth * size * Math.abs(b.rowStride()) > UNPACKED_BYTES);
    }

    void run() {
        long blocks = rowBlocks * columnBlocks;
        long group = Math.max(1, TASK_PRODUCTS / products); // small matrices share a task
        Team.run(Blocking.ceilDiv(count, group) * blocks, (task, worker) -> {
            long row = task / columnBlocks % rowBlocks;
            long column = task % columnBlocks;
            long first = task / blocks * group;
            for (long element = first; element < Math.min(count, first + group); element++) {
                block(
                        element,
                        Blocking.start(m, rowBlocks, row),
                        Blocking.start(m, rowBlocks, row + 1),
                        columnStart(column),
                        columnStart(column + 1));
            }
        });
    }

    private long columnStart(long block) {
        return Math.min(n, TASK_COLUMNS * Blocking.start(Blocking.ceilDiv(n, TASK_COLUMNS), columnBlocks, block));
    }

    /** Computes rows {@code i0} to {@code i1} and columns {@code j0} to {@code j1} of one matrix, block of K by block of K. */
    private void block(long element, long i0, long i1, long j0, long j1) {
        long aAt = size * (a.batchOffset(element, batch) + i0 * a.rowStride());
        long bAt = size * (b.batchOffset(element, batch) + j0 * b.columnStride());
        long cAt = size * (c.batchOffset(element, batch) + i0 * c.rowStride() + j0);
        Strip strip = Strip.ofThread();
        strip.setTarget(c.segment(), cAt, size * c.rowStride());
        strip.withoutTable();
        for (long p = 0; p == 0 || p < k; p += depth) {
            long at = p * size;
            strip.setLeft(a.segment(), aAt + at * a.columnStride(), size * a.rowStride(), size * a.columnStride());
            start(strip, i0, i1, j0, p);
            panels(
                    strip,
                    i1 - i0,
                    j1 - j0,
                    Math.min(depth, k - p),
                    bAt + at * b.rowStride(),
                    epilogue.relu() && p + depth >= k);
        }
    }

    private void start(Strip strip, long i0, long i1, long j0, long p) {
        if (p > 0) {
            strip.resume();
            return;
        }
        switch (epilogue.start()) {
            case ZERO -> strip.startFromZero();
            case C -> strip.resume();
            case ROW_BIAS -> strip.startFromRows(kernels, epilogue.bias(), epilogue.offset() + i0, i1 - i0);
            case COLUMN_BIAS -> strip.startFrom(epilogue.bias(), size * (epilogue.offset() + j0), 0, 1);
        }
    }

    private void panels(Strip strip, long rows, long columns, long products, long bAt, boolean relu) {
        long vectors = Blocking.ceilDiv(columns, lanes);
        long pieces = Blocking.pieces(vectors, kernels.tileVectors(rows));
        for (long piece = 0; piece < pieces; piece++) {
            long j = lanes * Blocking.start(vectors, pieces, piece);
            long end = Math.min(columns, lanes * Blocking.start(vectors, pieces, piece + 1));
            int width = (int) Blocking.ceilDiv(end - j, lanes);
            long from = bAt + size * j * b.columnStride();
            if (packed || !isReadable(from, products, width)) {
                kernels.pack(strip, b.segment(), from, b.rowStride(), b.columnStride(), products, end - j, width);
            } else {
                strip.setPanel(b.segment(), from, size * b.rowStride(), width, end - j);
            }
            tiling.compute(strip, rows, products, size * j, relu);
        }
    }

    /** Whether the last vector of every row ends inside the segment, numbers of no interest included. */
    private boolean isReadable(long from, long products, int width) {
        long last = from + Math.max(0, (products - 1) * size * b.rowStride());
        return last + (long) width * lanes * size <= b.segment().byteSize();
    }
}
