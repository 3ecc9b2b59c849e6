package org.culebra.kernel.index;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.culebra.kernel.Strided;
import org.culebra.kernel.index.Fibers.Grid;
import org.culebra.kernel.index.Fibers.Part;

/** output[…, a, …] = x[…, index[…, a, …], …]. */
public final class Gathering {
    /** Bytes from which {@code MemorySegment.copy} is faster than a loop. */
    private static final long WORTH_BULK = 64;

    private final MemorySegment x;
    private final MemorySegment index;
    private final MemorySegment output;
    private final int size;
    private final long xAxis;

    private Gathering(Strided x, Strided index, Strided output, int axis) {
        this.x = x.segment();
        this.index = index.segment();
        this.output = output.segment();
        this.size = x.dtype().byteSize();
        this.xAxis = x.strides()[axis];
    }

    /**
     * Gathers along an axis.
     *
     * @param x of any dtype
     * @param index i64, all of them from 0 to x's size along the axis − 1; the other dimensions are x's
     * @param output of x's dtype and the index's dimensions
     */
    public static void run(Strided x, Strided index, int axis, Strided output) {
        var gathering = new Gathering(x, index, output, axis);
        var fibers = new Fibers(axis, output, index, x);
        fibers.forEachPart(output.dims()[axis], true, part -> gathering.run(fibers, part));
    }

    private void run(Fibers fibers, Part part) {
        Grid to = fibers.grid(0, part);
        Grid at = fibers.grid(1, part);
        Grid from = fibers.indexed(2, part);
        if (at.column() == 0 && to.column() == 1 && from.column() == 1) {
            rows(to, at, from.start(), part.rows(), part.columns());
        } else if (fibers.isAxisCloser(0)) {
            table(to.turned(), at.turned(), from.turned(), part.columns(), part.rows());
        } else {
            table(to, at, from, part.rows(), part.columns());
        }
    }

    /** One index per row, rows without gaps. */
    private void rows(Grid to, Grid at, long from, long rows, long columns) {
        for (long row = 0; row < rows; row++) {
            long source = from + index.getAtIndex(ValueLayout.JAVA_LONG, at.at(row)) * xAxis;
            if (columns * size >= WORTH_BULK) {
                MemorySegment.copy(x, source * size, output, to.at(row) * size, columns * size);
            } else {
                copyRow(source, to.at(row), columns);
            }
        }
    }

    private void copyRow(long from, long to, long columns) {
        switch (size) {
            case 4 -> {
                for (long k = 0; k < columns; k++) {
                    output.setAtIndex(ValueLayout.JAVA_INT, to + k, x.getAtIndex(ValueLayout.JAVA_INT, from + k));
                }
            }
            case 8 -> {
                for (long k = 0; k < columns; k++) {
                    output.setAtIndex(ValueLayout.JAVA_LONG, to + k, x.getAtIndex(ValueLayout.JAVA_LONG, from + k));
                }
            }
            default -> {
                for (long k = 0; k < columns; k++) {
                    output.set(ValueLayout.JAVA_BYTE, to + k, x.get(ValueLayout.JAVA_BYTE, from + k));
                }
            }
        }
    }

    /** An index per element. */
    private void table(Grid to, Grid at, Grid from, long rows, long columns) {
        boolean dense = to.column() == 1 && at.column() == 1;
        for (long row = 0; row < rows; row++) {
            long o = to.at(row);
            long i = at.at(row);
            long f = from.at(row);
            if (!dense) {
                scattered(o, to.column(), i, at.column(), f, from.column(), columns);
            } else if (size == 4) {
                ints(o, i, f, from.column(), columns);
            } else if (size == 8) {
                longs(o, i, f, from.column(), columns);
            } else {
                bytes(o, i, f, from.column(), columns);
            }
        }
    }

    // Fields in locals and constant steps of index and output leave the loops no checks but those of the gathered
    // elements: about
    // five times as fast.

    private void ints(long o, long i, long f, long fStep, long count) {
        MemorySegment from = x;
        MemorySegment at = index;
        MemorySegment to = output;
        long step = xAxis;
        for (long k = 0; k < count; k++) {
            long source = f + k * fStep + at.getAtIndex(ValueLayout.JAVA_LONG, i + k) * step;
            to.setAtIndex(ValueLayout.JAVA_INT, o + k, from.getAtIndex(ValueLayout.JAVA_INT, source));
        }
    }

    private void longs(long o, long i, long f, long fStep, long count) {
        MemorySegment from = x;
        MemorySegment at = index;
        MemorySegment to = output;
        long step = xAxis;
        for (long k = 0; k < count; k++) {
            long source = f + k * fStep + at.getAtIndex(ValueLayout.JAVA_LONG, i + k) * step;
            to.setAtIndex(ValueLayout.JAVA_LONG, o + k, from.getAtIndex(ValueLayout.JAVA_LONG, source));
        }
    }

    private void bytes(long o, long i, long f, long fStep, long count) {
        MemorySegment from = x;
        MemorySegment at = index;
        MemorySegment to = output;
        long step = xAxis;
        for (long k = 0; k < count; k++) {
            long source = f + k * fStep + at.getAtIndex(ValueLayout.JAVA_LONG, i + k) * step;
            to.set(ValueLayout.JAVA_BYTE, o + k, from.get(ValueLayout.JAVA_BYTE, source));
        }
    }

    /** The same for any layout. */
    private void scattered(long o, long oStep, long i, long iStep, long f, long fStep, long count) {
        for (long k = 0; k < count; k++) {
            long source = f + k * fStep + index.getAtIndex(ValueLayout.JAVA_LONG, i + k * iStep) * xAxis;
            copyRow(source, o + k * oStep, 1);
        }
    }
}
