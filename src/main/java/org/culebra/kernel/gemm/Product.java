package org.culebra.kernel.gemm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.culebra.kernel.parallel.Scratch;
import org.culebra.kernel.parallel.Scratch.Slot;
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
    /** For so few tiles packing does not pay, however B lies. */
    private static final long UNPACKED_TILES = 2;

    /** A row of zeros for sums to start from. */
    private static final MemorySegment ZEROS = Arena.global().allocate(1024, 64);

    private final KernelSet kernels;
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
        packed = !columnsAdjacent
                || (m > UNPACKED_TILES * kernels.tileRows() && depth * size * Math.abs(b.rowStride()) > UNPACKED_BYTES);
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
        for (long p = 0; p == 0 || p < k; p += depth) {
            Sums sums = sums(i0, i1, j0, cAt, p);
            long at = p * size;
            panels(
                    i1 - i0,
                    j1 - j0,
                    Math.min(depth, k - p),
                    aAt + at * a.columnStride(),
                    bAt + at * b.rowStride(),
                    cAt,
                    sums);
        }
    }

    /** What the sums of one block of K start from, and how they end. All in bytes. */
    private record Sums(MemorySegment segment, long offset, long row, long column, double floor) {}

    private Sums sums(long i0, long i1, long j0, long cAt, long p) {
        double floor = epilogue.relu() && p + depth >= k ? 0 : Double.NEGATIVE_INFINITY;
        if (p > 0) {
            return new Sums(c.segment(), cAt, size * c.rowStride(), 1, floor);
        }
        return switch (epilogue.start()) {
            case ZERO -> new Sums(ZEROS, 0, 0, 0, floor);
            case C -> new Sums(c.segment(), cAt, size * c.rowStride(), 1, floor);
            case ROW_BIAS -> new Sums(rowBias(i0, i1), 0, panelBytes(i1 - i0), 0, floor);
            case COLUMN_BIAS -> new Sums(epilogue.bias(), size * (epilogue.offset() + j0), 0, 1, floor);
        };
    }

    /** The bias of each row, repeated over the width of a panel. */
    private MemorySegment rowBias(long i0, long i1) {
        long row = panelBytes(i1 - i0);
        MemorySegment rows = Scratch.take(Slot.START, row * (i1 - i0));
        for (long i = i0; i < i1; i++) {
            ScalarKernels.gather(
                    size, epilogue.bias(), size * (epilogue.offset() + i), 0, rows, (i - i0) * row, size, row / size);
        }
        return rows;
    }

    private long panelBytes(long rows) {
        return (long) kernels.tileVectors(rows) * lanes * size;
    }

    private void panels(long rows, long columns, long products, long aAt, long bAt, long cAt, Sums sums) {
        long vectors = Blocking.ceilDiv(columns, lanes);
        long pieces = Blocking.pieces(vectors, kernels.tileVectors(rows));
        for (long piece = 0; piece < pieces; piece++) {
            long j = lanes * Blocking.start(vectors, pieces, piece);
            long end = Math.min(columns, lanes * Blocking.start(vectors, pieces, piece + 1));
            int width = (int) Blocking.ceilDiv(end - j, lanes);
            long from = bAt + size * j * b.columnStride();
            Panel panel = packed
                    ? pack(from, products, end - j, width)
                    : new Panel(b.segment(), from, size * b.rowStride(), width, end - j);
            tiles(rows, products, aAt, panel, cAt + size * j, sums, sums.offset + size * j * sums.column);
        }
    }

    /** A strip of B, packed or where it lies: offset and step in bytes. */
    private record Panel(MemorySegment segment, long offset, long step, int vectors, long columns) {}

    private void tiles(long rows, long products, long aAt, Panel panel, long cAt, Sums sums, long sumsAt) {
        boolean masked = panel.columns % lanes != 0;
        long tail = panel.columns - (panel.vectors - 1L) * lanes;
        long pieces = Blocking.pieces(rows, kernels.tileRows());
        long aRow = size * a.rowStride();
        long cRow = size * c.rowStride();
        for (long piece = 0; piece < pieces; piece++) {
            long i = Blocking.start(rows, pieces, piece);
            int height = (int) (Blocking.start(rows, pieces, piece + 1) - i);
            kernels.tile(height, panel.vectors, masked)
                    .run(
                            a.segment(),
                            aAt + i * aRow,
                            aRow,
                            size * a.columnStride(),
                            panel.segment,
                            panel.offset,
                            panel.step,
                            products,
                            c.segment(),
                            cAt + i * cRow,
                            cRow,
                            sums.segment,
                            sumsAt + i * sums.row,
                            sums.row,
                            sums.floor,
                            tail);
        }
    }

    private Panel pack(long from, long products, long columns, int vectors) {
        long step = (long) vectors * lanes * size;
        MemorySegment target = Scratch.take(Slot.RIGHT, step * products);
        long tail = columns - (vectors - 1L) * lanes;
        if (columnsAdjacent) {
            kernels.copy(vectors, tail != lanes)
                    .run(b.segment(), from, size * b.rowStride(), target, 0, step, products, tail);
        } else if (b.rowStride() == 1 && products >= lanes) {
            for (int vector = 0; vector < vectors; vector++) {
                long source = from + (long) vector * lanes * size * b.columnStride();
                transpose(source, products, Math.min(lanes, columns - (long) vector * lanes), target, vector, step);
            }
        } else {
            for (long j = 0; j < columns; j++) {
                long source = from + j * size * b.columnStride();
                ScalarKernels.gather(size, b.segment(), source, size * b.rowStride(), target, j * size, step, products);
            }
        }
        return new Panel(target, 0, step, vectors, columns);
    }

    private void transpose(long from, long products, long columns, MemorySegment target, int vector, long step) {
        PackKernel kernel = kernels.transpose();
        long to = (long) vector * lanes * size;
        long column = size * b.columnStride();
        kernel.run(b.segment(), from, column, target, to, step, products / lanes, columns);
        if (products % lanes != 0) { // the last block once more, shifted back to end with the rows
            long p = products - lanes;
            kernel.run(b.segment(), from + p * size, column, target, to + p * step, step, 1, columns);
        }
    }
}
